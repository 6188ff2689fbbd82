package hostroutes

// What a Node says about its network, and the routes that follow from it.
// Nothing here touches the machine.

import (
	"fmt"
	"net"
	"sort"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

var everything = labels.Everything()

// Network is the part of a Node that this add-on needs; comparable on purpose.
type Network struct {
	Node       string
	PodCIDR    string
	InternalIP string
}

func networkOf(node *v1.Node) Network {
	network := Network{Node: node.Name, PodCIDR: node.Spec.PodCIDR}
	for _, address := range node.Status.Addresses {
		if address.Type == v1.NodeInternalIP {
			network.InternalIP = address.Address
			break
		}
	}
	return network
}

// own finds this node's network; an error says what the learner has to mend.
func own(name string, networks []Network) (Network, error) {
	for _, network := range networks {
		if network.Node != name {
			continue
		}
		if network.PodCIDR == "" {
			return network, fmt.Errorf("node %s has no spec.podCIDR: was the cluster made with a pod subnet "+
				"(kubeadm init --pod-network-cidr, controller manager --allocate-node-cidrs)?", name)
		}
		return network, nil
	}
	return Network{}, fmt.Errorf("node %s is not known to the API server", name)
}

// wantedRoutes maps each other node's podCIDR to its address.
func wantedRoutes(name string, networks []Network) map[string]net.IP {
	routes := map[string]net.IP{}
	for _, network := range networks {
		gateway := net.ParseIP(network.InternalIP)
		_, subnet, err := net.ParseCIDR(network.PodCIDR)
		if network.Node == name || gateway == nil || err != nil {
			continue
		}
		routes[subnet.String()] = gateway
	}
	return routes
}

// podCIDRs lists all nodes' pod subnets, sorted.
func podCIDRs(networks []Network) []string {
	var subnets []string
	for _, network := range networks {
		if _, subnet, err := net.ParseCIDR(network.PodCIDR); err == nil {
			subnets = append(subnets, subnet.String())
		}
	}
	sort.Strings(subnets)
	return subnets
}
