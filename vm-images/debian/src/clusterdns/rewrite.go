package clusterdns

// The rewrite plugin, as far as names go: exact, prefix, suffix, substring.

import (
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// Rewrite turns one name into another before any plugin sees it.
type Rewrite struct {
	match    string
	from, to string
}

func appendRewrite(rules []Rewrite, d Directive) ([]Rewrite, error) {
	args := d.Args
	if len(args) > 0 && (args[0] == "stop" || args[0] == "continue") {
		args = args[1:]
	}
	if len(args) == 0 || args[0] != "name" {
		return rules, fmt.Errorf("the stand-in rewrites names only: rewrite name [exact|prefix|suffix|substring] FROM TO")
	}
	args = args[1:]
	rule := Rewrite{match: "exact"}
	if len(args) == 3 {
		rule.match, args = args[0], args[1:]
	}
	if len(args) != 2 {
		return rules, fmt.Errorf("rewrite name needs FROM and TO")
	}
	rule.from, rule.to = strings.ToLower(args[0]), strings.ToLower(args[1])
	switch rule.match {
	case "exact":
		rule.from, rule.to = dns.Fqdn(rule.from), dns.Fqdn(rule.to)
	case "suffix":
		rule.from, rule.to = dns.Fqdn(rule.from), dns.Fqdn(rule.to)
	case "prefix", "substring":
	default:
		return rules, fmt.Errorf("the stand-in does not rewrite by %q", rule.match)
	}
	return append(rules, rule), nil
}

// rewritten applies the first rule that fits, as CoreDNS does.
func rewritten(rules []Rewrite, q question) string {
	for _, rule := range rules {
		switch {
		case rule.match == "exact" && q.name == rule.from:
			return rule.to
		case rule.match == "prefix" && strings.HasPrefix(q.name, rule.from):
			return rule.to + strings.TrimPrefix(q.name, rule.from)
		case rule.match == "suffix" && strings.HasSuffix(q.name, rule.from):
			return strings.TrimSuffix(q.name, rule.from) + rule.to
		case rule.match == "substring" && strings.Contains(q.name, rule.from):
			return strings.ReplaceAll(q.name, rule.from, rule.to)
		}
	}
	return q.name
}
