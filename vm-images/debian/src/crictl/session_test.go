package crictl

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

// listen serves gRPC on a socket of its own; register adds services to it.
func listen(t *testing.T, register func(*grpc.Server)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "runtime.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	register(server)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return "unix://" + path
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var written bytes.Buffer
	before := stdout
	stdout = &written
	defer func() { stdout = before }()
	if err := run(args); err != nil {
		t.Fatal(err)
	}
	return written.String()
}

func TestARuntimeWithoutItsCRIPluginIsNamedAsTheRealProgramDoes(t *testing.T) {
	endpoint := listen(t, func(*grpc.Server) {})
	for command, service := range map[string]string{
		"info":   "getting status of runtime: rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService",
		"ps":     "listing containers: rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService",
		"images": "listing images: rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.ImageService",
	} {
		if err := run([]string{"-r", endpoint, command}); err == nil || err.Error() != service {
			t.Errorf("%s: got %v", command, err)
		}
	}
}

func TestAMissingSocketIsNamedAsTheRealProgramDoes(t *testing.T) {
	endpoint := "unix://" + filepath.Join(t.TempDir(), "absent.sock")
	err := run([]string{"-r", endpoint, "-t", "50ms", "info"})
	want := "connect: connect endpoint '" + endpoint + "', make sure you are running as root and the endpoint " +
		"has been started: context deadline exceeded"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// someRuntime has two pods; everything else is not implemented.
type someRuntime struct{ cri.RuntimeServiceServer }

func (someRuntime) ListPodSandbox(_ context.Context, request *cri.ListPodSandboxRequest) (*cri.ListPodSandboxResponse, error) {
	pod := func(id, name, namespace string, created int64) *cri.PodSandbox {
		return &cri.PodSandbox{
			Id: id, CreatedAt: created, Metadata: &cri.PodSandboxMetadata{Name: name, Namespace: namespace},
		}
	}
	return &cri.ListPodSandboxResponse{Items: []*cri.PodSandbox{
		pod("older", "web-1", "orders", 1e9), pod("newer", "etcd", "kube-system", 2e9),
	}}, nil
}

func TestPodsAreListedNewestFirstAndChosenByPattern(t *testing.T) {
	endpoint := listen(t, func(server *grpc.Server) { cri.RegisterRuntimeServiceServer(server, someRuntime{}) })
	if got := output(t, "-r", endpoint, "pods", "-q"); got != "newer\nolder\n" {
		t.Errorf("all: %q", got)
	}
	if got := output(t, "-r", endpoint, "pods", "--name", "^web", "-q"); got != "older\n" {
		t.Errorf("by name: %q", got)
	}
	if got := output(t, "-r", endpoint, "pods", "-o", "yaml", "--namespace", "system"); !strings.Contains(got, "name: etcd") {
		t.Errorf("as YAML: %q", got)
	}
}

func TestTheLogOfThePreviousAttemptLiesBesideThisOne(t *testing.T) {
	if _, err := previousLog("/var/log/pods/x/web/0.log", 0); err == nil {
		t.Error("a first attempt has no previous one")
	}
	folder := filepath.Dir(writeConfig(t, ""))
	current := filepath.Join(folder, "3.log")
	if _, err := previousLog(current, 3); err == nil {
		t.Error("a log that is gone was found")
	}
	writeLog(t, filepath.Join(folder, "2.log"))
	if got, err := previousLog(current, 3); err != nil || got != filepath.Join(folder, "2.log") {
		t.Errorf("got %s, error %v", got, err)
	}
}
