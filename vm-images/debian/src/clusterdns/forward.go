package clusterdns

// The forward plugin: names that are not the cluster's go to other servers.

import (
	"errors"
	"fmt"
	"log"
	"math/rand"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

var (
	errNoPlugin    = errors.New("no next plugin found")
	errNoUpstream  = errors.New("no nameserver to forward to")
	errConcurrency = errors.New("concurrent queries exceeded maximum")
)

const (
	upstreamTimeout = 2 * time.Second
	forwardTimeout  = 5 * time.Second
)

// Forward sends what is below From to one of the upstreams.
type Forward struct {
	From          string
	Except        []string
	Upstreams     []string
	Policy        string
	ForceTCP      bool
	PreferUDP     bool
	MaxConcurrent int64
	turn          uint32
	running       int64
}

func newForward(d Directive) (*Forward, error) {
	if len(d.Args) < 2 {
		return nil, fmt.Errorf("wrong argument count or unexpected line ending after '%s'", lastOf(d))
	}
	f := &Forward{From: zonesOf(d.Args[0])[0], Policy: "random"}
	for _, to := range d.Args[1:] {
		upstreams, err := upstreamsOf(to)
		if err != nil {
			return nil, err
		}
		f.Upstreams = append(f.Upstreams, upstreams...)
	}
	if len(f.Upstreams) == 0 {
		log.Printf("[WARNING] plugin/forward: no nameservers found in %s: names outside the cluster get SERVFAIL",
			strings.Join(d.Args[1:], " "))
	}
	for _, row := range d.Body {
		if err := f.applyOption(row[0], row[1:]); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func lastOf(d Directive) string {
	if len(d.Args) > 0 {
		return d.Args[len(d.Args)-1]
	}
	return d.Name
}

func upstreamsOf(to string) ([]string, error) {
	if strings.HasPrefix(to, "tls://") || strings.HasPrefix(to, "https://") {
		return nil, fmt.Errorf("the stand-in forwards over plain DNS only, not to %q", to)
	}
	to = strings.TrimPrefix(to, "dns://")
	if net.ParseIP(to) != nil {
		return []string{net.JoinHostPort(to, "53")}, nil
	}
	if host, port, err := net.SplitHostPort(to); err == nil && net.ParseIP(host) != nil {
		return []string{net.JoinHostPort(host, port)}, nil
	}
	if _, err := os.Stat(to); err != nil {
		return nil, fmt.Errorf("not an IP address or file: %q", to)
	}
	// An empty resolv.conf is usual in an isolated lab, and no reason to stop.
	resolv, err := dns.ClientConfigFromFile(to)
	if err != nil {
		return nil, err
	}
	var upstreams []string
	for _, server := range resolv.Servers {
		upstreams = append(upstreams, net.JoinHostPort(server, resolv.Port))
	}
	return upstreams, nil
}

func (f *Forward) applyOption(name string, args []string) (err error) {
	switch name {
	case "except":
		for _, zone := range args {
			f.Except = append(f.Except, zonesOf(zone)...)
		}
	case "policy":
		if len(args) != 1 || !strings.Contains("random round_robin sequential", args[0]) {
			return fmt.Errorf("unknown policy '%s'", strings.Join(args, " "))
		}
		f.Policy = args[0]
	case "force_tcp":
		f.ForceTCP = true
	case "prefer_udp":
		f.PreferUDP = true
	case "max_concurrent":
		if len(args) != 1 {
			return fmt.Errorf("max_concurrent needs a number")
		}
		f.MaxConcurrent, err = strconv.ParseInt(args[0], 10, 64)
	case "max_fails", "expire", "health_check", "tls", "tls_servername":
		// Upstreams are tried in turn; there is no state to tune.
	default:
		return fmt.Errorf("unknown property '%s'", name)
	}
	return err
}

func longestForward(forwards []*Forward, name string) *Forward {
	var best *Forward
	for _, forward := range forwards {
		if dns.IsSubDomain(forward.From, name) && longestZone(forward.Except, name) == "" &&
			(best == nil || len(forward.From) > len(best.From)) {
			best = forward
		}
	}
	return best
}

func (f *Forward) answer(q question) *reply {
	defer atomic.AddInt64(&f.running, -1)
	if running := atomic.AddInt64(&f.running, 1); f.MaxConcurrent > 0 && running > f.MaxConcurrent {
		return &reply{rcode: dns.RcodeRefused, err: errConcurrency}
	}
	request := new(dns.Msg)
	request.SetQuestion(q.name, q.qtype)
	if q.message != nil {
		request.RecursionDesired = q.message.RecursionDesired
		request.CheckingDisabled = q.message.CheckingDisabled
	}
	request.SetEdns0(4096, false)
	failure := errNoUpstream
	deadline := time.Now().Add(forwardTimeout)
	for _, upstream := range f.order() {
		if time.Now().After(deadline) {
			break
		}
		response, err := f.exchange(request, upstream, q.tcp)
		if err == nil {
			return replyOf(response)
		}
		failure = err
	}
	return &reply{rcode: dns.RcodeServerFailure, err: failure}
}

func (f *Forward) exchange(request *dns.Msg, upstream string, tcp bool) (*dns.Msg, error) {
	network := "udp"
	if f.ForceTCP || (tcp && !f.PreferUDP) {
		network = "tcp"
	}
	client := &dns.Client{Net: network, Timeout: upstreamTimeout, UDPSize: 4096}
	response, _, err := client.Exchange(request, upstream)
	if err == nil && response.Truncated && network == "udp" {
		client.Net = "tcp"
		response, _, err = client.Exchange(request, upstream)
	}
	return response, err
}

func replyOf(m *dns.Msg) *reply {
	r := &reply{rcode: m.Rcode, authoritative: m.Authoritative, answer: m.Answer, authority: m.Ns}
	for _, record := range m.Extra {
		if record.Header().Rrtype != dns.TypeOPT {
			r.additional = append(r.additional, record)
		}
	}
	return r
}

func (f *Forward) order() []string {
	count := len(f.Upstreams)
	if count == 0 {
		return nil
	}
	first := 0
	switch f.Policy {
	case "random":
		first = rand.Intn(count)
	case "round_robin":
		first = int(atomic.AddUint32(&f.turn, 1)) % count
	}
	return append(append([]string(nil), f.Upstreams[first:]...), f.Upstreams[:first]...)
}
