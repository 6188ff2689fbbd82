package clusterdns

// HTTP beside DNS: health, readiness, and a few metrics under CoreDNS' names.

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime"
	"sort"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// Metrics counts questions and answers.
type Metrics struct {
	lock   sync.Mutex
	counts map[string]uint64
}

func newMetrics() *Metrics { return &Metrics{counts: map[string]uint64{}} }

func (m *Metrics) count(port, zone, network string, qtype uint16, rcode int) {
	if zone == "" {
		zone = "dropped"
	}
	server := "dns://:" + port
	asked := fmt.Sprintf(`coredns_dns_requests_total{family="1",proto=%q,server=%q,type=%q,zone=%q}`,
		network, server, dns.TypeToString[qtype], zone)
	answered := fmt.Sprintf(`coredns_dns_responses_total{rcode=%q,server=%q,zone=%q}`,
		dns.RcodeToString[rcode], server, zone)
	m.lock.Lock()
	defer m.lock.Unlock()
	m.counts[asked]++
	m.counts[answered]++
}

func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	m.lock.Lock()
	defer m.lock.Unlock()
	var lines []string
	for series, count := range m.counts {
		lines = append(lines, fmt.Sprintf("%s %d", series, count))
	}
	sort.Strings(lines)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintf(w, "# HELP coredns_build_info This is a stand-in for CoreDNS, made for Seatrial.\n"+
		"# TYPE coredns_build_info gauge\ncoredns_build_info{goversion=%q,revision=\"seatrial\",version=%q} 1\n",
		runtime.Version(), version)
	written := map[string]bool{}
	for _, line := range lines {
		name := line[:strings.Index(line, "{")]
		if !written[name] {
			fmt.Fprintf(w, "# TYPE %s counter\n", name)
			written[name] = true
		}
		fmt.Fprintln(w, line)
	}
}

// status keeps the HTTP listeners of the current configuration.
type status struct {
	open map[string]net.Listener // by purpose and address
}

func newStatus() *status { return &status{open: map[string]net.Listener{}} }

func (s *status) use(blocks []*Block, ready func() bool, metrics *Metrics) {
	wanted := map[string]http.Handler{}
	for _, block := range blocks {
		for _, endpoint := range []struct {
			address, path string
			handler       http.HandlerFunc
		}{
			{block.HealthAddress, "/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "OK") }},
			{block.ReadyAddress, "/ready", readyHandler(ready)},
			{block.MetricsAddress, "/metrics", metrics.ServeHTTP},
		} {
			if endpoint.address == "" {
				continue
			}
			mux := http.NewServeMux()
			mux.HandleFunc(endpoint.path, endpoint.handler)
			wanted[endpoint.path+" "+endpoint.address] = mux
		}
	}
	for key, listener := range s.open {
		if wanted[key] == nil {
			_ = listener.Close()
			delete(s.open, key)
		}
	}
	for key, handler := range wanted {
		if s.open[key] != nil {
			continue
		}
		listener, err := net.Listen("tcp", strings.SplitN(key, " ", 2)[1])
		if err != nil {
			log.Printf("[ERROR] %v", err)
			continue
		}
		s.open[key] = listener
		go func(handler http.Handler) { _ = http.Serve(listener, handler) }(handler)
	}
}

func readyHandler(ready func() bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if !ready() {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, "kubernetes")
			return
		}
		fmt.Fprint(w, "OK")
	}
}
