package clusterdns

// The DNS listeners: one UDP and one TCP socket for each address in use. A new
// configuration changes what they answer, and opens or closes only those that
// differ.

import (
	"fmt"
	"log"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Server answers from the current blocks.
type Server struct {
	metrics *Metrics

	lock      sync.RWMutex
	blocks    []*Block
	loop      *loopProbe
	listeners map[string][]*dns.Server // by address
}

func newServer(metrics *Metrics) *Server {
	return &Server{metrics: metrics, listeners: map[string][]*dns.Server{}}
}

// use switches to the blocks; on an error the old ones stay.
func (s *Server) use(blocks []*Block) error {
	wanted := listenAddresses(blocks)
	fresh := map[string][]*dns.Server{}
	for address, port := range wanted {
		if _, open := s.listeners[address]; open {
			continue
		}
		servers, err := s.listen(address, port)
		if err != nil {
			shutDown(fresh)
			return err
		}
		fresh[address] = servers
	}
	s.lock.Lock()
	s.blocks = blocks
	s.lock.Unlock()
	for address := range s.listeners {
		if _, keep := wanted[address]; !keep {
			shutDown(map[string][]*dns.Server{address: s.listeners[address]})
			delete(s.listeners, address)
		}
	}
	for address, servers := range fresh {
		s.listeners[address] = servers
	}
	return nil
}

// listenAddresses maps each address to listen on to its port.
func listenAddresses(blocks []*Block) map[string]string {
	addresses := map[string]string{}
	for _, block := range blocks {
		for _, key := range block.Keys {
			if len(block.BindAddresses) == 0 {
				addresses[":"+key.Port] = key.Port
			}
			for _, ip := range block.BindAddresses {
				addresses[net.JoinHostPort(ip, key.Port)] = key.Port
			}
		}
	}
	return addresses
}

func (s *Server) listen(address, port string) ([]*dns.Server, error) {
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		_ = packets.Close()
		return nil, err
	}
	servers := []*dns.Server{
		{PacketConn: packets, Handler: s.handler(port, "udp")},
		{Listener: listener, Handler: s.handler(port, "tcp")},
	}
	for _, server := range servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		server := server
		go func() {
			if err := server.ActivateAndServe(); err != nil && !strings.Contains(err.Error(), "closed") {
				log.Printf("[ERROR] serving %s: %v", address, err)
			}
		}()
		<-started
	}
	return servers, nil
}

func shutDown(listeners map[string][]*dns.Server) {
	for _, servers := range listeners {
		for _, server := range servers {
			_ = server.Shutdown()
		}
	}
}

func (s *Server) stop() { shutDown(s.listeners) }

func (s *Server) handler(port, network string) dns.Handler {
	return dns.HandlerFunc(func(w dns.ResponseWriter, request *dns.Msg) {
		if len(request.Question) != 1 || request.Opcode != dns.OpcodeQuery {
			m := new(dns.Msg)
			_ = w.WriteMsg(m.SetRcode(request, dns.RcodeNotImplemented))
			return
		}
		started := time.Now()
		asked := request.Question[0]
		q := question{
			name: strings.ToLower(asked.Name), qtype: asked.Qtype, message: request, tcp: network == "tcp",
		}
		s.lock.RLock()
		loop := s.loop
		s.lock.RUnlock()
		loop.see(q)
		block, zone := s.find(port, q.name)
		r := s.resolve(port, q)
		answer := r.toMessage(request, q.tcp)
		if err := w.WriteMsg(answer); err != nil {
			log.Printf("[ERROR] answering %s: %v", w.RemoteAddr(), err)
		}
		s.metrics.count(port, zone, network, asked.Qtype, r.rcode)
		if block != nil {
			block.report(query{
				remote: w.RemoteAddr().String(), network: network, request: request, answer: answer,
				failure: r.err, took: time.Since(started),
			})
		}
	})
}

func (s *Server) resolve(port string, q question) *reply {
	block, _ := s.find(port, q.name)
	if block == nil {
		return &reply{rcode: dns.RcodeRefused}
	}
	return block.answer(q, func(inner question) *reply { return s.resolve(port, inner) })
}

// find returns the block with the longest zone on that port.
func (s *Server) find(port, name string) (*Block, string) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	var best *Block
	zone := ""
	for _, block := range s.blocks {
		for _, key := range block.Keys {
			if key.Port == port && dns.IsSubDomain(key.Zone, name) && len(key.Zone) > len(zone) {
				best, zone = block, key.Zone
			}
		}
	}
	return best, zone
}

func banner(blocks []*Block) string {
	var text strings.Builder
	for _, block := range blocks {
		for _, key := range block.Keys {
			fmt.Fprintf(&text, "%s:%s\n", key.Zone, key.Port)
		}
	}
	return text.String()
}
