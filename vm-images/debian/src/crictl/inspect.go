package crictl

// crictl inspect and inspectp: one container, one pod sandbox.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/golang/protobuf/proto"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

type inspectOptions struct {
	output, template *string
	quiet            *bool
}

func inspectFlags(name string) (*flagSet, inspectOptions) {
	flags := newFlagSet(name)
	return flags, inspectOptions{
		output:   flags.text("output, o", "json", "Output format, One of: json|yaml|go-template|table"),
		quiet:    flags.boolean("quiet, q", "Do not show verbose information"),
		template: flags.text("template", "", templateUsage),
	}
}

func inspectCommand() *command {
	flags, options := inspectFlags("inspect")
	return &command{
		names: []string{"inspect"}, summary: "Display the status of one or more containers",
		usage: "CONTAINER-ID [CONTAINER-ID...]", flags: flags, least: 1, needsID: true,
		action: func(s *session, ids []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := inspectContainer(runtime, id, options); err != nil {
					return fmt.Errorf("getting the status of the container %q: %w", id, err)
				}
			}
			return nil
		},
	}
}

func inspectContainer(runtime cri.RuntimeServiceClient, id string, options inspectOptions) error {
	request := &cri.ContainerStatusRequest{ContainerId: id, Verbose: !*options.quiet}
	answer, err := runtime.ContainerStatus(context.Background(), request)
	if err != nil {
		return err
	}
	status := answer.Status
	if *options.output != "table" {
		text, err := readableTimes(status, "createdAt", "startedAt", "finishedAt")
		if err != nil {
			return err
		}
		return printStatus(text, answer.Info, *options.output, *options.template)
	}
	fmt.Fprintf(stdout, "ID: %s\nName: %s\n", status.Id, status.Metadata.GetName())
	if attempt := status.Metadata.GetAttempt(); attempt != 0 {
		fmt.Fprintf(stdout, "Attempt: %d\n", attempt)
	}
	fmt.Fprintf(stdout, "State: %s\nCreated: %s\n", status.State, ago(status.CreatedAt))
	if status.State != cri.ContainerState_CONTAINER_CREATED {
		fmt.Fprintf(stdout, "Started: %s\n", ago(status.StartedAt))
	}
	if status.State == cri.ContainerState_CONTAINER_EXITED {
		fmt.Fprintf(stdout, "Finished: %s\nExit Code: %d\n", ago(status.FinishedAt), status.ExitCode)
	}
	printPairs("Labels", status.Labels)
	printPairs("Annotations", status.Annotations)
	printPairs("Info", answer.Info)
	return nil
}

func inspectpCommand() *command {
	flags, options := inspectFlags("inspectp")
	return &command{
		names: []string{"inspectp"}, summary: "Display the status of one or more pods",
		usage: "POD-ID [POD-ID...]", flags: flags, least: 1, needsID: true,
		action: func(s *session, ids []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := inspectPod(runtime, id, options); err != nil {
					return fmt.Errorf("getting the pod sandbox status for %q: %w", id, err)
				}
			}
			return nil
		},
	}
}

func inspectPod(runtime cri.RuntimeServiceClient, id string, options inspectOptions) error {
	request := &cri.PodSandboxStatusRequest{PodSandboxId: id, Verbose: !*options.quiet}
	answer, err := runtime.PodSandboxStatus(context.Background(), request)
	if err != nil {
		return err
	}
	status := answer.Status
	if *options.output != "table" {
		text, err := readableTimes(status, "createdAt")
		if err != nil {
			return err
		}
		return printStatus(text, answer.Info, *options.output, *options.template)
	}
	fmt.Fprintf(stdout, "ID: %s\nName: %s\nUID: %s\nNamespace: %s\nAttempt: %d\nStatus: %s\nCreated: %s\n",
		status.Id, status.Metadata.GetName(), status.Metadata.GetUid(), status.Metadata.GetNamespace(),
		status.Metadata.GetAttempt(), status.State, time.Unix(0, status.CreatedAt))
	if status.Network != nil {
		fmt.Fprintf(stdout, "IP Addresses: %s\n", status.Network.Ip)
	}
	printPairs("Labels", status.Labels)
	printPairs("Annotations", status.Annotations)
	printPairs("Info", answer.Info)
	return nil
}

// readableTimes is the message as JSON, with nanoseconds turned into dates.
func readableTimes(message proto.Message, fields ...string) (string, error) {
	text, err := toJSON(message)
	if err != nil {
		return "", err
	}
	for _, field := range fields {
		var values map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &values); err != nil {
			return "", err
		}
		old := values[field]
		var nanoseconds int64
		if _, err := fmt.Sscanf(string(old), `"%d"`, &nanoseconds); err != nil {
			continue
		}
		date, _ := json.Marshal(time.Unix(0, nanoseconds).Format(time.RFC3339Nano))
		// Replaced in the text, not in the map, to keep the order of the fields.
		from, to := []byte(fmt.Sprintf("\n  %q: %s", field, old)), []byte(fmt.Sprintf("\n  %q: %s", field, date))
		text = string(bytes.Replace([]byte(text), from, to, 1))
	}
	return text, nil
}
