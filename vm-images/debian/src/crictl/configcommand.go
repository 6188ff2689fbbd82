package crictl

// crictl config: reads and writes /etc/crictl.yaml.

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

var configKeys = []string{
	"runtime-endpoint", "image-endpoint", "timeout", "debug", "pull-image-on-create", "disable-pull-on-run",
}

func configCommand() *command {
	flags := newFlagSet("config")
	get := flags.text("get", "", "show the option value")
	set := flags.list("set", "set option (can specify multiple or separate values with commas: opt1=val1,opt2=val2)")
	list := flags.boolean("list", "show all option value (default: false)")
	c := &command{
		names: []string{"config"}, summary: "Get and set crictl client configuration options",
		usage: "[<crictl options>]", flags: flags,
	}
	c.action = func(s *session, args []string) error {
		file, path, err := loadConfig(s.settings.ConfigPath, false)
		if err != nil {
			return fmt.Errorf("load config file: %w", err)
		}
		if file == nil {
			file, path = &configFile{}, s.settings.ConfigPath
		}
		switch {
		case flags.isSet("get"):
			value, err := file.get(*get)
			if err != nil {
				return err
			}
			fmt.Fprintln(stdout, value)
			return nil
		case *list:
			return file.table().print(stdout)
		case len(*set) > 0:
			if err := file.setPairs(*set); err != nil {
				return err
			}
			return file.write(path)
		case len(args) == 2:
			if err := file.set(args[0], args[1]); err != nil {
				return fmt.Errorf("set %q to %q: %w", args[0], args[1], err)
			}
			return file.write(path)
		}
		c.printHelp(stdout)
		return nil
	}
	return c
}

func (f *configFile) table() *table {
	t := newTable("KEY", "VALUE")
	for _, key := range configKeys {
		value, _ := f.get(key)
		t.row(key, value)
	}
	return t
}

func (f *configFile) setPairs(pairs []string) error {
	for _, pair := range pairs {
		parts := strings.SplitN(strings.TrimSpace(pair), "=", 2)
		if len(parts) != 2 {
			return fmt.Errorf("incorrectly specified option: %v", pair)
		}
		if err := f.set(parts[0], parts[1]); err != nil {
			return fmt.Errorf("set %q to %q: %w", parts[0], parts[1], err)
		}
	}
	return nil
}

func (f *configFile) get(key string) (string, error) {
	switch key {
	case "runtime-endpoint":
		return f.RuntimeEndpoint, nil
	case "image-endpoint":
		return f.ImageEndpoint, nil
	case "timeout":
		return strconv.Itoa(f.Timeout), nil
	case "debug":
		return strconv.FormatBool(f.Debug), nil
	case "pull-image-on-create":
		return strconv.FormatBool(f.PullImageOnCreate), nil
	case "disable-pull-on-run":
		return strconv.FormatBool(f.DisablePullOnRun), nil
	}
	return "", fmt.Errorf("no configuration option named %s", key)
}

func (f *configFile) set(key, value string) (err error) {
	switch key {
	case "runtime-endpoint":
		f.RuntimeEndpoint = value
	case "image-endpoint":
		f.ImageEndpoint = value
	case "timeout":
		f.Timeout, err = strconv.Atoi(value)
	case "debug":
		f.Debug, err = strconv.ParseBool(value)
	case "pull-image-on-create":
		f.PullImageOnCreate, err = strconv.ParseBool(value)
	case "disable-pull-on-run":
		f.DisablePullOnRun, err = strconv.ParseBool(value)
	default:
		err = fmt.Errorf("no configuration option named %s", key)
	}
	return err
}

func (f *configFile) write(path string) error {
	text := fmt.Sprintf("runtime-endpoint: %q\nimage-endpoint: %q\ntimeout: %d\ndebug: %t\n"+
		"pull-image-on-create: %t\ndisable-pull-on-run: %t\n",
		f.RuntimeEndpoint, f.ImageEndpoint, f.Timeout, f.Debug, f.PullImageOnCreate, f.DisablePullOnRun)
	return os.WriteFile(path, []byte(text), 0o644)
}
