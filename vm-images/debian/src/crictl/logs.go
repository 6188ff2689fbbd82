package crictl

// crictl logs: the kubelet's own reader of CRI log files does the work.

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
	"k8s.io/kubernetes/pkg/kubelet/cri/remote"
	criLogs "k8s.io/kubernetes/pkg/kubelet/kuberuntime/logs"
)

type logOptions struct {
	follow, previous, timestamps *bool
	tail, limitBytes             *int64
	since                        *string
}

func logsCommand() *command {
	flags := newFlagSet("logs")
	options := logOptions{
		follow: flags.boolean("follow, f", "Follow log output (default: false)"),
		tail: flags.number("tail", -1, "Show the specified number of lines from the end of the logs. "+
			"Defaults to all logs (default: -1)"),
		since: flags.text("since", "", "Show logs since timestamp (e.g. 2013-01-02T13:23:37) or relative "+
			"(e.g. 42m for 42 minutes)"),
		timestamps: flags.boolean("timestamps, t", "Show timestamps (default: false)"),
		limitBytes: flags.number("limit-bytes", -1, "Maximum bytes of logs to return. Defaults to no limit (default: -1)"),
		previous: flags.boolean("previous, p", "If true, print the logs for the previous instance of the container "+
			"in a pod if it exists (default: false)"),
	}
	return &command{
		names: []string{"logs"}, summary: "Fetch the logs of a container", usage: "CONTAINER-ID", flags: flags,
		action: func(s *session, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("ID cannot be empty")
			}
			return printLogs(s, args[0], options)
		},
	}
}

// podOptions turns flags into what kubectl logs would ask for.
func (o logOptions) podOptions(now time.Time) (*v1.PodLogOptions, error) {
	wanted := &v1.PodLogOptions{Follow: *o.follow, Timestamps: *o.timestamps}
	if *o.tail >= 0 {
		wanted.TailLines = o.tail
	}
	if *o.limitBytes >= 0 {
		wanted.LimitBytes = o.limitBytes
	}
	if *o.since != "" {
		since, err := parseSince(*o.since, now)
		if err != nil {
			return nil, fmt.Errorf("failed to parse timestamp from \"--since\" %w", err)
		}
		wanted.SinceTime = &metav1.Time{Time: since}
	}
	return wanted, nil
}

func parseSince(text string, now time.Time) (time.Time, error) {
	if before, err := time.ParseDuration(text); err == nil {
		return now.Add(-before), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if parsed, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return parsed, nil
		}
	}
	return now, fmt.Errorf("%q is neither a time nor a duration", text)
}

func printLogs(s *session, id string, options logOptions) error {
	runtime, err := s.runtimeService()
	if err != nil {
		return err
	}
	wanted, err := options.podOptions(time.Now())
	if err != nil {
		return err
	}
	answer, err := runtime.ContainerStatus(context.Background(), &cri.ContainerStatusRequest{ContainerId: id})
	if err != nil {
		return err
	}
	path := answer.Status.GetLogPath()
	if path == "" {
		return fmt.Errorf("The container has not set log path")
	}
	if *options.previous {
		if path, err = previousLog(path, answer.Status.GetMetadata().GetAttempt()); err != nil {
			return err
		}
	}
	service, err := remote.NewRemoteRuntimeService(s.endpoint, s.settings.Timeout)
	if err != nil {
		return err
	}
	return criLogs.ReadLogs(context.Background(), path, answer.Status.GetId(),
		criLogs.NewLogOptions(wanted, time.Now()), service, os.Stdout, os.Stderr)
}

// previousLog is the log beside this one that the attempt before wrote.
func previousLog(path string, attempt uint32) (string, error) {
	if attempt == 0 {
		return "", fmt.Errorf("Previous terminated container not found")
	}
	previous := filepath.Join(filepath.Dir(path), fmt.Sprintf("%d.log", attempt-1))
	if _, err := os.Stat(previous); err != nil {
		return "", fmt.Errorf("Previous terminated container not found: %w", err)
	}
	return previous, nil
}
