package clusterdns

// What `log` and `errors` write about a query, in CoreDNS' format.

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/miekg/dns"
)

type query struct {
	remote, network string
	request, answer *dns.Msg
	failure         error
	took            time.Duration
}

func (b *Block) report(q query) {
	asked := q.request.Question[0]
	if b.LogsErrors && q.failure != nil {
		log.Printf("[ERROR] plugin/errors: %d %s %s: %v",
			q.answer.Rcode, asked.Name, dns.TypeToString[asked.Qtype], q.failure)
	}
	if b.LogsQueries {
		log.Printf("[INFO] %s", q.line())
	}
}

// line is the "common" format: remote - id "type class name proto size do
// bufsize" rcode flags size duration.
func (q query) line() string {
	asked := q.request.Question[0]
	size, do := dns.MinMsgSize, false
	if options := q.request.IsEdns0(); options != nil {
		size, do = int(options.UDPSize()), options.Do()
	}
	return fmt.Sprintf(`%s - %d "%s %s %s %s %d %t %d" %s %s %d %.9fs`,
		q.remote, q.request.Id, dns.TypeToString[asked.Qtype], dns.ClassToString[asked.Qclass], asked.Name,
		q.network, q.request.Len(), do, size,
		dns.RcodeToString[q.answer.Rcode], flagsOf(q.answer), q.answer.Len(), q.took.Seconds())
}

func flagsOf(m *dns.Msg) string {
	var flags []string
	for _, flag := range []struct {
		set  bool
		name string
	}{
		{m.Response, "qr"}, {m.Authoritative, "aa"}, {m.Truncated, "tc"}, {m.RecursionDesired, "rd"},
		{m.RecursionAvailable, "ra"}, {m.AuthenticatedData, "ad"}, {m.CheckingDisabled, "cd"},
	} {
		if flag.set {
			flags = append(flags, flag.name)
		}
	}
	return strings.Join(flags, ",")
}
