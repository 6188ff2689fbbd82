package clusterdns

// Reverse names: from an address to a Service, or to the endpoints behind one.

import (
	"encoding/hex"
	"net"
	"strings"

	"github.com/miekg/dns"
)

const (
	reverse4 = "in-addr.arpa."
	reverse6 = "ip6.arpa."
)

func isReverse(zone string) bool {
	return dns.IsSubDomain(reverse4, zone) || dns.IsSubDomain(reverse6, zone)
}

// addressOfReverse undoes 7.1.244.10.in-addr.arpa; nil if it is not whole.
func addressOfReverse(name string) net.IP {
	switch {
	case strings.HasSuffix(name, "."+reverse4):
		labels := strings.Split(strings.TrimSuffix(name, "."+reverse4), ".")
		if len(labels) != 4 {
			return nil
		}
		return net.ParseIP(labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0])
	case strings.HasSuffix(name, "."+reverse6):
		nibbles := strings.Split(strings.TrimSuffix(name, "."+reverse6), ".")
		var text strings.Builder
		for i := len(nibbles) - 1; i >= 0; i-- {
			text.WriteString(nibbles[i])
		}
		bytes, err := hex.DecodeString(text.String())
		if err != nil || len(bytes) != net.IPv6len {
			return nil
		}
		return bytes
	}
	return nil
}

// answerReverse reports whether the address is known.
func (k *Kubernetes) answerReverse(q question, r *reply) bool {
	ip := addressOfReverse(q.name)
	if ip == nil {
		return false
	}
	names := k.namesOf(ip.String())
	if q.qtype == dns.TypePTR {
		for _, name := range names {
			r.answer = append(r.answer, &dns.PTR{Hdr: header(q.name, dns.TypePTR, k.TTL), Ptr: name})
		}
	}
	return len(names) > 0
}

func (k *Kubernetes) namesOf(ip string) []string {
	suffix := ".svc." + k.primaryZone()
	if service := k.store.ServiceByIP(ip); service != nil && k.exposes(service.Namespace) {
		return []string{service.Name + "." + service.Namespace + suffix}
	}
	var names []string
	for _, endpoints := range k.store.EndpointsByIP(ip) {
		if !k.exposes(endpoints.Namespace) {
			continue
		}
		for _, subset := range endpoints.Subsets {
			for _, address := range subset.Addresses {
				if address.IP == ip {
					names = append(names,
						k.endpointName(address)+"."+endpoints.Name+"."+endpoints.Namespace+suffix)
				}
			}
		}
	}
	return names
}
