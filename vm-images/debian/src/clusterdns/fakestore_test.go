package clusterdns

import v1 "k8s.io/api/core/v1"

// fakeStore is a cluster of plain lists.
type fakeStore struct {
	services   []*v1.Service
	endpoints  []*v1.Endpoints
	namespaces []string
	pods       map[string]string // namespace by IP
	behind     bool
}

func (s *fakeStore) Synced() bool { return !s.behind }

func (s *fakeStore) Service(namespace, name string) *v1.Service {
	for _, service := range s.services {
		if service.Namespace == namespace && service.Name == name {
			return service
		}
	}
	return nil
}

func (s *fakeStore) Endpoints(namespace, name string) *v1.Endpoints {
	for _, endpoints := range s.endpoints {
		if endpoints.Namespace == namespace && endpoints.Name == name {
			return endpoints
		}
	}
	return nil
}

func (s *fakeStore) NamespaceExists(name string) bool {
	for _, namespace := range s.namespaces {
		if namespace == name {
			return true
		}
	}
	return false
}

func (s *fakeStore) ServiceByIP(ip string) *v1.Service {
	for _, service := range s.services {
		if service.Spec.ClusterIP == ip {
			return service
		}
	}
	return nil
}

func (s *fakeStore) EndpointsByIP(ip string) []*v1.Endpoints {
	var found []*v1.Endpoints
	for _, endpoints := range s.endpoints {
		for _, address := range endpointAddresses(endpoints) {
			if address == ip {
				found = append(found, endpoints)
			}
		}
	}
	return found
}

func (s *fakeStore) HasPod(namespace, ip string) bool { return s.pods[ip] == namespace }

func service(name, clusterIP string, ports ...v1.ServicePort) *v1.Service {
	s := &v1.Service{}
	s.Namespace, s.Name = "orders", name
	s.Spec.ClusterIP, s.Spec.Ports = clusterIP, ports
	return s
}

// shop has a service with two ports, a headless one with a named and an
// unnamed endpoint, one without endpoints, and an alias.
func shop() *fakeStore {
	http := v1.ServicePort{Name: "http", Protocol: v1.ProtocolTCP, Port: 80}
	metrics := v1.ServicePort{Name: "metrics", Protocol: v1.ProtocolTCP, Port: 9000}
	sql := v1.ServicePort{Name: "sql", Protocol: v1.ProtocolTCP, Port: 5432}
	alias := service("alias", "")
	alias.Spec.Type, alias.Spec.ExternalName = v1.ServiceTypeExternalName, "web.orders.svc.cluster.local"
	db := &v1.Endpoints{Subsets: []v1.EndpointSubset{{
		Addresses:         []v1.EndpointAddress{{IP: "10.244.1.5", Hostname: "db-0"}, {IP: "10.244.2.6"}},
		NotReadyAddresses: []v1.EndpointAddress{{IP: "10.244.2.7", Hostname: "db-1"}},
		Ports:             []v1.EndpointPort{{Name: "sql", Protocol: v1.ProtocolTCP, Port: 5432}},
	}}}
	db.Namespace, db.Name = "orders", "db"
	return &fakeStore{
		services: []*v1.Service{
			service("web", "10.96.0.20", http, metrics), service("db", v1.ClusterIPNone, sql),
			service("empty", v1.ClusterIPNone, sql), alias,
		},
		endpoints:  []*v1.Endpoints{db},
		namespaces: []string{"orders"},
		pods:       map[string]string{"10.244.1.5": "orders"},
	}
}
