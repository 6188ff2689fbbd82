package clusterdns

import (
	"bytes"
	"log"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTheCorefileOfKubeadmIsUnderstood(t *testing.T) {
	blocks, err := readConfiguration("Corefile", []byte(kubeadmCorefile))
	if err != nil || len(blocks) != 1 {
		t.Fatalf("%d blocks, error %v", len(blocks), err)
	}
	b := blocks[0]
	if !reflect.DeepEqual(b.Keys, []Key{{Zone: ".", Port: "53"}}) {
		t.Errorf("keys %v", b.Keys)
	}
	if b.HealthAddress != ":8080" || b.Lameduck != 5*time.Second || b.ReadyAddress != ":8181" || b.MetricsAddress != ":9153" {
		t.Errorf("status: %+v", b)
	}
	if b.Kubernetes.Pods != podsInsecure || b.Kubernetes.TTL != 30 || len(b.Kubernetes.Zones) != 3 {
		t.Errorf("kubernetes: %+v", b.Kubernetes)
	}
	if !b.LogsErrors || b.LogsQueries || !b.LoadBalance || !b.DetectsLoops || b.ReloadEvery != reloadDefault {
		t.Errorf("switches: %+v", b)
	}
}

func TestServerBlocksHaveZonesPortsAndSubnets(t *testing.T) {
	corefile := "seatrial.lab:5300 10.0.16.0/23 {\n  forward . 192.0.2.1 192.0.2.2:5353 {\n    policy sequential\n  }\n}\n"
	blocks, err := readConfiguration("Corefile", []byte(corefile))
	if err != nil {
		t.Fatal(err)
	}
	want := []Key{{"seatrial.lab.", "5300"}, {"16.0.10.in-addr.arpa.", "53"}, {"17.0.10.in-addr.arpa.", "53"}}
	if !reflect.DeepEqual(blocks[0].Keys, want) {
		t.Errorf("keys %v", blocks[0].Keys)
	}
	if got := blocks[0].Forwards[0].order(); !reflect.DeepEqual(got, []string{"192.0.2.1:53", "192.0.2.2:5353"}) {
		t.Errorf("upstreams %v", got)
	}
}

func TestMistakesAreNamedWithFileAndLine(t *testing.T) {
	for corefile, want := range map[string]string{
		".:53 {\n  kubernets cluster.local\n}":                           "Corefile:2 - Error during parsing: Unknown directive 'kubernets'",
		".:53 {\n  errors\n  kubernetes x {\n    pods often\n  }\n}":     "Corefile:3 - Error during parsing: plugin/kubernetes: wrong value for pods: often",
		".:53 {\n  forward .\n}":                                         "Corefile:2 - Error during parsing: plugin/forward: wrong argument count",
		".:53 {\n  forward . nowhere\n}":                                 `not an IP address or file: "nowhere"`,
		".:53 {\n  errors\n":                                             "expecting '}'",
		".:53 {\n  errors\n}\n.:53 {\n  log\n}":                          "already defined",
		"x:99999999 {\n  errors\n}":                                      `"99999999" is not a port`,
		".:53 {\n  kubernetes in-addr.arpa\n}":                           "non-reverse zone name must be used",
		".:53 {\n  health {\n    lameduck\n  }\n}":                       "lameduck needs a duration",
		".:53 {\n  reload 1s\n}":                                         "greater or equal to 2s",
		".:53 {\n  forward . tls://192.0.2.1\n}":                         "plain DNS only",
		".:53 {\n  hosts {\n    10.0.0.7\n  }\n}":                        "unknown property '10.0.0.7'",
		".:53 {\n  cache 0\n}":                                           "cache TTL can not be zero or negative: 0",
		".:53 {\n  kubernetes x {\n    ttl 4000\n  }\n}":                 "ttl must be in range [0, 3600]: 4000",
		".:53 {\n  forward . 192.0.2.1 {\n    policy best\n  }\n}":       "unknown policy 'best'",
		".:53 {\n  rewrite class IN CH\n}":                               "rewrites names only",
		".:53 {\n  prometheus 9153\n}":                                   "an address such as localhost:9153 is wanted",
		".:53 {\n  kubernetes x {\n    pods insecure\n    pod y\n  }\n}": "unknown property 'pod'",
	} {
		_, err := readConfiguration("Corefile", []byte(corefile))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\n got %v\nwant %s", corefile, err, want)
		}
	}
}

func TestAPluginThatThisStandInLacksIsLoggedOnce(t *testing.T) {
	var written bytes.Buffer
	log.SetOutput(&written)
	defer log.SetOutput(os.Stderr)
	corefile := ".:53 {\n  template IN A lab {\n    rcode NXDOMAIN\n  }\n  errors\n}"
	blocks, err := readConfiguration("Corefile", []byte(corefile))
	if err != nil || !blocks[0].LogsErrors {
		t.Fatalf("got %v", err)
	}
	if strings.Count(written.String(), "plugin/template: not part of this stand-in") != 1 {
		t.Errorf("logged %q", written.String())
	}
}
