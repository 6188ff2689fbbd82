package hostroutes

// One reconciliation: from what the API says to what the node has.

import (
	"k8s.io/klog/v2"
	utiliptables "k8s.io/kubernetes/pkg/util/iptables"
	utilexec "k8s.io/utils/exec"
)

type agent struct {
	settings Settings
	iptables utiliptables.Interface
}

func newAgent(settings Settings) *agent {
	return &agent{
		settings: settings,
		iptables: utiliptables.New(utilexec.New(), utiliptables.ProtocolIPv4),
	}
}

// reconcile may be called as often as one likes. The CNI configuration comes
// last: the node turns Ready when it appears, and pods may start then.
func (a *agent) reconcile(networks []Network) error {
	mine, err := own(a.settings.NodeName, networks)
	if err != nil {
		return err
	}
	if err := enableForwarding(); err != nil {
		return err
	}
	if err := syncMasquerade(a.iptables, mine.PodCIDR, podCIDRs(networks)); err != nil {
		return err
	}
	if err := syncRoutes(wantedRoutes(mine.Node, networks)); err != nil {
		return err
	}
	changed, err := writeConflist(a.settings.CNIFolder, conflist(mine.PodCIDR, a.settings.MTU))
	if changed && err == nil {
		klog.Infof("wrote %s/%s for %s", a.settings.CNIFolder, conflistName, mine.PodCIDR)
	}
	return err
}
