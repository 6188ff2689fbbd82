package crictl

// New pods and containers, from the configuration files that the CRI defines.

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
	"sigs.k8s.io/yaml"
)

func loadPodConfig(path string) (*cri.PodSandboxConfig, error) {
	config := &cri.PodSandboxConfig{}
	return config, loadYAML(path, config)
}

func loadContainerConfig(path string) (*cri.ContainerConfig, error) {
	config := &cri.ContainerConfig{}
	if err := loadYAML(path, config); err != nil {
		return nil, err
	}
	if config.Metadata == nil {
		return nil, fmt.Errorf("metadata is not set")
	}
	if config.Metadata.Name == "" {
		return nil, fmt.Errorf("name is not in metadata %q", config.Metadata)
	}
	return config, nil
}

func loadYAML(path string, into interface{}) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("config at %s not found: %w", path, err)
	}
	return yaml.Unmarshal(content, into)
}

func withTimeout(timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(context.Background())
	}
	return context.WithTimeout(context.Background(), timeout)
}

func runPod(runtime cri.RuntimeServiceClient, config *cri.PodSandboxConfig, handler string,
	timeout time.Duration) (string, error) {
	ctx, cancel := withTimeout(timeout)
	defer cancel()
	answer, err := runtime.RunPodSandbox(ctx, &cri.RunPodSandboxRequest{Config: config, RuntimeHandler: handler})
	if err != nil {
		return "", err
	}
	return answer.PodSandboxId, nil
}

func runpCommand() *command {
	flags := newFlagSet("runp")
	handler := flags.text("runtime, r", "", "Runtime handler to use. Available options are defined by the container runtime.")
	timeout := flags.duration("cancel-timeout, T", 0, "Seconds to wait for a run pod sandbox request to complete "+
		"before cancelling the request")
	return &command{
		names: []string{"runp"}, summary: "Run a new pod", usage: "pod-config.[json|yaml]", flags: flags, least: 1,
		action: func(s *session, args []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			config, err := loadPodConfig(args[0])
			if err != nil {
				return fmt.Errorf("load podSandboxConfig: %w", err)
			}
			id, err := runPod(runtime, config, *handler, *timeout)
			if err != nil {
				return fmt.Errorf("run pod sandbox: %w", err)
			}
			fmt.Fprintln(stdout, id)
			return nil
		},
	}
}

type createOptions struct {
	pull             pullOptions
	noPull, withPull *bool
	timeout          *time.Duration
}

func createFlags(flags *flagSet) createOptions {
	return createOptions{
		noPull:   flags.boolean("no-pull", "Do not pull the image"),
		withPull: flags.boolean("with-pull", "Pull the image"),
		pull:     pullFlags(flags),
		timeout: flags.duration("cancel-timeout, T", 0, "Seconds to wait for a container create request to complete "+
			"before cancelling the request"),
	}
}

func createCommand() *command {
	flags := newFlagSet("create")
	options := createFlags(flags)
	return &command{
		names: []string{"create"}, summary: "Create a new container",
		usage: "POD container-config.[json|yaml] pod-config.[json|yaml]", flags: flags, least: 3,
		action: func(s *session, args []string) error {
			config, err := loadContainerConfig(args[1])
			if err != nil {
				return fmt.Errorf("creating container: %w", err)
			}
			podConfig, err := loadPodConfig(args[2])
			if err != nil {
				return fmt.Errorf("creating container: %w", err)
			}
			pulls := *options.withPull || (s.settings.PullImageOnCreate && !*options.noPull)
			id, err := createContainer(s, args[0], config, podConfig, options, pulls)
			if err != nil {
				return fmt.Errorf("creating container: %w", err)
			}
			fmt.Fprintln(stdout, id)
			return nil
		},
	}
}

func createContainer(s *session, pod string, config *cri.ContainerConfig, podConfig *cri.PodSandboxConfig,
	options createOptions, pulls bool) (string, error) {
	if *options.noPull && *options.withPull {
		return "", fmt.Errorf("conflict: no-pull and with-pull are both set")
	}
	runtime, err := s.runtimeService()
	if err != nil {
		return "", err
	}
	if pulls {
		images, err := s.imageService()
		if err != nil {
			return "", err
		}
		if _, err := pullImage(images, config.Image.GetImage(), options.pull, podConfig, nil); err != nil {
			return "", err
		}
	}
	ctx, cancel := withTimeout(*options.timeout)
	defer cancel()
	answer, err := runtime.CreateContainer(ctx, &cri.CreateContainerRequest{
		PodSandboxId: pod, Config: config, SandboxConfig: podConfig,
	})
	if err != nil {
		return "", err
	}
	return answer.ContainerId, nil
}

func runCommand() *command {
	flags := newFlagSet("run")
	options := createFlags(flags)
	handler := flags.text("runtime, r", "", "Runtime handler to use. Available options are defined by the container runtime.")
	return &command{
		names: []string{"run"}, summary: "Run a new container inside a sandbox",
		usage: "container-config.[json|yaml] pod-config.[json|yaml]", flags: flags, least: 2,
		action: func(s *session, args []string) error {
			if err := runContainer(s, args[0], args[1], *handler, options); err != nil {
				return fmt.Errorf("running container: %w", err)
			}
			return nil
		},
	}
}

func runContainer(s *session, containerPath, podPath, handler string, options createOptions) error {
	runtime, err := s.runtimeService()
	if err != nil {
		return err
	}
	podConfig, err := loadPodConfig(podPath)
	if err != nil {
		return fmt.Errorf("load podSandboxConfig: %w", err)
	}
	// The log of a container without a folder of its own goes beside its pod's.
	if podConfig.LogDirectory == "" && podConfig.Metadata != nil {
		podConfig.LogDirectory = filepath.Join(os.TempDir(), "crictl-logs", podConfig.Metadata.Name)
	}
	config, err := loadContainerConfig(containerPath)
	if err != nil {
		return fmt.Errorf("load container config: %w", err)
	}
	pod, err := runPod(runtime, podConfig, handler, *options.timeout)
	if err != nil {
		return fmt.Errorf("run pod sandbox: %w", err)
	}
	pulls := *options.withPull || (!s.settings.DisablePullOnRun && !*options.noPull)
	id, err := createContainer(s, pod, config, podConfig, options, pulls)
	if err != nil {
		return fmt.Errorf("creating container failed: %w", err)
	}
	if err := startContainer(runtime, id); err != nil {
		return fmt.Errorf("starting the container %q: %w", id, err)
	}
	return nil
}
