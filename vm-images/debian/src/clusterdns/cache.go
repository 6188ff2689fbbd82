package clusterdns

// The cache plugin, for forwarded names only: what the API server knows is
// answered afresh, so that a learner's change shows at once.

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const cacheSize = 9984

// Cache keeps answers for at most the given number of seconds.
type Cache struct {
	Most       time.Duration
	MostDenial time.Duration

	lock    sync.Mutex
	entries map[cacheKey]cacheEntry
}

type cacheKey struct {
	name  string
	qtype uint16
}

type cacheEntry struct {
	reply  *reply
	stored time.Time
	until  time.Time
}

func newCache(d Directive) (*Cache, error) {
	c := &Cache{Most: time.Hour, MostDenial: 30 * time.Minute, entries: map[cacheKey]cacheEntry{}}
	for _, argument := range d.Args {
		seconds, err := strconv.Atoi(argument)
		if err != nil {
			break // a zone: the stand-in caches all of them
		}
		if seconds <= 0 {
			return nil, fmt.Errorf("cache TTL can not be zero or negative: %d", seconds)
		}
		c.Most = time.Duration(seconds) * time.Second
		c.MostDenial = c.Most
		break
	}
	return c, nil
}

func (c *Cache) answer(q question, ask func(question) *reply) *reply {
	key, now := cacheKey{q.name, q.qtype}, time.Now()
	c.lock.Lock()
	entry, found := c.entries[key]
	c.lock.Unlock()
	if found && now.Before(entry.until) {
		return aged(entry.reply, uint32(now.Sub(entry.stored).Seconds()))
	}
	r := ask(q)
	if lifetime := c.lifetime(r); lifetime > 0 {
		c.lock.Lock()
		defer c.lock.Unlock()
		if len(c.entries) >= cacheSize {
			c.entries = map[cacheKey]cacheEntry{}
		}
		c.entries[key] = cacheEntry{reply: aged(r, 0), stored: now, until: now.Add(lifetime)}
	}
	return r
}

func (c *Cache) lifetime(r *reply) time.Duration {
	most := c.Most
	records := r.answer
	switch {
	case r.rcode == dns.RcodeNameError || (r.rcode == dns.RcodeSuccess && len(r.answer) == 0):
		most, records = c.MostDenial, r.authority
	case r.rcode != dns.RcodeSuccess:
		return 0
	}
	for _, record := range records {
		if ttl := time.Duration(record.Header().Ttl) * time.Second; ttl < most {
			most = ttl
		}
	}
	return most
}

// aged copies a reply with the time that passed taken off its TTLs.
func aged(r *reply, seconds uint32) *reply {
	older := *r
	for _, section := range []*[]dns.RR{&older.answer, &older.authority, &older.additional} {
		var records []dns.RR
		for _, record := range *section {
			record = dns.Copy(record)
			if record.Header().Ttl >= seconds {
				record.Header().Ttl -= seconds
			}
			records = append(records, record)
		}
		*section = records
	}
	return &older
}
