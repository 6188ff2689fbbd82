package crictl

// crictl pods: the list of pod sandboxes.

import (
	"context"
	"fmt"
	"regexp"
	"sort"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

type podFilter struct {
	id, name, namespace, state *string
	labels                     *[]string
	latest                     *bool
	last                       *int64
}

func podsCommand() *command {
	flags := newFlagSet("pods")
	filter := podFilter{
		id:        flags.text("id", "", "filter by pod id"),
		name:      flags.text("name", "", "filter by pod name regular expression pattern"),
		namespace: flags.text("namespace", "", "filter by pod namespace regular expression pattern"),
		state:     flags.text("state, s", "", "filter by pod state"),
		labels:    flags.list("label", "filter by key=value label"),
	}
	verbose := flags.boolean("verbose, v", "show verbose info for pods")
	quiet := flags.boolean("quiet, q", "list only pod IDs")
	output := flags.text("output, o", "table", "Output format, One of: json|yaml|table")
	filter.latest = flags.boolean("latest, l", "Show the most recently created pod")
	filter.last = flags.number("last, n", 0, "Show last n recently created pods. Set 0 for unlimited")
	whole := flags.boolean("no-trunc", "Show output without truncating the ID")
	return &command{
		names: []string{"pods"}, summary: "List pods", flags: flags,
		action: func(s *session, _ []string) error {
			pods, err := listPods(s, filter)
			if err != nil {
				return err
			}
			switch {
			case *output != "table":
				return printMessage(&cri.ListPodSandboxResponse{Items: pods}, *output)
			case *quiet:
				for _, pod := range pods {
					fmt.Fprintln(stdout, pod.Id)
				}
				return nil
			case *verbose:
				printPodsInFull(pods)
				return nil
			}
			return podTable(pods, *whole).print(stdout)
		},
	}
}

func podTable(pods []*cri.PodSandbox, whole bool) *table {
	t := newTable("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME")
	for _, pod := range pods {
		handler := pod.RuntimeHandler
		if handler == "" {
			handler = "(default)"
		}
		t.row(shortID(pod.Id, whole), ago(pod.CreatedAt), podState(pod.State), pod.Metadata.GetName(),
			pod.Metadata.GetNamespace(), fmt.Sprint(pod.Metadata.GetAttempt()), handler)
	}
	return t
}

func printPodsInFull(pods []*cri.PodSandbox) {
	for _, pod := range pods {
		fmt.Fprintf(stdout, "ID: %s\nName: %s\nUID: %s\nNamespace: %s\n",
			pod.Id, pod.Metadata.GetName(), pod.Metadata.GetUid(), pod.Metadata.GetNamespace())
		if pod.Metadata.GetAttempt() != 0 {
			fmt.Fprintf(stdout, "Attempt: %d\n", pod.Metadata.GetAttempt())
		}
		fmt.Fprintf(stdout, "Status: %s\nCreated: %s\n", podState(pod.State), ago(pod.CreatedAt))
		printPairs("Labels", pod.Labels)
		printPairs("Annotations", pod.Annotations)
		fmt.Fprintln(stdout)
	}
}

func podState(state cri.PodSandboxState) string {
	if state == cri.PodSandboxState_SANDBOX_READY {
		return "Ready"
	}
	return "NotReady"
}

func (f podFilter) request() (*cri.PodSandboxFilter, error) {
	labels, err := parseLabels(*f.labels)
	if err != nil {
		return nil, err
	}
	filter := &cri.PodSandboxFilter{Id: *f.id, LabelSelector: labels}
	switch strings.ToLower(*f.state) {
	case "":
	case "ready":
		filter.State = &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_READY}
	case "notready":
		filter.State = &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_NOTREADY}
	default:
		return nil, fmt.Errorf("--state should be ready or notready")
	}
	return filter, nil
}

func listPods(s *session, f podFilter) ([]*cri.PodSandbox, error) {
	runtime, err := s.runtimeService()
	if err != nil {
		return nil, err
	}
	filter, err := f.request()
	if err != nil {
		return nil, fmt.Errorf("listing pod sandboxes: %w", err)
	}
	answer, err := runtime.ListPodSandbox(context.Background(), &cri.ListPodSandboxRequest{Filter: filter})
	if err != nil {
		return nil, fmt.Errorf("listing pod sandboxes: %w", err)
	}
	name, err := regexp.Compile(*f.name)
	if err != nil {
		return nil, fmt.Errorf("listing pod sandboxes: %w", err)
	}
	namespace, err := regexp.Compile(*f.namespace)
	if err != nil {
		return nil, fmt.Errorf("listing pod sandboxes: %w", err)
	}
	var chosen []*cri.PodSandbox
	for _, pod := range answer.Items {
		if name.MatchString(pod.Metadata.GetName()) && namespace.MatchString(pod.Metadata.GetNamespace()) {
			chosen = append(chosen, pod)
		}
	}
	sort.SliceStable(chosen, func(i, j int) bool { return chosen[i].CreatedAt > chosen[j].CreatedAt })
	last := int(*f.last)
	if *f.latest {
		last = 1
	}
	if last > 0 && last < len(chosen) {
		chosen = chosen[:last]
	}
	return chosen, nil
}
