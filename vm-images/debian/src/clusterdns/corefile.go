package clusterdns

// The grammar of a Corefile: server blocks, their keys, and directives with
// arguments and a body. What a directive means is said in block.go.

import (
	"bytes"
	"fmt"
	"net"
	"sort"
	"strings"

	"github.com/caddyserver/caddy/caddyfile"
	"github.com/miekg/dns"
)

// Directive is one line of a server block, with the lines in its braces.
type Directive struct {
	Name string
	Line int
	Args []string
	Body [][]string
}

// Key is what a server block answers for: a zone on a port.
type Key struct {
	Zone string
	Port string
}

type serverBlock struct {
	keys       []Key
	directives []Directive
}

// plugins are the names that CoreDNS 1.7.0 knows. What is not among them is a
// mistake in the Corefile, which the real server refuses as well.
var plugins = strings.Fields(`acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug
	dns64 dnssec dnstap erratic errors etcd file forward grpc health hosts k8s_external kubernetes
	loadbalance log loop metadata nsid on pprof prometheus ready reload rewrite root route53 secondary sign
	template tls trace transfer whoami`)

func parseCorefile(filename string, content []byte) ([]serverBlock, error) {
	parsed, err := caddyfile.Parse(filename, bytes.NewReader(content), plugins)
	if err != nil {
		return nil, err
	}
	var blocks []serverBlock
	for _, source := range parsed {
		block := serverBlock{}
		for _, text := range source.Keys {
			keys, err := parseKey(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filename, err)
			}
			block.keys = append(block.keys, keys...)
		}
		for name, tokens := range source.Tokens {
			block.directives = append(block.directives, splitDirectives(name, tokens)...)
		}
		sort.SliceStable(block.directives, func(i, j int) bool {
			return block.directives[i].Line < block.directives[j].Line
		})
		blocks = append(blocks, block)
	}
	return blocks, checkTwins(blocks)
}

// splitDirectives undoes the parser's grouping of all tokens by directive.
func splitDirectives(name string, tokens []caddyfile.Token) []Directive {
	var found []Directive
	depth, line := 0, -1
	for _, token := range tokens {
		fresh := token.Line != line
		line = token.Line
		switch {
		case token.Text == "{":
			depth++
		case token.Text == "}":
			depth--
		case depth == 0 && fresh:
			found = append(found, Directive{Name: name, Line: token.Line})
		case depth == 0:
			last := &found[len(found)-1]
			last.Args = append(last.Args, token.Text)
		case fresh:
			last := &found[len(found)-1]
			last.Body = append(last.Body, []string{token.Text})
		default:
			last := &found[len(found)-1]
			if len(last.Body) == 0 {
				last.Body = append(last.Body, nil)
			}
			row := &last.Body[len(last.Body)-1]
			*row = append(*row, token.Text)
		}
	}
	return found
}

// parseKey reads "example.org:5353", ".", "dns://." or "10.0.0.0/16".
func parseKey(text string) ([]Key, error) {
	address := strings.TrimPrefix(text, "dns://")
	if strings.Contains(address, "://") {
		return nil, fmt.Errorf("the stand-in serves plain DNS only, not %q", text)
	}
	port := "53"
	if i := strings.LastIndex(address, ":"); i >= 0 && !strings.Contains(address[i:], "/") {
		address, port = address[:i], address[i+1:]
	}
	if _, err := net.LookupPort("udp", port); err != nil {
		return nil, fmt.Errorf("%q: %q is not a port", text, port)
	}
	var keys []Key
	for _, zone := range zonesOf(address) {
		if _, ok := dns.IsDomainName(zone); !ok {
			return nil, fmt.Errorf("%q is not a zone", text)
		}
		keys = append(keys, Key{Zone: zone, Port: port})
	}
	return keys, nil
}

// zonesOf normalises a zone's name; a subnet becomes its reverse zones.
func zonesOf(text string) []string {
	_, subnet, err := net.ParseCIDR(text)
	if err != nil || subnet.IP.To4() == nil {
		return []string{dns.Fqdn(strings.ToLower(text))}
	}
	ones, _ := subnet.Mask.Size()
	octets := (ones + 7) / 8
	var zones []string
	for extra := 0; extra < 1<<uint(octets*8-ones); extra++ {
		ip := subnet.IP.To4()
		labels := make([]string, octets)
		for i := range labels {
			value := int(ip[i])
			if i == octets-1 {
				value += extra
			}
			labels[octets-1-i] = fmt.Sprint(value)
		}
		zones = append(zones, strings.TrimPrefix(strings.Join(labels, ".")+".in-addr.arpa.", "."))
	}
	return zones
}

func checkTwins(blocks []serverBlock) error {
	seen := map[Key]bool{}
	for _, block := range blocks {
		for _, key := range block.keys {
			if seen[key] {
				return fmt.Errorf("cannot serve dns://%s:%s - it is already defined", key.Zone, key.Port)
			}
			seen[key] = true
		}
	}
	return nil
}
