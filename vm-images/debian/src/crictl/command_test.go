package crictl

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func TestJoinedShortFlagsAreTakenApartUpToTheFirstWord(t *testing.T) {
	flags := newFlagSet("exec")
	tty := flags.boolean("tty, t", "")
	stdin := flags.boolean("interactive, i", "")
	timeout := flags.number("timeout, n", 0, "")
	rest, err := flags.parse([]string{"-it", "-n", "5", "abc", "ls", "-la"})
	if err != nil || !*tty || !*stdin || *timeout != 5 {
		t.Errorf("error %v, tty %v, stdin %v, timeout %d", err, *tty, *stdin, *timeout)
	}
	if !reflect.DeepEqual(rest, []string{"abc", "ls", "-la"}) {
		t.Errorf("rest %v", rest)
	}
	if _, err := newFlagSet("ps").parse([]string{"-xyz"}); err == nil {
		t.Error("unknown letters were accepted")
	}
}

func TestEveryCommandIsFoundByAllOfItsNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range allCommands() {
		for _, name := range c.names {
			if seen[name] || findCommand(name).names[0] != c.names[0] {
				t.Errorf("%s is not unique", name)
			}
			seen[name] = true
		}
	}
	for _, name := range []string{"info", "ps", "pods", "images", "img", "pull", "inspecti", "stopp", "rmp", "exec", "logs"} {
		if !seen[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crictl.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func resolved(t *testing.T, args ...string) Settings {
	t.Helper()
	options := newGlobalOptions()
	if _, err := options.flags.parse(args); err != nil {
		t.Fatal(err)
	}
	settings, err := options.resolve()
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

func TestFlagsWinOverTheConfigurationFile(t *testing.T) {
	t.Setenv("CONTAINER_RUNTIME_ENDPOINT", "")
	t.Setenv("IMAGE_SERVICE_ENDPOINT", "")
	path := writeConfig(t, "runtime-endpoint: unix:///file.sock\ntimeout: 10\ndebug: true\n")
	got := resolved(t, "-c", path)
	if got.RuntimeEndpoint != "unix:///file.sock" || got.ImageEndpoint != "unix:///file.sock" ||
		got.Timeout != 10*time.Second || !got.Debug {
		t.Errorf("from the file: %+v", got)
	}
	got = resolved(t, "-c", path, "-r", "unix:///flag.sock", "--timeout=3s")
	if got.RuntimeEndpoint != "unix:///flag.sock" || got.Timeout != 3*time.Second {
		t.Errorf("from the flags: %+v", got)
	}
	t.Setenv("CONTAINER_RUNTIME_ENDPOINT", "unix:///environment.sock")
	if got = resolved(t, "-c", path); got.RuntimeEndpoint != "unix:///environment.sock" {
		t.Errorf("from the environment: %+v", got)
	}
}

func TestAConfigurationFileThatWasNamedMustExist(t *testing.T) {
	options := newGlobalOptions()
	if _, err := options.flags.parse([]string{"-c", filepath.Join(t.TempDir(), "absent")}); err != nil {
		t.Fatal(err)
	}
	if _, err := options.resolve(); err == nil {
		t.Error("no error")
	}
}

func TestTheConfigurationSurvivesWritingAndReading(t *testing.T) {
	path := writeConfig(t, "")
	file := &configFile{}
	for _, pair := range [][2]string{{"runtime-endpoint", "unix:///a.sock"}, {"timeout", "4"}, {"debug", "true"}} {
		if err := file.set(pair[0], pair[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.write(path); err != nil {
		t.Fatal(err)
	}
	read, _, err := loadConfig(path, true)
	if err != nil || !reflect.DeepEqual(read, file) {
		t.Errorf("error %v, read %+v", err, read)
	}
	if err := file.set("no-such-key", "1"); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func TestSinceIsADurationOrATime(t *testing.T) {
	now := time.Date(2021, 2, 3, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"42m": now.Add(-42 * time.Minute), "2021-02-03T11:00:00Z": now.Add(-time.Hour),
	} {
		if got, err := parseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, error %v", text, got, err)
		}
	}
	if _, err := parseSince("yesterday", now); err == nil {
		t.Error("nonsense was accepted")
	}
}

func writeLog(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("2021-01-01T00:00:00.000000001Z stdout F hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
