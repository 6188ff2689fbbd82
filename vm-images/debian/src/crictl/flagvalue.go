package crictl

// Flag values that the flag package has no ready type for: one variable under
// several names needs a flag.Value.

import (
	"fmt"
	"strconv"
	"strings"
)

type boolValue bool

func (b *boolValue) String() string   { return strconv.FormatBool(bool(*b)) }
func (b *boolValue) IsBoolFlag() bool { return true }
func (b *boolValue) Set(text string) error {
	value, err := strconv.ParseBool(text)
	*b = boolValue(value)
	return err
}

type textValue string

func (t *textValue) String() string { return string(*t) }
func (t *textValue) Set(text string) error {
	*t = textValue(text)
	return nil
}

type listValue []string

func (l *listValue) String() string { return strings.Join(*l, ",") }
func (l *listValue) Set(text string) error {
	*l = append(*l, strings.Split(text, ",")...)
	return nil
}

// parseLabels reads key=value pairs.
func parseLabels(pairs []string) (map[string]string, error) {
	labels := map[string]string{}
	for _, pair := range pairs {
		parts := strings.SplitN(pair, "=", 2)
		if len(parts) != 2 {
			return nil, fmt.Errorf("incorrectly specified label: %v", pair)
		}
		labels[parts[0]] = parts[1]
	}
	return labels, nil
}
