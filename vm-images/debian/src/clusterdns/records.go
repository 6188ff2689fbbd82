package clusterdns

// Resource records of the kubernetes plugin.

import (
	"net"
	"time"

	"github.com/miekg/dns"
)

func header(name string, rrtype uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: rrtype, Class: dns.ClassINET, Ttl: ttl}
}

// addressRecord is nil when the address is of the other family.
func addressRecord(name string, qtype uint16, address string, ttl uint32) dns.RR {
	ip := net.ParseIP(address)
	switch {
	case ip == nil:
		return nil
	case ip.To4() != nil && qtype == dns.TypeA:
		return &dns.A{Hdr: header(name, dns.TypeA, ttl), A: ip.To4()}
	case ip.To4() == nil && qtype == dns.TypeAAAA:
		return &dns.AAAA{Hdr: header(name, dns.TypeAAAA, ttl), AAAA: ip}
	}
	return nil
}

// addAddress adds an address once: a service with two ports has one address.
func (k *Kubernetes) addAddress(q question, address string, r *reply) {
	record := addressRecord(q.name, q.qtype, address, k.TTL)
	if record == nil {
		return
	}
	for _, present := range r.answer {
		if present.String() == record.String() {
			return
		}
	}
	r.answer = append(r.answer, record)
}

func (k *Kubernetes) addSRV(q question, t target, count int, r *reply) {
	if t.port < 0 {
		return
	}
	r.answer = append(r.answer, &dns.SRV{
		Hdr:      header(q.name, dns.TypeSRV, k.TTL),
		Priority: 0, Weight: uint16(100 / min(count, 100)), Port: uint16(t.port), Target: t.host,
	})
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
		record := addressRecord(t.host, qtype, t.ip, k.TTL)
		if record != nil && !contains(r.additional, record) {
			r.additional = append(r.additional, record)
		}
	}
}

func contains(records []dns.RR, wanted dns.RR) bool {
	for _, record := range records {
		if record.String() == wanted.String() {
			return true
		}
	}
	return false
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func (k *Kubernetes) soa(zone string) dns.RR {
	return &dns.SOA{
		Hdr: header(zone, dns.TypeSOA, k.TTL), Ns: "ns.dns." + zone, Mbox: "hostmaster." + zone,
		Serial: uint32(time.Now().Unix()), Refresh: 7200, Retry: 1800, Expire: 86400, Minttl: k.TTL,
	}
}
