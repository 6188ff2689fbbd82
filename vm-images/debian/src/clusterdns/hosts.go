package clusterdns

// The hosts plugin: names from a hosts file and from the Corefile itself.

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const hostsReload = 5 * time.Second

// Hosts answers A, AAAA and PTR.
type Hosts struct {
	Path        string
	Zones       []string
	Fallthrough []string
	TTL         uint32
	NoReverse   bool
	inline      map[string][]string // address -> names

	lock    sync.Mutex
	entries map[string][]string
	read    time.Time
}

func newHosts(d Directive, blockZones []string) (*Hosts, error) {
	h := &Hosts{Path: "/etc/hosts", Zones: blockZones, TTL: 3600, inline: map[string][]string{}}
	if len(d.Args) > 0 {
		h.Path = d.Args[0]
	}
	if len(d.Args) > 1 {
		h.Zones = nil
		for _, zone := range d.Args[1:] {
			h.Zones = append(h.Zones, zonesOf(zone)...)
		}
	}
	for _, row := range d.Body {
		if err := h.applyOption(row); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (h *Hosts) applyOption(row []string) error {
	switch row[0] {
	case "fallthrough":
		h.Fallthrough = fallthroughZones(row[1:])
	case "no_reverse":
		h.NoReverse = true
	case "reload":
	case "ttl":
		if len(row) != 2 {
			return fmt.Errorf("ttl needs a time in seconds")
		}
		ttl, err := strconv.Atoi(row[1])
		if err != nil || ttl <= 0 {
			return fmt.Errorf("ttl provided is invalid: %s", row[1])
		}
		h.TTL = uint32(ttl)
	default:
		if net.ParseIP(row[0]) == nil || len(row) < 2 {
			return fmt.Errorf("unknown property '%s'", row[0])
		}
		h.inline[row[0]] = append(h.inline[row[0]], row[1:]...)
	}
	return nil
}

// answer returns nil when another plugin may know more.
func (h *Hosts) answer(q question) *reply {
	entries := h.load()
	r := &reply{authoritative: true}
	known := false
	if ip := addressOfReverse(q.name); ip != nil && !h.NoReverse {
		for _, name := range entries[ip.String()] {
			known = true
			if q.qtype == dns.TypePTR {
				r.answer = append(r.answer, &dns.PTR{Hdr: header(q.name, dns.TypePTR, h.TTL), Ptr: name})
			}
		}
	}
	if longestZone(h.Zones, q.name) != "" {
		for address, names := range entries {
			for _, name := range names {
				if name != q.name {
					continue
				}
				known = true
				if record := addressRecord(q.name, q.qtype, address, h.TTL); record != nil {
					r.answer = append(r.answer, record)
				}
			}
		}
	} else if !known {
		return nil
	}
	if known {
		return r
	}
	if longestZone(h.Fallthrough, q.name) != "" {
		return nil
	}
	r.rcode = dns.RcodeNameError
	return r
}

// load reads the file again when it may have changed.
func (h *Hosts) load() map[string][]string {
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.entries != nil && time.Since(h.read) < hostsReload {
		return h.entries
	}
	h.entries, h.read = map[string][]string{}, time.Now()
	content, _ := os.ReadFile(h.Path)
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		fields := strings.Fields(strings.SplitN(lines.Text(), "#", 2)[0])
		if len(fields) > 1 {
			h.add(fields[0], fields[1:])
		}
	}
	for address, names := range h.inline {
		h.add(address, names)
	}
	return h.entries
}

func (h *Hosts) add(address string, names []string) {
	ip := net.ParseIP(address)
	if ip == nil {
		return
	}
	for _, name := range names {
		h.entries[ip.String()] = append(h.entries[ip.String()], dns.Fqdn(strings.ToLower(name)))
	}
}
