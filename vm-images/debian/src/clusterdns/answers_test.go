package clusterdns

import (
	"net"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

const kubeadmCorefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
}
`

func serverOf(t *testing.T, corefile string, store Store) *Server {
	t.Helper()
	blocks, err := readConfiguration("Corefile", []byte(corefile))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks {
		if block.Kubernetes != nil {
			block.Kubernetes.store = store
		}
	}
	server := newServer(newMetrics())
	server.blocks = blocks
	return server
}

// asked gives the code and the records' data, without names and TTLs.
func asked(server *Server, name, qtype string) string {
	q := question{name: dns.Fqdn(name), qtype: dns.StringToType[qtype]}
	r := server.resolve("53", q)
	words := []string{dns.RcodeToString[r.rcode]}
	for _, record := range r.answer {
		words = append(words, strings.Join(strings.Fields(record.String())[3:], " "))
	}
	return strings.Join(words, "; ")
}

func TestNamesOfTheClusterAreAnsweredAsCoreDNSDoes(t *testing.T) {
	server := serverOf(t, strings.Replace(kubeadmCorefile, "    loadbalance\n", "", 1), shop())
	for _, row := range []struct{ name, qtype, want string }{
		{"web.orders.svc.cluster.local", "A", "NOERROR; A 10.96.0.20"},
		{"web.orders.svc.cluster.local", "AAAA", "NOERROR"},
		{"_http._tcp.web.orders.svc.cluster.local", "SRV", "NOERROR; SRV 0 100 80 web.orders.svc.cluster.local."},
		{"_http._udp.web.orders.svc.cluster.local", "SRV", "NXDOMAIN"},
		{"db.orders.svc.cluster.local", "A", "NOERROR; A 10.244.1.5; A 10.244.2.6"},
		{"db-0.db.orders.svc.cluster.local", "A", "NOERROR; A 10.244.1.5"},
		{"10-244-2-6.db.orders.svc.cluster.local", "A", "NOERROR; A 10.244.2.6"},
		{"db-1.db.orders.svc.cluster.local", "A", "NXDOMAIN"},
		{"_sql._tcp.db.orders.svc.cluster.local", "SRV", "NOERROR; SRV 0 50 5432 db-0.db.orders.svc.cluster.local.; " +
			"SRV 0 50 5432 10-244-2-6.db.orders.svc.cluster.local."},
		{"empty.orders.svc.cluster.local", "A", "NXDOMAIN"},
		{"alias.orders.svc.cluster.local", "A", "NOERROR; CNAME web.orders.svc.cluster.local.; A 10.96.0.20"},
		{"orders.svc.cluster.local", "A", "NOERROR"},
		{"nowhere.svc.cluster.local", "A", "NXDOMAIN"},
		{"web.orders.cluster.local", "A", "NXDOMAIN"},
		{"10-244-9-9.orders.pod.cluster.local", "A", "NOERROR; A 10.244.9.9"},
		{"10-244-9-9.nowhere.pod.cluster.local", "A", "NXDOMAIN"},
		{"20.0.96.10.in-addr.arpa", "PTR", "NOERROR; PTR web.orders.svc.cluster.local."},
		{"5.1.244.10.in-addr.arpa", "PTR", "NOERROR; PTR db-0.db.orders.svc.cluster.local."},
	} {
		if got := asked(server, row.name, row.qtype); got != row.want {
			t.Errorf("%s %s\n got %s\nwant %s", row.name, row.qtype, got, row.want)
		}
	}
}

func TestAMissingNameCarriesTheZonesSOA(t *testing.T) {
	server := serverOf(t, kubeadmCorefile, shop())
	r := server.resolve("53", question{name: "no.orders.svc.cluster.local.", qtype: dns.TypeA})
	if len(r.authority) != 1 || r.authority[0].Header().Name != "cluster.local." || r.authority[0].Header().Ttl != 30 {
		t.Errorf("got %v", r.authority)
	}
}

func TestVerifiedPodsMustExistAndDisabledPodsNever(t *testing.T) {
	for mode, want := range map[string]string{
		"verified": "NOERROR; A 10.244.1.5 / NXDOMAIN", "disabled": "NXDOMAIN / NXDOMAIN",
	} {
		server := serverOf(t, strings.Replace(kubeadmCorefile, "insecure", mode, 1), shop())
		got := asked(server, "10-244-1-5.orders.pod.cluster.local", "A") + " / " +
			asked(server, "10-244-9-9.orders.pod.cluster.local", "A")
		if got != want {
			t.Errorf("%s: got %s", mode, got)
		}
	}
}

func TestBeforeTheStoreIsFilledNothingIsDenied(t *testing.T) {
	store := shop()
	store.behind = true
	if got := asked(serverOf(t, kubeadmCorefile, store), "web.orders.svc.cluster.local", "A"); got != "SERVFAIL" {
		t.Errorf("got %s", got)
	}
}

func TestHostsAndRewriteComeBeforeTheCluster(t *testing.T) {
	corefile := `.:53 {
    rewrite name shop.lab web.orders.svc.cluster.local
    kubernetes cluster.local
    hosts /dev/null {
       10.0.0.7 app.lab
       fallthrough
    }
}`
	server := serverOf(t, corefile, shop())
	for name, want := range map[string]string{
		"app.lab": "NOERROR; A 10.0.0.7", "shop.lab": "NOERROR; A 10.96.0.20", "other.lab": "SERVFAIL",
	} {
		if got := asked(server, name, "A"); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestALongAnswerIsCutForUDPAndMarked(t *testing.T) {
	request := new(dns.Msg)
	request.SetQuestion("db.orders.svc.cluster.local.", dns.TypeA)
	r := &reply{}
	for i := 0; i < 100; i++ {
		record := &dns.A{Hdr: header("db.orders.svc.cluster.local.", dns.TypeA, 5), A: net.IPv4(10, 244, 0, byte(i))}
		r.answer = append(r.answer, record)
	}
	if m := r.toMessage(request, false); !m.Truncated || m.Len() > dns.MinMsgSize {
		t.Errorf("UDP: truncated %v, %d bytes", m.Truncated, m.Len())
	}
	if m := r.toMessage(request, true); m.Truncated || len(m.Answer) != 100 {
		t.Errorf("TCP: truncated %v, %d answers", m.Truncated, len(m.Answer))
	}
}

func TestForwardedAnswersAreCachedWithFallingTTL(t *testing.T) {
	cache, err := newCache(Directive{Name: "cache", Args: []string{"30"}})
	if err != nil {
		t.Fatal(err)
	}
	questions := 0
	ask := func(q question) *reply {
		questions++
		return &reply{answer: []dns.RR{addressRecord(q.name, dns.TypeA, "192.0.2.1", 300)}}
	}
	q := question{name: "example.org.", qtype: dns.TypeA}
	cache.answer(q, ask)
	entry := cache.entries[cacheKey{q.name, q.qtype}]
	if lifetime := entry.until.Sub(entry.stored).Seconds(); lifetime != 30 {
		t.Errorf("kept for %v s", lifetime)
	}
	if cache.answer(q, ask); questions != 1 {
		t.Errorf("asked %d times", questions)
	}
	if ttl := aged(entry.reply, 12).answer[0].Header().Ttl; ttl != 288 {
		t.Errorf("TTL %d after 12 s", ttl)
	}
}
