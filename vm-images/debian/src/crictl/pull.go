package crictl

// crictl pull, rmi and imagefsinfo: images come and go, and the room they take.

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/sirupsen/logrus"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

type pullOptions struct {
	credentials, auth *string
}

func pullFlags(flags *flagSet) pullOptions {
	return pullOptions{
		credentials: flags.text("creds", "", "Use `USERNAME[:PASSWORD]` for accessing the registry"),
		auth: flags.text("auth", "", "Use `AUTH_STRING` for accessing the registry. "+
			"AUTH_STRING is a base64 encoded 'USERNAME[:PASSWORD]'"),
	}
}

func (o pullOptions) authentication() (*cri.AuthConfig, error) {
	credentials := *o.credentials
	switch {
	case credentials != "" && *o.auth != "":
		return nil, fmt.Errorf("both `--creds` and `--auth` are specified")
	case *o.auth != "":
		decoded, err := base64.StdEncoding.DecodeString(*o.auth)
		if err != nil {
			return nil, err
		}
		credentials = string(decoded)
	case credentials == "":
		return nil, nil
	}
	parts := strings.SplitN(credentials, ":", 2)
	if parts[0] == "" {
		return nil, fmt.Errorf("username can not be empty")
	}
	config := &cri.AuthConfig{Username: parts[0]}
	if len(parts) == 2 {
		config.Password = parts[1]
	}
	return config, nil
}

func pullCommand() *command {
	flags := newFlagSet("pull")
	options := pullFlags(flags)
	podConfig := flags.text("pod-config", "", "Use `pod-config.[json|yaml]` to override the pull c")
	annotations := flags.list("annotation, a", "Annotation to be set on the pulled image")
	return &command{
		names: []string{"pull"}, summary: "Pull an image from a registry",
		usage: "NAME[:TAG|@DIGEST]", flags: flags,
		action: func(s *session, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("Image name cannot be empty")
			}
			service, err := s.imageService()
			if err != nil {
				return err
			}
			var sandbox *cri.PodSandboxConfig
			if *podConfig != "" {
				if sandbox, err = loadPodConfig(*podConfig); err != nil {
					return fmt.Errorf("load podSandboxConfig: %w", err)
				}
			}
			marks, err := parseLabels(*annotations)
			if err != nil {
				return err
			}
			reference, err := pullImage(service, args[0], options, sandbox, marks)
			if err != nil {
				return fmt.Errorf("pulling image: %w", err)
			}
			fmt.Fprintf(stdout, "Image is up to date for %s\n", reference)
			return nil
		},
	}
}

func pullImage(service cri.ImageServiceClient, name string, options pullOptions,
	sandbox *cri.PodSandboxConfig, annotations map[string]string) (string, error) {
	auth, err := options.authentication()
	if err != nil {
		return "", err
	}
	answer, err := service.PullImage(context.Background(), &cri.PullImageRequest{
		Image: &cri.ImageSpec{Image: name, Annotations: annotations}, Auth: auth, SandboxConfig: sandbox,
	})
	if err != nil {
		return "", err
	}
	return answer.ImageRef, nil
}

func rmiCommand() *command {
	flags := newFlagSet("rmi")
	all := flags.boolean("all, a", "Remove all images")
	prune := flags.boolean("prune, q", "Remove all unused images")
	c := &command{
		names: []string{"rmi"}, summary: "Remove one or more images", usage: "IMAGE-ID [IMAGE-ID...]", flags: flags,
	}
	c.action = func(s *session, names []string) error {
		service, err := s.imageService()
		if err != nil {
			return err
		}
		if *all || *prune {
			if names, err = removableImages(s, service, *prune); err != nil {
				return err
			}
			if len(names) == 0 {
				logrus.Info("No images to remove")
				return nil
			}
		}
		if len(names) == 0 {
			c.printHelp(stdout)
			return nil
		}
		failed := false
		for _, name := range names {
			if err := removeImage(service, name); err != nil && !*prune {
				logrus.Error(err)
				failed = true
			}
		}
		if failed {
			return fmt.Errorf("unable to remove the image(s)")
		}
		return nil
	}
	return c
}

// removableImages lists all images, or those that no container uses.
func removableImages(s *session, service cri.ImageServiceClient, unusedOnly bool) ([]string, error) {
	images, err := service.ListImages(context.Background(), &cri.ListImagesRequest{})
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	if unusedOnly {
		runtime, err := s.runtimeService()
		if err != nil {
			return nil, err
		}
		containers, err := runtime.ListContainers(context.Background(), &cri.ListContainersRequest{})
		if err != nil {
			return nil, err
		}
		for _, container := range containers.Containers {
			id, err := imageID(service, container.Image.GetImage())
			if err != nil {
				return nil, err
			}
			used[id] = true
		}
	}
	var ids []string
	for _, image := range images.Images {
		if !used[image.Id] {
			ids = append(ids, image.Id)
		}
	}
	return ids, nil
}

func removeImage(service cri.ImageServiceClient, name string) error {
	spec := &cri.ImageSpec{Image: name}
	status, err := service.ImageStatus(context.Background(), &cri.ImageStatusRequest{Image: spec})
	if err != nil {
		return fmt.Errorf("image status request for %q failed: %w", name, err)
	}
	if status.Image == nil {
		return fmt.Errorf("no such image %s", name)
	}
	if _, err := service.RemoveImage(context.Background(), &cri.RemoveImageRequest{Image: spec}); err != nil {
		return fmt.Errorf("error of removing image %q: %w", name, err)
	}
	for _, tag := range status.Image.RepoTags {
		fmt.Fprintf(stdout, "Deleted: %s\n", tag)
	}
	return nil
}

func imageFsInfoCommand() *command {
	flags := newFlagSet("imagefsinfo")
	output := flags.text("output, o", "json", "Output format, One of: json|yaml|go-template|table")
	templateText := flags.text("template", "", templateUsage)
	return &command{
		names: []string{"imagefsinfo"}, summary: "Return image filesystem info", flags: flags,
		action: func(s *session, _ []string) error {
			service, err := s.imageService()
			if err != nil {
				return err
			}
			answer, err := service.ImageFsInfo(context.Background(), &cri.ImageFsInfoRequest{})
			if err != nil {
				return fmt.Errorf("image filesystem info request: %w", err)
			}
			for _, usage := range answer.ImageFilesystems {
				if *output == "table" {
					fmt.Fprintf(stdout, "TimeStamp: %d\nDisk: %s\nInodes: %d\n", usage.Timestamp,
						size(usage.UsedBytes.GetValue()), usage.InodesUsed.GetValue())
					continue
				}
				status, err := toJSON(usage)
				if err != nil {
					return fmt.Errorf("marshal image filesystem info to json: %w", err)
				}
				if err := printStatus(status, nil, *output, *templateText); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
