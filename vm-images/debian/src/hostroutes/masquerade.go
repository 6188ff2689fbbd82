package hostroutes

// Pods speak to each other with their own addresses; what leaves the pod
// network leaves with the node's address.

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	utiliptables "k8s.io/kubernetes/pkg/util/iptables"
)

const masqueradeChain = utiliptables.Chain("SEATRIAL-MASQ")

// masqueradeRules is the chain's content: spare pod-to-pod and multicast
// traffic, masquerade the rest.
func masqueradeRules(subnets []string) [][]string {
	var rules [][]string
	for _, subnet := range subnets {
		rules = append(rules, []string{"-d", subnet, "-j", "RETURN"})
	}
	return append(rules,
		[]string{"-d", "224.0.0.0/4", "-j", "RETURN"},
		[]string{"-j", "MASQUERADE"})
}

// restoreInput is the same for iptables-restore --noflush, which replaces the
// whole chain at once.
func restoreInput(subnets []string) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "*nat\n:%s - [0:0]\n", masqueradeChain)
	for _, rule := range masqueradeRules(subnets) {
		fmt.Fprintf(&text, "-A %s %s\n", masqueradeChain, strings.Join(rule, " "))
	}
	text.WriteString("COMMIT\n")
	return text.Bytes()
}

func syncMasquerade(iptables utiliptables.Interface, ownSubnet string, subnets []string) error {
	err := iptables.Restore(utiliptables.TableNAT, restoreInput(subnets),
		utiliptables.NoFlushTables, utiliptables.NoRestoreCounters)
	if err != nil {
		return fmt.Errorf("writing the masquerade chain: %w", err)
	}
	_, err = iptables.EnsureRule(utiliptables.Append, utiliptables.TableNAT, utiliptables.ChainPostrouting,
		"-s", ownSubnet, "-m", "comment", "--comment", "seatrial: traffic leaving the pod network",
		"-j", string(masqueradeChain))
	if err != nil {
		return fmt.Errorf("hooking the masquerade chain: %w", err)
	}
	// Docker and strict hosts set FORWARD to DROP; pods need both directions.
	for _, direction := range []string{"-s", "-d"} {
		_, err = iptables.EnsureRule(utiliptables.Append, utiliptables.TableFilter, utiliptables.ChainForward,
			direction, ownSubnet, "-m", "comment", "--comment", "seatrial: pods of this node", "-j", "ACCEPT")
		if err != nil {
			return fmt.Errorf("letting pod traffic through FORWARD: %w", err)
		}
	}
	return nil
}

const ipForward = "/proc/sys/net/ipv4/ip_forward"

func enableForwarding() error {
	if present, err := os.ReadFile(ipForward); err == nil && strings.TrimSpace(string(present)) == "1" {
		return nil
	}
	if err := os.WriteFile(ipForward, []byte("1\n"), 0o644); err != nil {
		return fmt.Errorf("switching IP forwarding on: %w", err)
	}
	return nil
}
