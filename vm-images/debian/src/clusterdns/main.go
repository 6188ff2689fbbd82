// Package clusterdns is a small cluster DNS: a stand-in for CoreDNS 1.7.0 that
// reads the part of a Corefile that kubeadm writes and learners change. This
// file starts, reloads and stops it.
package clusterdns

import (
	"crypto/md5"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	version      = "1.0"
	versionLine  = "clusterdns " + version + " (stand-in for CoreDNS 1.7.0, made for Seatrial)"
	syncPatience = 5 * time.Second
)

// program is what lives from start to end, over all reloads.
type program struct {
	path       string
	kubeconfig string
	content    []byte
	blocks     []*Block
	store      Store
	server     *Server
	status     *status
	metrics    *Metrics
}

// Main runs the server until SIGTERM or SIGINT.
func Main() {
	flags := flag.NewFlagSet("coredns", flag.ExitOnError)
	path := flags.String("conf", "Corefile", "Corefile to load")
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig; empty: the pod's service account")
	check := flags.Bool("check", false, "read the Corefile, say what is wrong with it, and exit")
	showVersion := flags.Bool("version", false, "print what this program is, and exit")
	flags.Bool("quiet", false, "accepted for CoreDNS' sake")
	flags.String("dns.port", "53", "accepted for CoreDNS' sake")
	_ = flags.Parse(os.Args[1:])
	if *showVersion {
		fmt.Println(versionLine)
		return
	}
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	rand.Seed(time.Now().UnixNano())
	metrics := newMetrics()
	p := &program{
		path: *path, kubeconfig: *kubeconfig, metrics: metrics, server: newServer(metrics),
		status: newStatus(),
	}
	if err := p.start(*check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if !*check {
		p.serve()
	}
}

func (p *program) start(checkOnly bool) error {
	content, err := os.ReadFile(p.path)
	if err != nil {
		return err
	}
	blocks, err := readConfiguration(p.path, content)
	if err != nil || checkOnly {
		return err
	}
	if err := p.use(content, blocks); err != nil {
		return err
	}
	fmt.Print(banner(blocks))
	if p.reloadEvery() > 0 {
		log.Printf("[INFO] plugin/reload: Running configuration MD5 = %x", md5.Sum(content))
	}
	fmt.Printf("%s\n%s/%s, %s\n", versionLine, runtime.GOOS, runtime.GOARCH, runtime.Version())
	go p.server.probeLoops(blocks)
	return nil
}

// use puts a configuration into service; on an error the old one stays.
func (p *program) use(content []byte, blocks []*Block) error {
	if err := p.connect(blocks); err != nil {
		return err
	}
	if err := p.server.use(blocks); err != nil {
		return err
	}
	p.status.use(blocks, p.ready, p.metrics)
	p.content, p.blocks = content, blocks
	return nil
}

// connect gives all kubernetes plugins the one store, made when first needed.
func (p *program) connect(blocks []*Block) error {
	for _, block := range blocks {
		if block.Kubernetes == nil {
			continue
		}
		if p.store == nil {
			kubeconfig := p.kubeconfig
			if block.Kubernetes.Kubeconfig != "" {
				kubeconfig = block.Kubernetes.Kubeconfig
			}
			client, err := newClient(kubeconfig)
			if err != nil {
				return err
			}
			p.store = startInformers(client, verifiesPods(blocks), nil)
			p.waitForStore()
		}
		block.Kubernetes.store = p.store
	}
	return nil
}

func (p *program) waitForStore() {
	deadline := time.Now().Add(syncPatience)
	for !p.store.Synced() {
		if time.Now().After(deadline) {
			log.Printf("[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API")
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func verifiesPods(blocks []*Block) bool {
	for _, block := range blocks {
		if block.Kubernetes != nil && block.Kubernetes.Pods == podsVerified {
			return true
		}
	}
	return false
}

func (p *program) ready() bool {
	synced := p.store == nil || p.store.Synced()
	if !synced {
		log.Printf("[INFO] plugin/ready: Still waiting on: %q", "kubernetes")
	}
	return synced
}

func (p *program) reloadEvery() time.Duration {
	var every time.Duration
	for _, block := range p.blocks {
		if block.ReloadEvery > 0 {
			every = block.ReloadEvery
		}
	}
	return every
}

func (p *program) serve() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1)
	for {
		var tick <-chan time.Time
		if every := p.reloadEvery(); every > 0 {
			tick = time.After(every)
		}
		select {
		case <-tick:
			p.reload()
		case caught := <-signals:
			if caught == syscall.SIGUSR1 {
				p.reload()
				continue
			}
			p.stop(caught)
			return
		}
	}
}

func (p *program) reload() {
	content, err := os.ReadFile(p.path)
	if err != nil || string(content) == string(p.content) {
		return
	}
	log.Printf("[INFO] Reloading")
	blocks, err := readConfiguration(p.path, content)
	if err == nil {
		err = p.use(content, blocks)
	}
	if err != nil {
		p.content = content // said once, not at every look
		log.Printf("[ERROR] Restart failed: %s", strings.TrimSpace(err.Error()))
		return
	}
	log.Printf("[INFO] plugin/reload: Running configuration MD5 = %x", md5.Sum(content))
	log.Printf("[INFO] Reloading complete")
	go p.server.probeLoops(blocks)
}

// stop goes on answering for the lameduck time: clients learn of it late.
func (p *program) stop(caught os.Signal) {
	log.Printf("[INFO] %s: Shutting down servers then terminating", strings.ToUpper(caught.String()))
	var lameduck time.Duration
	for _, block := range p.blocks {
		if block.Lameduck > lameduck {
			lameduck = block.Lameduck
		}
	}
	if lameduck > 0 {
		log.Printf("[INFO] plugin/health: Going into lameduck mode for %s", lameduck)
		time.Sleep(lameduck)
	}
	p.server.stop()
}
