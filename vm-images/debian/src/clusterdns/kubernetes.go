package clusterdns

// The kubernetes plugin: its settings, and the way from a name to an answer.
// Records of services are made in services.go, reverse names in reverse.go.

import (
	"fmt"
	"log"
	"net"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

type podMode int

const (
	podsDisabled podMode = iota
	podsInsecure
	podsVerified
)

// Kubernetes answers for the cluster's zones from the store.
type Kubernetes struct {
	Zones            []string
	Fallthrough      []string // zones whose missing names the next plugin may know
	Pods             podMode
	TTL              uint32
	Namespaces       map[string]bool // empty: all
	EndpointPodNames bool
	IgnoreEmpty      bool
	Kubeconfig       string
	store            Store
}

func newKubernetes(d Directive, blockZones []string) (*Kubernetes, error) {
	k := &Kubernetes{TTL: 5, Namespaces: map[string]bool{}, Zones: blockZones}
	if len(d.Args) > 0 {
		k.Zones = nil
		for _, zone := range d.Args {
			k.Zones = append(k.Zones, zonesOf(zone)...)
		}
	}
	if k.primaryZone() == "" {
		return nil, fmt.Errorf("non-reverse zone name must be used")
	}
	for _, row := range d.Body {
		if err := k.applyOption(row[0], row[1:]); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *Kubernetes) applyOption(name string, args []string) error {
	switch name {
	case "pods":
		return k.setPods(args)
	case "ttl":
		return k.setTTL(args)
	case "fallthrough":
		k.Fallthrough = fallthroughZones(args)
	case "namespaces":
		for _, namespace := range args {
			k.Namespaces[namespace] = true
		}
	case "endpoint_pod_names":
		k.EndpointPodNames = true
	case "ignore":
		if len(args) != 1 || args[0] != "empty_service" {
			return fmt.Errorf("unable to parse ignore value: '%v'", strings.Join(args, " "))
		}
		k.IgnoreEmpty = true
	case "kubeconfig":
		if len(args) == 0 {
			return fmt.Errorf("kubeconfig needs a file")
		}
		k.Kubeconfig = args[0]
	case "upstream", "resyncperiod":
		// Obsolete in CoreDNS 1.7.0 too.
	case "endpoint", "tls", "namespace_labels", "labels", "noendpoints", "transfer":
		log.Printf("[WARNING] plugin/kubernetes: option %s is not part of this stand-in, left out", name)
	default:
		return fmt.Errorf("unknown property '%s'", name)
	}
	return nil
}

func (k *Kubernetes) setPods(args []string) error {
	modes := map[string]podMode{"disabled": podsDisabled, "insecure": podsInsecure, "verified": podsVerified}
	if len(args) != 1 {
		return fmt.Errorf("wrong argument count or unexpected line ending after 'pods'")
	}
	mode, known := modes[args[0]]
	if !known {
		return fmt.Errorf("wrong value for pods: %s,  must be one of: disabled, verified, insecure", args[0])
	}
	k.Pods = mode
	return nil
}

func (k *Kubernetes) setTTL(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("wrong argument count or unexpected line ending after 'ttl'")
	}
	ttl, err := strconv.Atoi(args[0])
	if err != nil || ttl < 0 || ttl > 3600 {
		return fmt.Errorf("ttl must be in range [0, 3600]: %s", args[0])
	}
	k.TTL = uint32(ttl)
	return nil
}

func fallthroughZones(args []string) []string {
	if len(args) == 0 {
		return []string{"."}
	}
	var zones []string
	for _, zone := range args {
		zones = append(zones, zonesOf(zone)...)
	}
	return zones
}

func (k *Kubernetes) primaryZone() string {
	for _, zone := range k.Zones {
		if !isReverse(zone) {
			return zone
		}
	}
	return ""
}

// exposes applies the option `namespaces`.
func (k *Kubernetes) exposes(namespace string) bool {
	return len(k.Namespaces) == 0 || k.Namespaces[namespace]
}

func (k *Kubernetes) namespaceExists(namespace string) bool {
	return k.exposes(namespace) && k.store.NamespaceExists(namespace)
}

// answer returns nil when the name belongs to another plugin.
func (k *Kubernetes) answer(q question, resolve resolver) *reply {
	zone := longestZone(k.Zones, q.name)
	if zone == "" {
		return nil
	}
	if k.store == nil || !k.store.Synced() {
		return &reply{rcode: dns.RcodeServerFailure}
	}
	r := &reply{authoritative: true}
	var found bool
	switch {
	case isReverse(zone):
		found = k.answerReverse(q, r)
	default:
		found = k.answerForward(q, zone, r, resolve)
	}
	if !found && longestZone(k.Fallthrough, q.name) != "" {
		return nil
	}
	if !found {
		r.rcode = dns.RcodeNameError
	}
	if len(r.answer) == 0 {
		r.authority = []dns.RR{k.soa(zone)}
	}
	return r
}

// answerForward reports whether the name exists, with or without records of
// the type that was asked for.
func (k *Kubernetes) answerForward(q question, zone string, r *reply, resolve resolver) bool {
	relative := strings.TrimSuffix(strings.TrimSuffix(q.name, zone), ".")
	if relative == "" {
		k.answerApex(q, zone, r)
		return true
	}
	labels := strings.Split(relative, ".")
	last := len(labels) - 1
	switch {
	case relative == "dns-version":
		if q.qtype == dns.TypeTXT {
			r.answer = []dns.RR{&dns.TXT{Hdr: header(q.name, dns.TypeTXT, 28800), Txt: []string{"1.1.0"}}}
		}
		return true
	case relative == "ns.dns":
		k.addAddress(q, k.nameserverAddress(), r)
		return true
	case labels[last] == "svc":
		return k.answerService(q, labels[:last], zone, r, resolve)
	case labels[last] == "pod":
		return k.answerPod(q, labels[:last], r)
	}
	return false
}

func (k *Kubernetes) answerApex(q question, zone string, r *reply) {
	switch q.qtype {
	case dns.TypeSOA:
		r.answer = []dns.RR{k.soa(zone)}
	case dns.TypeNS:
		r.answer = []dns.RR{&dns.NS{Hdr: header(zone, dns.TypeNS, k.TTL), Ns: "ns.dns." + zone}}
	}
}

// answerPod knows names such as 10-244-1-7.orders.pod.cluster.local.
func (k *Kubernetes) answerPod(q question, labels []string, r *reply) bool {
	if k.Pods == podsDisabled {
		return false
	}
	switch len(labels) {
	case 0:
		return true
	case 1:
		return k.namespaceExists(labels[0])
	case 2:
	default:
		return false
	}
	ip := net.ParseIP(strings.ReplaceAll(labels[0], "-", "."))
	if ip == nil {
		ip = net.ParseIP(strings.ReplaceAll(labels[0], "-", ":"))
	}
	if ip == nil || !k.namespaceExists(labels[1]) {
		return false
	}
	if k.Pods == podsVerified && !k.store.HasPod(labels[1], ip.String()) {
		return false
	}
	k.addAddress(q, ip.String(), r)
	return true
}

func (k *Kubernetes) nameserverAddress() string {
	if service := k.store.Service("kube-system", "kube-dns"); service != nil {
		return service.Spec.ClusterIP
	}
	return ""
}
