package crictl

// exec, attach and port-forward: the runtime gives a URL, and the streams go
// through it as they do between kubectl and the kubelet.

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"

	"github.com/sirupsen/logrus"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
	"k8s.io/kubectl/pkg/util/term"
)

// streamAddress stands in for a host that the runtime left out.
const streamAddress = "localhost:10250"

func execCommand() *command {
	flags := newFlagSet("exec")
	sync := flags.boolean("sync, s", "Run the command synchronously (default: false)")
	timeout := flags.number("timeout", 0, "Timeout in seconds (default: 0)")
	tty := flags.boolean("tty, t", "Allocate a pseudo-TTY (default: false)")
	stdin := flags.boolean("interactive, i", "Keep STDIN open (default: false)")
	return &command{
		names: []string{"exec"}, summary: "Run a command in a running container",
		usage: "CONTAINER-ID COMMAND [ARG...]", flags: flags, least: 2,
		action: func(s *session, args []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			if *sync {
				return execSync(runtime, args[0], args[1:], *timeout)
			}
			answer, err := runtime.Exec(context.Background(), &cri.ExecRequest{
				ContainerId: args[0], Cmd: args[1:], Tty: *tty, Stdin: *stdin, Stdout: true, Stderr: !*tty,
			})
			if err == nil {
				err = stream(answer.Url, *stdin, *tty)
			}
			if err != nil {
				return fmt.Errorf("execing command in container: %w", err)
			}
			return nil
		},
	}
}

func execSync(runtime cri.RuntimeServiceClient, id string, cmd []string, timeout int64) error {
	answer, err := runtime.ExecSync(context.Background(),
		&cri.ExecSyncRequest{ContainerId: id, Cmd: cmd, Timeout: timeout})
	if err != nil {
		return fmt.Errorf("execing command in container synchronously: %w", err)
	}
	_, _ = os.Stdout.Write(answer.Stdout)
	_, _ = os.Stderr.Write(answer.Stderr)
	if answer.ExitCode != 0 {
		fmt.Fprintln(os.Stderr, "non-zero exit code")
		return exitStatus(answer.ExitCode)
	}
	return nil
}

func attachCommand() *command {
	flags := newFlagSet("attach")
	tty := flags.boolean("tty, t", "Allocate a pseudo-TTY")
	stdin := flags.boolean("stdin, i", "Keep STDIN open")
	return &command{
		names: []string{"attach"}, summary: "Attach to a running container", usage: "CONTAINER-ID",
		flags: flags, least: 1, needsID: true,
		action: func(s *session, args []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			answer, err := runtime.Attach(context.Background(), &cri.AttachRequest{
				ContainerId: args[0], Tty: *tty, Stdin: *stdin, Stdout: true, Stderr: !*tty,
			})
			if err == nil {
				err = stream(answer.Url, *stdin, *tty)
			}
			if err != nil {
				return fmt.Errorf("attaching running container failed: %w", err)
			}
			return nil
		},
	}
}

func streamURL(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	if address.Host == "" {
		address.Host = streamAddress
	}
	if address.Scheme == "" {
		address.Scheme = "http"
	}
	logrus.Debugf("stream URL: %v", address)
	return address, nil
}

func streamConfig() *rest.Config {
	return &rest.Config{TLSClientConfig: rest.TLSClientConfig{Insecure: true}}
}

func stream(text string, stdin, tty bool) error {
	address, err := streamURL(text)
	if err != nil {
		return err
	}
	executor, err := remotecommand.NewSPDYExecutor(streamConfig(), http.MethodPost, address)
	if err != nil {
		return err
	}
	options := remotecommand.StreamOptions{Stdout: os.Stdout, Tty: tty}
	if stdin {
		options.Stdin = os.Stdin
	}
	if !tty {
		options.Stderr = os.Stderr
		return executor.Stream(options)
	}
	terminal := term.TTY{In: os.Stdin, Out: os.Stdout, Raw: stdin}
	if !terminal.IsTerminalIn() {
		return fmt.Errorf("input is not a terminal")
	}
	options.TerminalSizeQueue = terminal.MonitorSize(terminal.GetSize())
	return terminal.Safe(func() error { return executor.Stream(options) })
}

func portForwardCommand() *command {
	return &command{
		names: []string{"port-forward"}, summary: "Forward local port to a pod",
		usage: "POD-ID [LOCAL_PORT:]REMOTE_PORT", flags: newFlagSet("port-forward"), least: 2,
		action: func(s *session, args []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			answer, err := runtime.PortForward(context.Background(), &cri.PortForwardRequest{PodSandboxId: args[0]})
			if err == nil {
				err = forwardPorts(answer.Url, args[1:])
			}
			if err != nil {
				return fmt.Errorf("port forward: %w", err)
			}
			return nil
		},
	}
}

func forwardPorts(text string, ports []string) error {
	address, err := streamURL(text)
	if err != nil {
		return err
	}
	transport, upgrader, err := spdy.RoundTripperFor(streamConfig())
	if err != nil {
		return err
	}
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, address)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	stop := make(chan struct{})
	go func() {
		<-interrupted
		close(stop)
	}()
	forwarder, err := portforward.New(dialer, ports, stop, make(chan struct{}), os.Stdout, os.Stderr)
	if err != nil {
		return err
	}
	return forwarder.ForwardPorts()
}
