package clusterdns

// A question's way through the plugins of a server block, in CoreDNS' order:
// rewrite, hosts, kubernetes, cache, forward.

import (
	"math/rand"

	"github.com/miekg/dns"
)

// question is a lower-case fully qualified name and a type. hops counts
// aliases that were followed, message is absent in such inner questions.
type question struct {
	name    string
	qtype   uint16
	hops    int
	message *dns.Msg
	tcp     bool
}

type reply struct {
	rcode         int
	authoritative bool
	answer        []dns.RR
	authority     []dns.RR
	additional    []dns.RR
	err           error // why it is a SERVFAIL, for the log
}

// resolver answers a name as a client of this server would see it.
type resolver func(question) *reply

const mostHops = 8

// longestZone finds the most specific zone that holds the name, "" if none.
func longestZone(zones []string, name string) string {
	longest := ""
	for _, zone := range zones {
		if dns.IsSubDomain(zone, name) && len(zone) > len(longest) {
			longest = zone
		}
	}
	return longest
}

func (b *Block) answer(q question, resolve resolver) *reply {
	asked := q.name
	q.name = rewritten(b.Rewrites, q)
	r := b.pass(q, resolve)
	if q.name != asked {
		r = r.withOwner(q.name, asked)
	}
	if b.LoadBalance {
		shuffleAddresses(r.answer)
	}
	return r
}

func (b *Block) pass(q question, resolve resolver) *reply {
	if q.hops > mostHops {
		return &reply{rcode: dns.RcodeServerFailure}
	}
	if b.Hosts != nil {
		if r := b.Hosts.answer(q); r != nil {
			return r
		}
	}
	if b.Kubernetes != nil {
		if r := b.Kubernetes.answer(q, resolve); r != nil {
			return r
		}
	}
	if forward := longestForward(b.Forwards, q.name); forward != nil {
		if b.Cache == nil {
			return forward.answer(q)
		}
		return b.Cache.answer(q, forward.answer)
	}
	return &reply{rcode: dns.RcodeServerFailure, err: errNoPlugin}
}

// withOwner hides a rewritten name from the client.
func (r *reply) withOwner(from, to string) *reply {
	shown := *r
	shown.answer = nil
	for _, record := range r.answer {
		if record.Header().Name == from {
			record = dns.Copy(record)
			record.Header().Name = to
		}
		shown.answer = append(shown.answer, record)
	}
	return &shown
}

// shuffleAddresses moves address records only: an alias stays before its target.
func shuffleAddresses(records []dns.RR) {
	first := 0
	for first < len(records) && records[first].Header().Rrtype == dns.TypeCNAME {
		first++
	}
	addresses := records[first:]
	rand.Shuffle(len(addresses), func(i, j int) { addresses[i], addresses[j] = addresses[j], addresses[i] })
}

// toMessage makes the message for the client, cut to what its transport holds.
func (r *reply) toMessage(request *dns.Msg, tcp bool) *dns.Msg {
	m := new(dns.Msg)
	m.SetRcode(request, r.rcode)
	m.Authoritative = r.authoritative
	m.RecursionAvailable = request.RecursionDesired && !r.authoritative
	m.Compress = true
	m.Answer, m.Ns, m.Extra = r.answer, r.authority, append([]dns.RR(nil), r.additional...)
	size := dns.MinMsgSize
	if options := request.IsEdns0(); options != nil {
		m.SetEdns0(4096, options.Do())
		if int(options.UDPSize()) > size {
			size = int(options.UDPSize())
		}
	}
	if !tcp {
		truncate(m, size)
	}
	return m
}

func truncate(m *dns.Msg, size int) {
	if m.Len() <= size {
		return
	}
	options := m.IsEdns0()
	m.Extra = nil
	if options != nil {
		m.Extra = []dns.RR{options}
	}
	for m.Len() > size && len(m.Answer) > 0 {
		m.Truncated = true
		m.Answer = m.Answer[:len(m.Answer)-1]
	}
}
