package clusterdns

// What DNS must know of the cluster. The informers behind it are in
// informers.go; tests have a store of their own.

import (
	v1 "k8s.io/api/core/v1"
)

// Store answers from memory; nil and false mean that there is no such object.
type Store interface {
	Service(namespace, name string) *v1.Service
	Endpoints(namespace, name string) *v1.Endpoints
	NamespaceExists(name string) bool
	ServiceByIP(ip string) *v1.Service
	EndpointsByIP(ip string) []*v1.Endpoints
	HasPod(namespace, ip string) bool
	Synced() bool
}

// endpointAddresses lists the addresses that may be answered with.
func endpointAddresses(endpoints *v1.Endpoints) []string {
	var ips []string
	for _, subset := range endpoints.Subsets {
		for _, address := range subset.Addresses {
			ips = append(ips, address.IP)
		}
	}
	return ips
}
