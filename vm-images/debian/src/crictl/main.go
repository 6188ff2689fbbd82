// Package crictl is a stand-in for cri-tools' crictl 1.20: the same commands,
// flags, configuration file and messages on CRI v1alpha2, as far as kubeadm,
// the labs and their learners use them. This file reads the global options and
// hands over to a command.
package crictl

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/sirupsen/logrus"
)

const versionLine = "crictl version 1.20.0-seatrial (stand-in for cri-tools, made for Seatrial)"

// allCommands is in the order of the real program's help.
func allCommands() []*command {
	return []*command{
		attachCommand(), createCommand(), execCommand(), versionCommand(), imagesCommand(),
		inspectCommand(), inspectiCommand(), imageFsInfoCommand(), inspectpCommand(), logsCommand(),
		portForwardCommand(), psCommand(), pullCommand(), runCommand(), runpCommand(), rmCommand(),
		rmiCommand(), rmpCommand(), podsCommand(), startCommand(), infoCommand(), stopCommand(),
		stoppCommand(), updateCommand(), configCommand(), statsCommand(),
	}
}

// exitStatus ends the program quietly with that code.
type exitStatus int

func (code exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(code)) }

// Main behaves like the program crictl.
func Main() {
	err := run(os.Args[1:])
	var code exitStatus
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, &code):
		os.Exit(int(code))
	default:
		logrus.Fatal(err)
	}
}

func run(args []string) error {
	options := newGlobalOptions()
	rest, err := options.flags.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		printHelp(os.Stdout, options.flags)
		return nil
	case err != nil:
		fmt.Printf("Incorrect Usage. %v\n\n", err)
		printHelp(os.Stdout, options.flags)
		return err
	case options.showVersion:
		fmt.Println(versionLine)
		return nil
	case len(rest) == 0:
		printHelp(os.Stdout, options.flags)
		return nil
	}
	if rest[0] == "help" || rest[0] == "h" {
		return help(rest[1:], options.flags)
	}
	return runCommandLine(options, rest[0], rest[1:])
}

func runCommandLine(options *globalOptions, name string, args []string) error {
	chosen := findCommand(name)
	if chosen == nil {
		fmt.Fprintf(os.Stderr, "No help topic for '%s'\n", name)
		return exitStatus(3)
	}
	words, err := chosen.flags.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		chosen.printHelp(os.Stdout)
		return nil
	case err != nil:
		fmt.Printf("Incorrect Usage: %v\n\n", err)
		chosen.printHelp(os.Stdout)
		return err
	}
	settings, err := options.resolve()
	if err != nil {
		return err
	}
	if settings.Debug {
		logrus.SetLevel(logrus.DebugLevel)
	}
	return chosen.run(&session{settings: settings}, words)
}

func help(topics []string, global *flagSet) error {
	if len(topics) == 0 {
		printHelp(os.Stdout, global)
		return nil
	}
	if found := findCommand(topics[0]); found != nil {
		found.printHelp(os.Stdout)
		return nil
	}
	fmt.Fprintf(os.Stderr, "No help topic for '%s'\n", topics[0])
	return exitStatus(3)
}

func findCommand(name string) *command {
	for _, candidate := range allCommands() {
		for _, known := range candidate.names {
			if known == strings.TrimSpace(name) {
				return candidate
			}
		}
	}
	return nil
}
