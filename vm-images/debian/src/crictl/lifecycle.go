package crictl

// Containers and pods that exist are started, changed, stopped and removed.

import (
	"context"
	"fmt"

	"github.com/sirupsen/logrus"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

// forEach makes a command that does the same for each identifier and ends at
// the first error.
func forEach(c *command, what string, do func(cri.RuntimeServiceClient, string) error) *command {
	c.least = 1
	c.action = func(s *session, ids []string) error {
		runtime, err := s.runtimeService()
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := do(runtime, id); err != nil {
				return fmt.Errorf(what+": %w", id, err)
			}
		}
		return nil
	}
	return c
}

func startCommand() *command {
	c := &command{
		names: []string{"start"}, summary: "Start one or more created containers",
		usage: "CONTAINER-ID [CONTAINER-ID...]", flags: newFlagSet("start"),
	}
	return forEach(c, "starting the container %q", startContainer)
}

func startContainer(runtime cri.RuntimeServiceClient, id string) error {
	_, err := runtime.StartContainer(context.Background(), &cri.StartContainerRequest{ContainerId: id})
	if err == nil {
		fmt.Fprintln(stdout, id)
	}
	return err
}

func stopCommand() *command {
	flags := newFlagSet("stop")
	timeout := flags.number("timeout, t", 0,
		"Seconds to wait to kill the container after a graceful stop is requested (default: 0)")
	c := &command{
		names: []string{"stop"}, summary: "Stop one or more running containers",
		usage: "CONTAINER-ID [CONTAINER-ID...]", flags: flags,
	}
	return forEach(c, "stopping the container %q", func(runtime cri.RuntimeServiceClient, id string) error {
		return stopContainer(runtime, id, *timeout)
	})
}

func stopContainer(runtime cri.RuntimeServiceClient, id string, timeout int64) error {
	_, err := runtime.StopContainer(context.Background(),
		&cri.StopContainerRequest{ContainerId: id, Timeout: timeout})
	if err == nil {
		fmt.Fprintln(stdout, id)
	}
	return err
}

func stoppCommand() *command {
	c := &command{
		names: []string{"stopp"}, summary: "Stop one or more running pods",
		usage: "POD-ID [POD-ID...]", flags: newFlagSet("stopp"),
	}
	return forEach(c, "stopping the pod sandbox %q", stopPod)
}

func stopPod(runtime cri.RuntimeServiceClient, id string) error {
	_, err := runtime.StopPodSandbox(context.Background(), &cri.StopPodSandboxRequest{PodSandboxId: id})
	if err == nil {
		fmt.Fprintf(stdout, "Stopped sandbox %s\n", id)
	}
	return err
}

func updateCommand() *command {
	flags := newFlagSet("update")
	period := flags.number("cpu-period", 0, "CPU CFS period to be used for hardcapping (in usecs)")
	quota := flags.number("cpu-quota", 0, "CPU CFS hardcap limit (in usecs). Allowed cpu time in a given period")
	share := flags.number("cpu-share", 0, "CPU shares (relative weight vs. other containers)")
	memory := flags.number("memory", 0, "Memory limit (in bytes)")
	cpus := flags.text("cpuset-cpus", "", "CPU(s) to use")
	mems := flags.text("cpuset-mems", "", "Memory node(s) to use")
	c := &command{
		names: []string{"update"}, summary: "Update one or more running containers",
		usage: "CONTAINER-ID [CONTAINER-ID...]", flags: flags,
	}
	return forEach(c, "updating container resources for %q", func(runtime cri.RuntimeServiceClient, id string) error {
		_, err := runtime.UpdateContainerResources(context.Background(), &cri.UpdateContainerResourcesRequest{
			ContainerId: id,
			Linux: &cri.LinuxContainerResources{
				CpuPeriod: *period, CpuQuota: *quota, CpuShares: *share,
				MemoryLimitInBytes: *memory, CpusetCpus: *cpus, CpusetMems: *mems,
			},
		})
		if err == nil {
			fmt.Fprintln(stdout, id)
		}
		return err
	})
}

