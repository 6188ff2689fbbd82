package crictl

// crictl images and inspecti: what images are there.

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/docker/go-units"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

func imagesCommand() *command {
	flags := newFlagSet("images")
	verbose := flags.boolean("verbose, v", "Show verbose info for images")
	quiet := flags.boolean("quiet, q", "Only show image IDs")
	output := flags.text("output, o", "table", "Output format, One of: json|yaml|table")
	digests := flags.boolean("digests", "Show digests")
	whole := flags.boolean("no-trunc", "Show output without truncating the ID")
	return &command{
		names: []string{"images", "image", "img"}, summary: "List images", usage: "[REPOSITORY[:TAG]]", flags: flags,
		action: func(s *session, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			images, err := listImages(s, name)
			if err != nil {
				return err
			}
			switch {
			case *output != "table":
				return printMessage(&cri.ListImagesResponse{Images: images}, *output)
			case *quiet:
				for _, image := range images {
					fmt.Fprintln(stdout, image.Id)
				}
				return nil
			case *verbose:
				printImagesInFull(images)
				return nil
			}
			return imageTable(images, *digests, *whole).print(stdout)
		},
	}
}

func listImages(s *session, name string) ([]*cri.Image, error) {
	service, err := s.imageService()
	if err != nil {
		return nil, err
	}
	request := &cri.ListImagesRequest{Filter: &cri.ImageFilter{Image: &cri.ImageSpec{Image: name}}}
	answer, err := service.ListImages(context.Background(), request)
	if err != nil {
		return nil, fmt.Errorf("listing images: %w", err)
	}
	images := answer.Images
	sort.SliceStable(images, func(i, j int) bool { return sortName(images[i]) < sortName(images[j]) })
	return images, nil
}

func sortName(image *cri.Image) string {
	if len(image.RepoTags) > 0 {
		return image.RepoTags[0]
	}
	if len(image.RepoDigests) > 0 {
		return image.RepoDigests[0]
	}
	return image.Id
}

func imageTable(images []*cri.Image, digests, whole bool) *table {
	t := newTable("IMAGE", "TAG", "IMAGE ID", "SIZE")
	if digests {
		t = newTable("IMAGE", "TAG", "DIGEST", "IMAGE ID", "SIZE")
	}
	for _, image := range images {
		repository, digest := repoDigest(image)
		for _, pair := range repoTags(image, repository) {
			cells := []string{pair[0], pair[1]}
			if digests {
				cells = append(cells, shortID(digest, whole))
			}
			t.row(append(cells, shortID(image.Id, whole), size(image.Size_))...)
		}
	}
	return t
}

// repoTags splits names into repository and tag; an image without a name still
// gets a line.
func repoTags(image *cri.Image, repository string) [][2]string {
	if len(image.RepoTags) == 0 {
		return [][2]string{{repository, "<none>"}}
	}
	var pairs [][2]string
	for _, name := range image.RepoTags {
		colon := strings.LastIndex(name, ":")
		if colon < 0 {
			pairs = append(pairs, [2]string{"errorRepoTag", "errorRepoTag"})
			continue
		}
		pairs = append(pairs, [2]string{name[:colon], name[colon+1:]})
	}
	return pairs
}

func repoDigest(image *cri.Image) (repository, digest string) {
	if len(image.RepoDigests) == 0 {
		return "<none>", "<none>"
	}
	parts := strings.SplitN(image.RepoDigests[0], "@", 2)
	if len(parts) != 2 {
		return "errorName", "errorRepoDigest"
	}
	return parts[0], parts[1]
}

func printImagesInFull(images []*cri.Image) {
	for _, image := range images {
		fmt.Fprintf(stdout, "ID: %s\n", image.Id)
		for _, tag := range image.RepoTags {
			fmt.Fprintf(stdout, "RepoTags: %s\n", tag)
		}
		for _, digest := range image.RepoDigests {
			fmt.Fprintf(stdout, "RepoDigests: %s\n", digest)
		}
		if image.Size_ != 0 {
			fmt.Fprintf(stdout, "Size: %s\n", units.HumanSizeWithPrecision(float64(image.Size_), 3))
		}
		if image.Uid != nil {
			fmt.Fprintf(stdout, "Uid: %v\n", image.Uid)
		}
		if image.Username != "" {
			fmt.Fprintf(stdout, "Username: %v\n", image.Username)
		}
		fmt.Fprintln(stdout)
	}
}

func inspectiCommand() *command {
	flags, options := inspectFlags("inspecti")
	return &command{
		names: []string{"inspecti"}, summary: "Return the status of one or more images",
		usage: "IMAGE-ID [IMAGE-ID...]", flags: flags, least: 1,
		action: func(s *session, names []string) error {
			service, err := s.imageService()
			if err != nil {
				return err
			}
			for _, name := range names {
				if err := inspectImage(service, name, options); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func inspectImage(service cri.ImageServiceClient, name string, options inspectOptions) error {
	request := &cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: name}, Verbose: !*options.quiet}
	answer, err := service.ImageStatus(context.Background(), request)
	if err != nil {
		return fmt.Errorf("image status for %q request: %w", name, err)
	}
	if answer.Image == nil {
		return fmt.Errorf("no such image %q present", name)
	}
	if *options.output == "table" {
		printImagesInFull([]*cri.Image{answer.Image})
		return nil
	}
	status, err := toJSON(answer.Image)
	if err != nil {
		return fmt.Errorf("marshal status to json for %q: %w", name, err)
	}
	return printStatus(status, answer.Info, *options.output, *options.template)
}

// imageID finds the identifier behind any name of an image; "" for none.
func imageID(service cri.ImageServiceClient, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	request := &cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: name}}
	answer, err := service.ImageStatus(context.Background(), request)
	if err != nil {
		return "", err
	}
	if answer.Image == nil {
		return name, nil
	}
	return answer.Image.Id, nil
}
