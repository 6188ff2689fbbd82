package crictl

// Connections to the runtime: made when a command first needs them.

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sirupsen/logrus"
	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
	criutil "k8s.io/kubernetes/pkg/kubelet/cri/remote/util"
)

const largestMessage = 16 * 1024 * 1024

var stdout io.Writer = os.Stdout

var defaultEndpoints = []string{
	"unix:///var/run/dockershim.sock", "unix:///run/containerd/containerd.sock", "unix:///run/crio/crio.sock",
}

// session is one call of the program.
type session struct {
	settings Settings
	runtime  cri.RuntimeServiceClient
	images   cri.ImageServiceClient
	endpoint string // that the runtime answered on
}

// runtimeService connects, or says why not in the real program's words.
func (s *session) runtimeService() (cri.RuntimeServiceClient, error) {
	if s.runtime == nil {
		connection, endpoint, err := s.connect("runtime", s.settings.RuntimeEndpoint)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		s.runtime, s.endpoint = cri.NewRuntimeServiceClient(connection), endpoint
	}
	return s.runtime, nil
}

func (s *session) imageService() (cri.ImageServiceClient, error) {
	if s.images == nil {
		connection, _, err := s.connect("image", s.settings.ImageEndpoint)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		s.images = cri.NewImageServiceClient(connection)
	}
	return s.images, nil
}

func (s *session) connect(purpose, endpoint string) (*grpc.ClientConn, string, error) {
	candidates := []string{endpoint}
	if endpoint == "" {
		logrus.Warningf("%s connect using default endpoints: %v. As the default settings are now deprecated, "+
			"you should set the endpoint instead.", purpose, defaultEndpoints)
		candidates = defaultEndpoints
	}
	for i, candidate := range candidates {
		connection, err := dial(candidate, s.settings.Timeout)
		if err == nil {
			logrus.Debugf("connected successfully using endpoint: %s", candidate)
			return connection, candidate, nil
		}
		if i == len(candidates)-1 {
			return nil, "", err
		}
		logrus.Error(err)
	}
	return nil, "", fmt.Errorf("endpoint is not set")
}

func dial(endpoint string, timeout time.Duration) (*grpc.ClientConn, error) {
	logrus.Debugf("connect using endpoint '%s' with '%s' timeout", endpoint, timeout)
	address, dialer, err := criutil.GetAddressAndDialer(endpoint)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	connection, err := grpc.DialContext(ctx, address, grpc.WithInsecure(), grpc.WithBlock(),
		grpc.WithContextDialer(dialer), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage)))
	if err != nil {
		return nil, fmt.Errorf("connect endpoint '%s', make sure you are running as root and the endpoint "+
			"has been started: %w", endpoint, err)
	}
	return connection, nil
}
