package crictl

// Where the settings come from: flags and environment first, then
// /etc/crictl.yaml, then the defaults.

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"
)

const (
	defaultConfigPath = "/etc/crictl.yaml"
	defaultTimeout    = 2 * time.Second
)

// configFile is crictl.yaml. The timeout is in seconds.
type configFile struct {
	RuntimeEndpoint   string `json:"runtime-endpoint"`
	ImageEndpoint     string `json:"image-endpoint"`
	Timeout           int    `json:"timeout"`
	Debug             bool   `json:"debug"`
	PullImageOnCreate bool   `json:"pull-image-on-create"`
	DisablePullOnRun  bool   `json:"disable-pull-on-run"`
}

// Settings is what a command works with. An empty endpoint: try the defaults.
type Settings struct {
	ConfigPath        string
	RuntimeEndpoint   string
	ImageEndpoint     string
	Timeout           time.Duration
	Debug             bool
	PullImageOnCreate bool
	DisablePullOnRun  bool
}

type globalOptions struct {
	flags       *flagSet
	config      *string
	runtime     *string
	image       *string
	timeout     *time.Duration
	debug       *bool
	showVersion bool
}

func newGlobalOptions() *globalOptions {
	flags := newFlagSet("crictl")
	options := &globalOptions{flags: flags}
	options.config = flags.text("config, c", environment("CRI_CONFIG_FILE", defaultConfigPath),
		"Location of the client config file. If not specified and the default does not exist, "+
			"the program's directory is searched as well [$CRI_CONFIG_FILE]")
	options.debug = flags.boolean("debug, D", "Enable debug mode (default: false)")
	options.image = flags.text("image-endpoint, i", os.Getenv("IMAGE_SERVICE_ENDPOINT"),
		"Endpoint of CRI image manager service (default: uses 'runtime-endpoint' setting) [$IMAGE_SERVICE_ENDPOINT]")
	options.runtime = flags.text("runtime-endpoint, r", os.Getenv("CONTAINER_RUNTIME_ENDPOINT"),
		fmt.Sprintf("Endpoint of CRI container runtime service (default: uses in order the first successful one of %v). "+
			"Default is now deprecated and the endpoint should be set instead. [$CONTAINER_RUNTIME_ENDPOINT]", defaultEndpoints))
	options.timeout = flags.duration("timeout, t", defaultTimeout,
		"Timeout of connecting to the server in seconds (e.g. 2s, 20s.). 0 or less is set to default (default: 2s)")
	flags.declare("version, v", (*boolValue)(&options.showVersion), true, "print the version (default: false)")
	return options
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func (o *globalOptions) resolve() (Settings, error) {
	settings := Settings{
		ConfigPath: *o.config, RuntimeEndpoint: *o.runtime, ImageEndpoint: *o.image,
		Timeout: *o.timeout, Debug: *o.debug,
	}
	mustExist := o.flags.isSet("config", "c") || os.Getenv("CRI_CONFIG_FILE") != ""
	file, path, err := loadConfig(settings.ConfigPath, mustExist)
	if err != nil {
		return settings, fmt.Errorf("load config file: %w", err)
	}
	if file == nil {
		file = &configFile{}
	} else {
		settings.ConfigPath = path
	}
	if settings.RuntimeEndpoint == "" {
		settings.RuntimeEndpoint = file.RuntimeEndpoint
	}
	if settings.ImageEndpoint == "" {
		settings.ImageEndpoint = file.ImageEndpoint
	}
	if settings.ImageEndpoint == "" {
		settings.ImageEndpoint = settings.RuntimeEndpoint
	}
	if !o.flags.isSet("timeout", "t") && file.Timeout > 0 {
		settings.Timeout = time.Duration(file.Timeout) * time.Second
	}
	if settings.Timeout <= 0 {
		settings.Timeout = defaultTimeout
	}
	settings.Debug = settings.Debug || file.Debug
	settings.PullImageOnCreate = file.PullImageOnCreate
	settings.DisablePullOnRun = file.DisablePullOnRun
	return settings, nil
}

// loadConfig looks beside the program when the default file is not there.
func loadConfig(path string, mustExist bool) (*configFile, string, error) {
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) && !mustExist {
		program, _ := os.Executable()
		path = filepath.Join(filepath.Dir(program), "crictl.yaml")
		content, err = os.ReadFile(path)
		if err != nil {
			return nil, path, nil
		}
	}
	if err != nil {
		return nil, path, err
	}
	file := &configFile{}
	if err := yaml.Unmarshal(content, file); err != nil {
		return nil, path, err
	}
	return file, path, nil
}