// removal makes rm and rmp: errors of single objects are logged, and the rest
// is removed all the same.
func removal(c *command, failure string, list func(cri.RuntimeServiceClient) ([]string, error),
	remove func(cri.RuntimeServiceClient, string, bool) error) *command {
	force := c.flags.boolean("force, f", "Force removal, disregarding if running")
	all := c.flags.boolean("all, a", "Remove all")
	c.action = func(s *session, ids []string) error {
		runtime, err := s.runtimeService()
		if err != nil {
			return err
		}
		if *all {
			if ids, err = list(runtime); err != nil {
				return err
			}
		}
		if len(ids) == 0 {
			c.printHelp(stdout)
			return nil
		}
		failed := false
		for _, id := range ids {
			if err := remove(runtime, id, *force); err != nil {
				logrus.Error(err)
				failed = true
			}
		}
		if failed {
			return fmt.Errorf("%s", failure)
		}
		return nil
	}
	return c
}

func rmCommand() *command {
	c := &command{
		names: []string{"rm"}, summary: "Remove one or more containers",
		usage: "CONTAINER-ID [CONTAINER-ID...]", flags: newFlagSet("rm"),
	}
	list := func(runtime cri.RuntimeServiceClient) (ids []string, err error) {
		answer, err := runtime.ListContainers(context.Background(), &cri.ListContainersRequest{})
		for _, container := range answer.GetContainers() {
			ids = append(ids, container.Id)
		}
		return ids, err
	}
	return removal(c, "unable to remove container(s)", list, removeContainer)
}

func removeContainer(runtime cri.RuntimeServiceClient, id string, force bool) error {
	status, err := runtime.ContainerStatus(context.Background(), &cri.ContainerStatusRequest{ContainerId: id})
	if err != nil {
		return err
	}
	if status.Status.GetState() == cri.ContainerState_CONTAINER_RUNNING {
		if !force {
			return fmt.Errorf("container %q is running, please stop it first", id)
		}
		if err := stopContainer(runtime, id, 0); err != nil {
			return fmt.Errorf("stopping the container %q failed: %w", id, err)
		}
	}
	_, err = runtime.RemoveContainer(context.Background(), &cri.RemoveContainerRequest{ContainerId: id})
	if err != nil {
		return fmt.Errorf("removing container %q failed: %w", id, err)
	}
	fmt.Fprintln(stdout, id)
	return nil
}

func rmpCommand() *command {
	c := &command{
		names: []string{"rmp"}, summary: "Remove one or more pods", usage: "POD-ID [POD-ID...]",
		flags: newFlagSet("rmp"),
	}
	list := func(runtime cri.RuntimeServiceClient) (ids []string, err error) {
		answer, err := runtime.ListPodSandbox(context.Background(), &cri.ListPodSandboxRequest{})
		for _, pod := range answer.GetItems() {
			ids = append(ids, pod.Id)
		}
		return ids, err
	}
	return removal(c, "unable to remove sandbox(es)", list, removePod)
}

func removePod(runtime cri.RuntimeServiceClient, id string, force bool) error {
	status, err := runtime.PodSandboxStatus(context.Background(), &cri.PodSandboxStatusRequest{PodSandboxId: id})
	if err != nil {
		return fmt.Errorf("getting sandbox status of pod %q: %w", id, err)
	}
	if status.Status.GetState() == cri.PodSandboxState_SANDBOX_READY {
		if !force {
			return fmt.Errorf("pod sandbox %q is running, please stop it first", id)
		}
		if err := stopPod(runtime, id); err != nil {
			return fmt.Errorf("stopping the pod sandbox %q failed: %w", id, err)
		}
	}
	_, err = runtime.RemovePodSandbox(context.Background(), &cri.RemovePodSandboxRequest{PodSandboxId: id})
	if err != nil {
		return fmt.Errorf("removing the pod sandbox %q: %w", id, err)
	}
	fmt.Fprintf(stdout, "Removed sandbox %s\n", id)
	return nil
}
