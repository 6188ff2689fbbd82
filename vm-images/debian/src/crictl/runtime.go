package crictl

// What the runtime says of itself: info and version.

import (
	"context"
	"fmt"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1alpha2"
)

const templateUsage = "The template string is only used when output is go-template; " +
	"The Template format is golang template"

func infoCommand() *command {
	flags := newFlagSet("info")
	output := flags.text("output, o", "json", "Output format, One of: json|yaml|go-template")
	quiet := flags.boolean("quiet, q", "Do not show verbose information")
	templateText := flags.text("template", "", templateUsage)
	return &command{
		names: []string{"info"}, summary: "Display information of the container runtime", flags: flags,
		action: func(s *session, _ []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			answer, err := runtime.Status(context.Background(), &cri.StatusRequest{Verbose: !*quiet})
			if err != nil {
				return fmt.Errorf("getting status of runtime: %w", err)
			}
			status, err := toJSON(answer.Status)
			if err != nil {
				return fmt.Errorf("getting status of runtime: %w", err)
			}
			return printStatus(status, answer.Info, *output, *templateText)
		},
	}
}

func versionCommand() *command {
	return &command{
		names: []string{"version"}, summary: "Display runtime version information", flags: newFlagSet("version"),
		action: func(s *session, _ []string) error {
			runtime, err := s.runtimeService()
			if err != nil {
				return err
			}
			answer, err := runtime.Version(context.Background(), &cri.VersionRequest{Version: "v1alpha2"})
			if err != nil {
				return fmt.Errorf("getting the runtime version: %w", err)
			}
			fmt.Fprintln(stdout, "Version: ", answer.Version)
			fmt.Fprintln(stdout, "RuntimeName: ", answer.RuntimeName)
			fmt.Fprintln(stdout, "RuntimeVersion: ", answer.RuntimeVersion)
			fmt.Fprintln(stdout, "RuntimeApiVersion: ", answer.RuntimeApiVersion)
			return nil
		},
	}
}
