package clusterdns

// The meaning of a server block: which plugins it has, with which settings.
// Plugins that CoreDNS has and this stand-in lacks are named in the log once
// and left out.

import (
	"fmt"
	"log"
	"net"
	"strconv"
	"strings"
	"time"
)

// Block is one server block, ready to answer.
type Block struct {
	Keys           []Key
	Kubernetes     *Kubernetes
	Forwards       []*Forward
	Hosts          *Hosts
	Rewrites       []Rewrite
	Cache          *Cache
	LogsQueries    bool
	LogsErrors     bool
	LoadBalance    bool
	DetectsLoops   bool
	HealthAddress  string
	Lameduck       time.Duration
	ReadyAddress   string
	MetricsAddress string
	ReloadEvery    time.Duration
	BindAddresses  []string
}

// reloadDefault is shorter than CoreDNS' 30 s: the kubelet takes its minute as well.
const reloadDefault = 10 * time.Second

// readConfiguration turns a Corefile into blocks, or says what is wrong in it.
func readConfiguration(filename string, content []byte) ([]*Block, error) {
	sources, err := parseCorefile(filename, content)
	if err != nil {
		return nil, err
	}
	var blocks []*Block
	for _, source := range sources {
		block := &Block{Keys: source.keys}
		for _, directive := range source.directives {
			if err := block.apply(directive); err != nil {
				return nil, fmt.Errorf("%s:%d - Error during parsing: plugin/%s: %w",
					filename, directive.Line, directive.Name, err)
			}
		}
		blocks = append(blocks, block)
	}
	return blocks, nil
}

func (b *Block) apply(d Directive) (err error) {
	switch d.Name {
	case "kubernetes":
		b.Kubernetes, err = newKubernetes(d, b.zones())
	case "forward":
		var forward *Forward
		forward, err = newForward(d)
		b.Forwards = append(b.Forwards, forward)
	case "hosts":
		b.Hosts, err = newHosts(d, b.zones())
	case "rewrite":
		b.Rewrites, err = appendRewrite(b.Rewrites, d)
	case "cache":
		b.Cache, err = newCache(d)
	case "log":
		b.LogsQueries = true
	case "errors":
		b.LogsErrors = true
	case "loadbalance":
		b.LoadBalance = true
	case "loop":
		b.DetectsLoops = true
	case "bind":
		b.BindAddresses = d.Args
	case "health":
		err = b.applyHealth(d)
	case "ready":
		b.ReadyAddress, err = addressOf(d, ":8181")
	case "prometheus":
		b.MetricsAddress, err = addressOf(d, "localhost:9153")
	case "reload":
		err = b.applyReload(d)
	case "debug", "metadata", "bufsize":
		// These change nothing that this stand-in does.
	default:
		log.Printf("[WARNING] plugin/%s: not part of this stand-in, left out (Corefile line %d)", d.Name, d.Line)
	}
	return err
}

func (b *Block) zones() []string {
	zones := make([]string, 0, len(b.Keys))
	for _, key := range b.Keys {
		zones = append(zones, key.Zone)
	}
	return zones
}

func (b *Block) applyHealth(d Directive) (err error) {
	b.HealthAddress, err = addressOf(d, ":8080")
	for _, row := range d.Body {
		if row[0] != "lameduck" {
			return fmt.Errorf("unknown property '%s'", row[0])
		}
		if len(row) != 2 {
			return fmt.Errorf("lameduck needs a duration")
		}
		if b.Lameduck, err = time.ParseDuration(row[1]); err != nil {
			return err
		}
	}
	return err
}

func (b *Block) applyReload(d Directive) (err error) {
	b.ReloadEvery = reloadDefault
	if len(d.Args) > 0 {
		b.ReloadEvery, err = parseDuration(d.Args[0])
		if err == nil && b.ReloadEvery < 2*time.Second {
			err = fmt.Errorf("interval value must be greater or equal to 2s")
		}
	}
	return err
}

func addressOf(d Directive, otherwise string) (string, error) {
	if len(d.Args) == 0 {
		return otherwise, nil
	}
	if _, _, err := net.SplitHostPort(d.Args[0]); err != nil || len(d.Args) > 1 {
		return "", fmt.Errorf("wrong argument, an address such as %s is wanted: %s",
			otherwise, strings.Join(d.Args, " "))
	}
	return d.Args[0], nil
}

// parseDuration also reads bare numbers, as seconds.
func parseDuration(text string) (time.Duration, error) {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(seconds) * time.Second, nil
	}
	return time.ParseDuration(text)
}
