// Package hostroutes is Seatrial's network add-on, a stand-in for a CNI
// plug-in's node agent: one bridge per node with the node's podCIDR, and a
// route to every other node's podCIDR. This file wires the parts to the API.
package hostroutes

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const versionLine = "hostroutes 1.0 (stand-in for a CNI plug-in's node agent, made for Seatrial)"

// resync also mends what somebody flushed by hand (routes, iptables).
const resync = 30 * time.Second

// Settings is what flags and environment decide.
type Settings struct {
	NodeName   string
	Kubeconfig string
	CNIFolder  string
	MTU        int
}

// Main runs the agent until SIGTERM or SIGINT.
func Main() {
	settings := Settings{}
	flags := flag.NewFlagSet("hostroutes", flag.ExitOnError)
	flags.StringVar(&settings.NodeName, "node", os.Getenv("NODE_NAME"), "name of this node (env NODE_NAME)")
	flags.StringVar(&settings.Kubeconfig, "kubeconfig", "", "kubeconfig; empty: the pod's service account")
	flags.StringVar(&settings.CNIFolder, "cni-folder", "/etc/cni/net.d", "folder of CNI configurations")
	flags.IntVar(&settings.MTU, "mtu", 1500, "MTU of the bridge")
	showVersion := flags.Bool("version", false, "print what this program is, and exit")
	_ = flags.Parse(os.Args[1:])
	if *showVersion {
		fmt.Println(versionLine)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, settings); err != nil {
		klog.Errorf("%v", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, settings Settings) error {
	if settings.NodeName == "" {
		return fmt.Errorf("the node's name is unknown: set NODE_NAME or -node")
	}
	client, err := newClient(settings.Kubeconfig)
	if err != nil {
		return err
	}
	if !waitForAPI(ctx, client) {
		return nil
	}
	factory := informers.NewSharedInformerFactory(client, resync)
	nodes := factory.Core().V1().Nodes()
	changed := make(chan struct{}, 1)
	nodes.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(interface{}) { nudge(changed) },
		DeleteFunc: func(interface{}) { nudge(changed) },
		UpdateFunc: func(before, after interface{}) {
			// Heartbeats change a node every few seconds; only its network matters here.
			// A resync passes the very same object twice, and is wanted.
			old, fresh := before.(*v1.Node), after.(*v1.Node)
			if old.ResourceVersion == fresh.ResourceVersion || networkOf(old) != networkOf(fresh) {
				nudge(changed)
			}
		},
	})
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), nodes.Informer().HasSynced) {
		return nil
	}
	agent := newAgent(settings)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			if err := agent.reconcile(listNodes(nodes.Lister())); err != nil {
				klog.Errorf("%v (trying again)", err)
				time.AfterFunc(5*time.Second, func() { nudge(changed) })
			}
		}
	}
}

func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := rest.InClusterConfig()
	if kubeconfig != "" {
		config, err = clientcmd.BuildConfigFromFlags("", kubeconfig)
	}
	if err != nil {
		return nil, fmt.Errorf("no way to reach the API server: %w", err)
	}
	config.UserAgent = "seatrial-hostroutes"
	return kubernetes.NewForConfig(config)
}

// waitForAPI asks every second until the API server answers: informers that
// start too early wait longer and longer, and the node stays NotReady with them.
func waitForAPI(ctx context.Context, client kubernetes.Interface) bool {
	said := ""
	err := wait.PollImmediateUntil(time.Second, func() (bool, error) {
		asking, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		_, err := client.CoreV1().Nodes().List(asking, metav1.ListOptions{Limit: 1})
		if err != nil && err.Error() != said {
			said = err.Error()
			klog.Infof("waiting for the API server: %v", err)
		}
		return err == nil, nil
	}, ctx.Done())
	return err == nil
}

// nudge asks for one more reconciliation; one that is already due is enough.
func nudge(changed chan<- struct{}) {
	select {
	case changed <- struct{}{}:
	default:
	}
}

func listNodes(lister corelisters.NodeLister) []Network {
	nodes, _ := lister.List(everything)
	networks := make([]Network, 0, len(nodes))
	for _, node := range nodes {
		networks = append(networks, networkOf(node))
	}
	return networks
}
