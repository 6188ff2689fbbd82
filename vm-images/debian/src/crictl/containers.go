package crictl

// crictl ps: the list of containers.

import (
	"context"
	"fmt"
	"regexp"
	"sort"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

type containerFilter struct {
	id, name, pod, image, state *string
	labels                      *[]string
	all, latest                 *bool
	last                        *int64
}

func psCommand() *command {
	flags := newFlagSet("ps")
	verbose := flags.boolean("verbose, v", "Show verbose information for containers")
	filter := containerFilter{
		id:     flags.text("id", "", "Filter by container id"),
		name:   flags.text("name", "", "filter by container name regular expression pattern"),
		pod:    flags.text("pod, p", "", "Filter by pod id"),
		image:  flags.text("image", "", "Filter by container image"),
		state:  flags.text("state, s", "", "Filter by container state"),
		labels: flags.list("label", "Filter by key=value label"),
	}
	quiet := flags.boolean("quiet, q", "Only display container IDs")
	output := flags.text("output, o", "table", "Output format, One of: json|yaml|table")
	filter.all = flags.boolean("all, a", "Show all containers")
	filter.latest = flags.boolean("latest, l", "Show the most recently created container (includes all states)")
	filter.last = flags.number("last, n", 0, "Show last n recently created containers (includes all states). "+
		"Set 0 for unlimited.")
	whole := flags.boolean("no-trunc", "Show output without truncating the ID")
	return &command{
		names: []string{"ps"}, summary: "List containers", flags: flags,
		action: func(s *session, _ []string) error {
			containers, err := listContainers(s, filter)
			if err != nil {
				return err
			}
			switch {
			case *output != "table":
				return printMessage(&cri.ListContainersResponse{Containers: containers}, *output)
			case *quiet:
				for _, container := range containers {
					fmt.Fprintln(stdout, container.Id)
				}
				return nil
			case *verbose:
				printContainersInFull(containers)
				return nil
			}
			return containerTable(containers, *whole).print(stdout)
		},
	}
}

func containerTable(containers []*cri.Container, whole bool) *table {
	t := newTable("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID")
	for _, c := range containers {
		t.row(shortID(c.Id, whole), shortImage(c.Image.GetImage(), whole), ago(c.CreatedAt), containerState(c.State),
			c.Metadata.GetName(), fmt.Sprint(c.Metadata.GetAttempt()), shortID(c.PodSandboxId, whole))
	}
	return t
}

func printContainersInFull(containers []*cri.Container) {
	for _, c := range containers {
		fmt.Fprintf(stdout, "ID: %s\nPodID: %s\n", c.Id, c.PodSandboxId)
		fmt.Fprintf(stdout, "Name: %s\nAttempt: %d\n", c.Metadata.GetName(), c.Metadata.GetAttempt())
		fmt.Fprintf(stdout, "State: %s\nImage: %s\nCreated: %s\n",
			containerState(c.State), c.Image.GetImage(), ago(c.CreatedAt))
		printPairs("Labels", c.Labels)
		printPairs("Annotations", c.Annotations)
		fmt.Fprintln(stdout)
	}
}

func printPairs(title string, pairs map[string]string) {
	if len(pairs) == 0 {
		return
	}
	keys := make([]string, 0, len(pairs))
	for key := range pairs {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	fmt.Fprintf(stdout, "%s:\n", title)
	for _, key := range keys {
		fmt.Fprintf(stdout, "\t%s -> %s\n", key, pairs[key])
	}
}

// containerState is CONTAINER_RUNNING in the table's words, Running.
func containerState(state cri.ContainerState) string {
	return capitalized(strings.TrimPrefix(state.String(), "CONTAINER_"))
}

func capitalized(word string) string {
	if word == "" {
		return word
	}
	return word[:1] + strings.ToLower(word[1:])
}

func listContainers(s *session, f containerFilter) ([]*cri.Container, error) {
	runtime, err := s.runtimeService()
	if err != nil {
		return nil, err
	}
	images, err := s.imageService()
	if err != nil {
		return nil, err
	}
	filter, err := f.request()
	if err != nil {
		return nil, fmt.Errorf("listing containers: %w", err)
	}
	answer, err := runtime.ListContainers(context.Background(), &cri.ListContainersRequest{Filter: filter})
	if err != nil {
		return nil, fmt.Errorf("listing containers: %w", err)
	}
	pattern, err := regexp.Compile(*f.name)
	if err != nil {
		return nil, fmt.Errorf("listing containers: %w", err)
	}
	wantedImage, err := imageID(images, *f.image)
	if err != nil {
		return nil, fmt.Errorf("listing containers: failed to check image match %w", err)
	}
	var chosen []*cri.Container
	for _, container := range answer.Containers {
		if !pattern.MatchString(container.Metadata.GetName()) {
			continue
		}
		if wantedImage != "" && !usesImage(images, container, wantedImage) {
			continue
		}
		chosen = append(chosen, container)
	}
	sort.SliceStable(chosen, func(i, j int) bool { return chosen[i].CreatedAt > chosen[j].CreatedAt })
	return newest(chosen, *f.latest, int(*f.last)), nil
}

func newest(containers []*cri.Container, latest bool, last int) []*cri.Container {
	if latest {
		last = 1
	}
	if last > 0 && last < len(containers) {
		return containers[:last]
	}
	return containers
}

// request leaves out the state where older containers are wanted as well.
func (f containerFilter) request() (*cri.ContainerFilter, error) {
	labels, err := parseLabels(*f.labels)
	if err != nil {
		return nil, err
	}
	filter := &cri.ContainerFilter{Id: *f.id, PodSandboxId: *f.pod, LabelSelector: labels}
	anyState := *f.all || *f.latest || *f.last > 0
	switch {
	case *f.state != "":
		state, known := cri.ContainerState_value["CONTAINER_"+strings.ToUpper(*f.state)]
		if !known {
			return nil, fmt.Errorf("--state should be one of created, running, exited or unknown")
		}
		if !*f.latest && *f.last <= 0 {
			filter.State = &cri.ContainerStateValue{State: cri.ContainerState(state)}
		}
	case !anyState:
		filter.State = &cri.ContainerStateValue{State: cri.ContainerState_CONTAINER_RUNNING}
	}
	return filter, nil
}

func usesImage(images cri.ImageServiceClient, container *cri.Container, wanted string) bool {
	used, err := imageID(images, container.Image.GetImage())
	return err == nil && used == wanted
}
