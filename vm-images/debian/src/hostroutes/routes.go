package hostroutes

// Kernel routes to the other nodes' pods. They carry a protocol number of our
// own, so that only ours are ever removed.

import (
	"fmt"
	"net"
	"strings"

	"github.com/vishvananda/netlink"
	"k8s.io/klog/v2"
)

// routeProtocol marks our routes ("proto 82" in `ip route`); 82 is unassigned.
const routeProtocol = 82

func syncRoutes(wanted map[string]net.IP) error {
	filter := &netlink.Route{Protocol: routeProtocol}
	present, err := netlink.RouteListFiltered(netlink.FAMILY_V4, filter, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return fmt.Errorf("listing routes: %w", err)
	}
	var problems []string
	kept := map[string]bool{}
	for i := range present {
		route := present[i]
		if route.Dst == nil {
			continue
		}
		if gateway, ok := wanted[route.Dst.String()]; ok && gateway.Equal(route.Gw) {
			kept[route.Dst.String()] = true
			continue
		}
		klog.Infof("removing the route to %s via %s", route.Dst, route.Gw)
		if err := netlink.RouteDel(&route); err != nil {
			problems = append(problems, fmt.Sprintf("removing the route to %s: %v", route.Dst, err))
		}
	}
	for destination, gateway := range wanted {
		if kept[destination] {
			continue
		}
		_, subnet, _ := net.ParseCIDR(destination)
		klog.Infof("adding a route to %s via %s", destination, gateway)
		route := &netlink.Route{Dst: subnet, Gw: gateway, Protocol: routeProtocol}
		if err := netlink.RouteReplace(route); err != nil {
			problems = append(problems, fmt.Sprintf("adding a route to %s via %s: %v", destination, gateway, err))
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return nil
}
