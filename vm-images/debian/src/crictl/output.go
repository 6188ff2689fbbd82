package crictl

// JSON, YAML and Go templates of the runtime's answers.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"text/template"

	"github.com/golang/protobuf/jsonpb"
	"github.com/golang/protobuf/proto"
	"sigs.k8s.io/yaml"
)

func toJSON(message proto.Message) (string, error) {
	return (&jsonpb.Marshaler{EmitDefaults: true, Indent: "  "}).MarshalToString(message)
}

// printMessage writes a list of objects; callers handle "table" themselves.
func printMessage(message proto.Message, format string) error {
	text, err := toJSON(message)
	if err != nil {
		return err
	}
	switch format {
	case "json":
		fmt.Fprintln(stdout, text)
	case "yaml":
		converted, err := yaml.JSONToYAML([]byte(text))
		if err != nil {
			return err
		}
		fmt.Fprint(stdout, string(converted))
	default:
		return fmt.Errorf("unsupported output format %q", format)
	}
	return nil
}

// joinInfo puts the runtime's free-form information beside the status. Values
// are JSON as a rule, and plain text otherwise.
func joinInfo(status string, info map[string]string) ([]byte, error) {
	keys := make([]string, 0, len(info))
	for key := range info {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var text bytes.Buffer
	fmt.Fprintf(&text, `{"status":%s`, status)
	for _, key := range keys {
		value := []byte(info[key])
		if !json.Valid(value) {
			value, _ = json.Marshal(info[key])
		}
		name, _ := json.Marshal(key)
		fmt.Fprintf(&text, ",%s:%s", name, value)
	}
	text.WriteString("}")
	var indented bytes.Buffer
	err := json.Indent(&indented, text.Bytes(), "", "  ")
	return indented.Bytes(), err
}

func printStatus(status string, info map[string]string, format, templateText string) error {
	text, err := joinInfo(status, info)
	if err != nil {
		return err
	}
	switch format {
	case "json":
		fmt.Fprintln(stdout, string(text))
	case "yaml":
		converted, err := yaml.JSONToYAML(text)
		if err != nil {
			return err
		}
		fmt.Fprint(stdout, string(converted))
	case "go-template":
		return printTemplate(text, templateText)
	default:
		return fmt.Errorf("unsupported output format %q", format)
	}
	return nil
}

func printTemplate(text []byte, templateText string) error {
	if templateText == "" {
		return fmt.Errorf("template string is empty")
	}
	parsed, err := template.New("").Funcs(template.FuncMap{"json": func(value interface{}) string {
		encoded, _ := json.Marshal(value)
		return string(encoded)
	}}).Parse(templateText)
	if err != nil {
		return fmt.Errorf("parse template: %w", err)
	}
	var data interface{}
	if err := json.Unmarshal(text, &data); err != nil {
		return err
	}
	if err := parsed.Execute(stdout, data); err != nil {
		return err
	}
	fmt.Fprintln(stdout)
	return nil
}
