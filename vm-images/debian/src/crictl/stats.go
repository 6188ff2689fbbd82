package crictl

// crictl stats: what containers use. CPU needs two looks, a second apart.

import (
	"context"
	"fmt"
	"sort"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

type statsOptions struct {
	filter  *cri.ContainerStatsFilter
	all     bool
	output  string
	between time.Duration
}

func statsCommand() *command {
	flags := newFlagSet("stats")
	all := flags.boolean("all, a", "Show all containers (default shows just running)")
	id := flags.text("id", "", "Filter by container id")
	pod := flags.text("pod, p", "", "Filter by pod id")
	labels := flags.list("label", "Filter by key=value label")
	output := flags.text("output, o", "table", "Output format, One of: json|yaml|table")
	seconds := flags.number("seconds, s", 1, "Sample duration for CPU usage in seconds (default: 1)")
	watch := flags.boolean("watch, w", "Watch pod resources")
	return &command{
		names: []string{"stats"}, summary: "List container(s) resource usage statistics", usage: "[ID]", flags: flags,
		action: func(s *session, args []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			selector, err := parseLabels(*labels)
			if err != nil {
				return err
			}
			options := statsOptions{
				filter: &cri.ContainerStatsFilter{Id: *id, PodSandboxId: *pod, LabelSelector: selector},
				all:    *all, output: *output, between: time.Duration(*seconds) * time.Second,
			}
			if len(args) > 0 {
				options.filter.Id = args[0]
			}
			for {
				if err := showStats(runtime, options); err != nil {
					return fmt.Errorf("get container stats: %w", err)
				}
				if !*watch {
					return nil
				}
			}
		},
	}
}

func showStats(runtime cri.RuntimeServiceClient, options statsOptions) error {
	before, err := runtime.ListContainerStats(context.Background(), &cri.ListContainerStatsRequest{Filter: options.filter})
	if err != nil {
		return err
	}
	if options.output != "table" {
		return printMessage(before, options.output)
	}
	time.Sleep(options.between)
	after, err := runtime.ListContainerStats(context.Background(), &cri.ListContainerStatsRequest{Filter: options.filter})
	if err != nil {
		return err
	}
	return statsTable(before.Stats, after.Stats, options.all).print(stdout)
}

func statsTable(before, after []*cri.ContainerStats, all bool) *table {
	earlier := map[string]*cri.ContainerStats{}
	for _, stats := range before {
		earlier[stats.Attributes.GetId()] = stats
	}
	sort.SliceStable(after, func(i, j int) bool { return after[i].Attributes.GetId() < after[j].Attributes.GetId() })
	t := newTable("CONTAINER", "CPU %", "MEM", "DISK", "INODES")
	for _, stats := range after {
		cpu := stats.Cpu.GetUsageCoreNanoSeconds().GetValue()
		memory := stats.Memory.GetWorkingSetBytes().GetValue()
		if !all && cpu == 0 && memory == 0 {
			continue // not running
		}
		t.row(shortID(stats.Attributes.GetId(), false), fmt.Sprintf("%.2f", cpuPercent(earlier[stats.Attributes.GetId()], stats)),
			size(memory), size(stats.WritableLayer.GetUsedBytes().GetValue()),
			fmt.Sprint(stats.WritableLayer.GetInodesUsed().GetValue()))
	}
	return t
}

// cpuPercent is 100 for one whole core; 0 for a container without an earlier look.
func cpuPercent(before, after *cri.ContainerStats) float64 {
	if before == nil {
		return 0
	}
	passed := after.Cpu.GetTimestamp() - before.Cpu.GetTimestamp()
	used := int64(after.Cpu.GetUsageCoreNanoSeconds().GetValue()) - int64(before.Cpu.GetUsageCoreNanoSeconds().GetValue())
	if passed <= 0 || used < 0 {
		return 0
	}
	return float64(used) / float64(passed) * 100
}
