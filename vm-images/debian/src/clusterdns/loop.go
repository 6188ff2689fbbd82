package clusterdns

// The loop plugin: a question of our own that comes back from upstream means
// that upstream forwards to us. Answering it for ever would eat the node.

import (
	"fmt"
	"log"
	"math/rand"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const mostLoopSightings = 2

type loopProbe struct {
	name string
	zone string
	seen int32
}

func newLoopProbe(zone string) *loopProbe {
	suffix := zone
	if zone == "." {
		suffix = ""
	}
	return &loopProbe{zone: zone, name: fmt.Sprintf("%d.%d.%s", rand.Int63(), rand.Int63(), suffix)}
}

// see ends the program, as CoreDNS does: the pod's crash loop shows the mistake.
func (p *loopProbe) see(q question) {
	if p == nil || q.qtype != dns.TypeHINFO || q.name != p.name {
		return
	}
	if atomic.AddInt32(&p.seen, 1) > mostLoopSightings {
		log.Fatalf("[FATAL] plugin/loop: Loop (:53) detected for zone %q, "+
			"see https://coredns.io/plugins/loop#troubleshooting. Query: \"HINFO %s\"", p.zone, p.name)
	}
}

// probeLoops asks this server once for a name that nobody knows.
func (s *Server) probeLoops(blocks []*Block) {
	for _, block := range blocks {
		if !block.DetectsLoops || len(block.Forwards) == 0 {
			continue
		}
		key := block.Keys[0]
		probe := newLoopProbe(key.Zone)
		s.lock.Lock()
		s.loop = probe
		s.lock.Unlock()
		request := new(dns.Msg)
		request.SetQuestion(probe.name, dns.TypeHINFO)
		client := &dns.Client{Timeout: 2 * time.Second}
		_, _, _ = client.Exchange(request, "127.0.0.1:"+key.Port)
		return
	}
}
