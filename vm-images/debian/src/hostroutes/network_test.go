package hostroutes

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
)

var threeNodes = []Network{
	{Node: "k8s-master", PodCIDR: "10.244.0.0/24", InternalIP: "192.168.52.200"},
	{Node: "k8s-node1", PodCIDR: "10.244.1.0/24", InternalIP: "192.168.52.201"},
	{Node: "k8s-node2", PodCIDR: "", InternalIP: "192.168.52.202"},
}

func TestRoutesLeadToEveryOtherNodeThatHasAPodCIDR(t *testing.T) {
	routes := wantedRoutes("k8s-master", threeNodes)
	if len(routes) != 1 || routes["10.244.1.0/24"].String() != "192.168.52.201" {
		t.Errorf("got %v", routes)
	}
}

func TestANodeWithoutPodCIDRIsToldWhatToDo(t *testing.T) {
	_, err := own("k8s-node2", threeNodes)
	if err == nil || !strings.Contains(err.Error(), "--pod-network-cidr") {
		t.Errorf("got %v", err)
	}
}

func TestTheInternalAddressIsTakenFromTheNode(t *testing.T) {
	node := &v1.Node{}
	node.Name = "k8s-node1"
	node.Spec.PodCIDR = "10.244.1.0/24"
	node.Status.Addresses = []v1.NodeAddress{
		{Type: v1.NodeHostName, Address: "k8s-node1"}, {Type: v1.NodeInternalIP, Address: "192.168.52.201"},
	}
	if got := networkOf(node); got != threeNodes[1] {
		t.Errorf("got %+v", got)
	}
}

func TestPodToPodTrafficKeepsItsAddress(t *testing.T) {
	want := "*nat\n:SEATRIAL-MASQ - [0:0]\n" +
		"-A SEATRIAL-MASQ -d 10.244.0.0/24 -j RETURN\n-A SEATRIAL-MASQ -d 10.244.1.0/24 -j RETURN\n" +
		"-A SEATRIAL-MASQ -d 224.0.0.0/4 -j RETURN\n-A SEATRIAL-MASQ -j MASQUERADE\nCOMMIT\n"
	if got := string(restoreInput(podCIDRs(threeNodes))); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestTheConflistIsWrittenOnceAndLeavesNothingElseBehind(t *testing.T) {
	folder := t.TempDir()
	content := conflist("10.244.1.0/24", 1500)
	var parsed struct{ Plugins []struct{ Type string } }
	if err := json.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	if parsed.Plugins[0].Type != "bridge" || parsed.Plugins[1].Type != "portmap" {
		t.Errorf("got %+v", parsed)
	}
	for _, want := range []bool{true, false} {
		if changed, err := writeConflist(folder, content); err != nil || changed != want {
			t.Errorf("changed %v, error %v", changed, err)
		}
	}
	found, _ := filepath.Glob(filepath.Join(folder, "*"))
	if !reflect.DeepEqual(found, []string{filepath.Join(folder, conflistName)}) {
		t.Errorf("got %v", found)
	}
	if written, _ := os.ReadFile(found[0]); string(written) != string(content) {
		t.Errorf("got %s", written)
	}
}
