package clusterdns

// Records of Services: cluster addresses, the endpoints behind headless ones,
// named ports, and external names.

import (
	"net"
	"strings"

	"github.com/miekg/dns"
	v1 "k8s.io/api/core/v1"
)

// serviceQuery is a name below svc: [_port._proto.|endpoint.]service.namespace
type serviceQuery struct {
	endpoint, port, protocol string
	service, namespace       string
}

// target is one address and port that a name stands for.
type target struct {
	host string // name of the target itself, for SRV
	ip   string
	port int32 // -1: the service has no ports
}

func parseServiceQuery(labels []string) (serviceQuery, bool) {
	n := len(labels)
	query := serviceQuery{}
	if n < 2 || n > 4 {
		return query, false
	}
	query.service, query.namespace = labels[n-2], labels[n-1]
	switch {
	case n == 3:
		query.endpoint = labels[0]
	case n == 4:
		if !strings.HasPrefix(labels[0], "_") || !strings.HasPrefix(labels[1], "_") {
			return query, false
		}
		query.port, query.protocol = labels[0][1:], labels[1][1:]
	}
	return query, true
}

// answerService gets the labels left of "svc".
func (k *Kubernetes) answerService(q question, labels []string, zone string, r *reply, resolve resolver) bool {
	if len(labels) == 0 {
		return true
	}
	if len(labels) == 1 {
		return k.namespaceExists(labels[0])
	}
	query, ok := parseServiceQuery(labels)
	if !ok || !k.exposes(query.namespace) {
		return false
	}
	service := k.store.Service(query.namespace, query.service)
	if service == nil {
		return false
	}
	if service.Spec.Type == v1.ServiceTypeExternalName {
		return k.answerExternalName(q, query, service, r, resolve)
	}
	targets := k.targetsOf(service, query, zone)
	if len(targets) == 0 {
		return false
	}
	for _, target := range targets {
		switch q.qtype {
		case dns.TypeA, dns.TypeAAAA:
			k.addAddress(q, target.ip, r)
		case dns.TypeSRV:
			k.addSRV(q, target, len(targets), r)
		}
	}
	return true
}

func (k *Kubernetes) answerExternalName(q question, query serviceQuery, service *v1.Service, r *reply,
	resolve resolver) bool {
	if query.endpoint != "" || query.port != "" || net.ParseIP(service.Spec.ExternalName) != nil {
		return false
	}
	alias := dns.Fqdn(strings.ToLower(service.Spec.ExternalName))
	switch q.qtype {
	case dns.TypeA, dns.TypeAAAA, dns.TypeCNAME:
		r.answer = []dns.RR{&dns.CNAME{Hdr: header(q.name, dns.TypeCNAME, k.TTL), Target: alias}}
	}
	if q.qtype == dns.TypeA || q.qtype == dns.TypeAAAA {
		r.answer = append(r.answer, resolve(question{name: alias, qtype: q.qtype, hops: q.hops + 1}).answer...)
	}
	return true
}

// targetsOf lists what the name stands for; none means that it does not exist.
func (k *Kubernetes) targetsOf(service *v1.Service, query serviceQuery, zone string) []target {
	suffix := service.Name + "." + service.Namespace + ".svc." + zone
	endpoints := k.store.Endpoints(service.Namespace, service.Name)
	if service.Spec.ClusterIP == v1.ClusterIPNone || query.endpoint != "" {
		return k.endpointTargets(endpoints, query, suffix)
	}
	if k.IgnoreEmpty && (endpoints == nil || len(endpointAddresses(endpoints)) == 0) {
		return nil
	}
	var targets []target
	for _, port := range service.Spec.Ports {
		if query.matches(port.Name, port.Protocol) {
			targets = append(targets, target{host: suffix, ip: service.Spec.ClusterIP, port: port.Port})
		}
	}
	if len(service.Spec.Ports) == 0 && query.port == "" {
		targets = append(targets, target{host: suffix, ip: service.Spec.ClusterIP, port: -1})
	}
	return targets
}

func (k *Kubernetes) endpointTargets(endpoints *v1.Endpoints, query serviceQuery, suffix string) []target {
	if endpoints == nil {
		return nil
	}
	var targets []target
	for _, subset := range endpoints.Subsets {
		ports := subset.Ports
		if len(ports) == 0 {
			ports = []v1.EndpointPort{{Port: -1}}
		}
		for _, address := range subset.Addresses {
			hostname := k.endpointName(address)
			if query.endpoint != "" && query.endpoint != hostname {
				continue
			}
			for _, port := range ports {
				if query.matches(port.Name, port.Protocol) {
					targets = append(targets, target{host: hostname + "." + suffix, ip: address.IP, port: port.Port})
				}
			}
		}
	}
	return targets
}

// endpointName is the pod's hostname in its subdomain, or its dashed address.
func (k *Kubernetes) endpointName(address v1.EndpointAddress) string {
	if address.Hostname != "" {
		return strings.ToLower(address.Hostname)
	}
	if k.EndpointPodNames && address.TargetRef != nil && len(address.TargetRef.Name) < 64 {
		return address.TargetRef.Name
	}
	return strings.NewReplacer(".", "-", ":", "-").Replace(address.IP)
}

func (query serviceQuery) matches(port string, protocol v1.Protocol) bool {
	return query.port == "" || (query.port == port && query.protocol == strings.ToLower(string(protocol)))
}

func serviceAddresses(service *v1.Service) []string {
	if service.Spec.ClusterIP == "" || service.Spec.ClusterIP == v1.ClusterIPNone {
		return nil
	}
	return []string{service.Spec.ClusterIP}
}
