// Command seatrial is several programs in one binary: each runs by the name the binary is called by.
// It only chooses; what a component does stays in its own package.
package main

import (
	goflag "flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
)

// Components register flags globally when they are linked. These commands show global flags as
// their own, so they get a set without the others' flags.
var ownFlags = map[string]bool{"kubeadm": true, "kube-proxy": true}

func main() {
	name := filepath.Base(os.Args[0])
	run, found := commands[name]
	if !found && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = os.Args[0]
		run, found = commands[name]
	}
	if !found {
		names := make([]string, 0, len(commands))
		for known := range commands {
			names = append(names, known)
		}
		sort.Strings(names)
		fmt.Fprintf(os.Stderr, "call this binary by the name of a component: %v\n", names)
		os.Exit(2)
	}
	if ownFlags[name] {
		resetFlags(name)
	}
	run()
}

func resetFlags(name string) {
	shared := []*pflag.Flag{pflag.Lookup("version"), pflag.Lookup("log-flush-frequency")}
	goflag.CommandLine = goflag.NewFlagSet(name, goflag.ExitOnError)
	pflag.CommandLine = pflag.NewFlagSet(name, pflag.ExitOnError)
	if name == "kubeadm" {
		return // it registers klog's flags itself
	}
	klog.InitFlags(goflag.CommandLine)
	for _, flag := range shared {
		if flag != nil {
			pflag.CommandLine.AddFlag(flag)
		}
	}
}
