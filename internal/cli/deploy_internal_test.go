package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// inEnvironment is a setting as the environment has it.
var inEnvironment = regexp.MustCompile(`LEMNISCAAT_[A-Z_]+`)

// settingsExist: a variable that stands in a file of deploy is described in
// docs/beheer/instellingen.md, which is made of the settings themselves.
func settingsExist(t *testing.T, file, text string) {
	t.Helper()
	manual := deployed(t, "docs/beheer/instellingen.md")
	for _, v := range inEnvironment.FindAllString(text, -1) {
		if !strings.Contains(manual, "`"+v+"`") {
			t.Errorf("%s: there is no setting %s", file, v)
		}
	}
}

// TestContainerfile: what stands in it agrees with make container and the program, and
// the settings that it is run with are settings that serve starts with. TestContainer
// builds and runs the image.
func TestContainerfile(t *testing.T) {
	t.Parallel()
	const file = "deploy/Containerfile"
	text := deployed(t, file)
	settingsExist(t, file, text)
	_, ready, _ := strings.Cut(deployed(t, "Makefile"), "\nbeeld: build\n")
	ready, _, _ = strings.Cut(ready, "\n\n")
	var there, ports []string
	var entry, command []string
	volume := ""
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		list := func() (out []string) {
			t.Helper()
			if err := json.Unmarshal([]byte(strings.Join(words[1:], " ")), &out); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			return out
		}
		switch words[0] {
		case "FROM":
			if words[1] != "scratch" {
				t.Errorf("%s: that takes a registry", line)
			}
		case "STOPSIGNAL":
		case "EXPOSE":
			ports = append(ports, words[1])
		case "COPY":
			from, to := strings.TrimSuffix(words[len(words)-2], "/"), words[len(words)-1]
			if !strings.Contains(ready, "build/container/"+from+"\n") && !strings.HasSuffix(ready, "build/container/"+from) {
				t.Errorf("%s: make container does not put %s there", line, from)
			}
			there = append(there, to)
		case "USER":
			if !regexp.MustCompile(`^[1-9]\d+:[1-9]\d+$`).MatchString(words[1]) || !strings.Contains(text, "COPY --chown="+words[1]+" data/ /data/") {
				t.Errorf("%s: a number that is not root, and the owner of /data", line)
			}
		case "VOLUME":
			volume = list()[0]
		case "ENTRYPOINT":
			entry = list()
		case "CMD":
			command = list()
		default:
			t.Errorf("%s: this test does not know it", line)
		}
	}
	if len(entry) != 1 || !slices.Contains(there, entry[0]) || !slices.Contains(there, volume+"/") || len(ports) != 1 {
		t.Fatalf("entry %v, volume %q, ports %v; there is %v", entry, volume, ports, there)
	}
	for flag, want := range map[string]string{"--addr": "0.0.0.0:" + ports[0], "--data": volume} {
		if i := slices.Index(command, flag); i < 0 || command[i+1] != want {
			t.Errorf("%v: want %s %s", command, flag, want)
		}
	}
	// Both the command of the image and the one that its head tells to run.
	advice := adviceToRun(t, text)
	for _, args := range [][]string{command, advice.args} {
		if args[0] != "serve" {
			t.Errorf("%v does not serve", args)
		}
		var said bytes.Buffer
		env := Env{Args: append([]string{"config", "check"}, args[1:]...), Environ: advice.environ, Out: &said, Err: &said, Now: time.Now}
		if code := Run(t.Context(), env); code != Good {
			t.Errorf("%v with %v: config check ends with %d: %s", args, advice.environ, code, said.String())
		}
	}
}

// advised is what the head of the Containerfile tells to run.
type advised struct{ options, environ, args []string }

// adviceToRun reads the command podman run in the head of the Containerfile.
func adviceToRun(t *testing.T, text string) (out advised) {
	t.Helper()
	_, run, ok := strings.Cut(text, "podman run ")
	run, _, end := strings.Cut(run, "\n# Met")
	if !ok || !end {
		t.Fatal("the head of the Containerfile tells no podman run")
	}
	words := strings.Fields(strings.ReplaceAll(run, "\\\n#", ""))
	image := slices.Index(words, "lemniscaat")
	if image < 0 {
		t.Fatalf("%v runs no lemniscaat", words)
	}
	out.args = words[image+1:]
	for i := 0; i < image; i++ {
		if words[i] == "-e" {
			i++
			out.environ = append(out.environ, words[i])
			continue
		}
		out.options = append(out.options, words[i])
	}
	return out
}

// TestUnits: systemd takes the units, the program takes their commands, and the
// guide makes the files that they name.
func TestUnits(t *testing.T) {
	t.Parallel()
	guide := deployed(t, "docs/beheer/installeren.md")
	units, err := filepath.Glob("../../deploy/systemd/*.service")
	if err != nil || len(units) < 2 {
		t.Fatalf("%d units: %v", len(units), err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range units {
		text := deployed(t, filepath.Join("deploy/systemd", filepath.Base(name)))
		settingsExist(t, name, text)
		started := false
		for line := range strings.Lines(text) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			switch key {
			case "ExecStart":
				started = true
				words := strings.Fields(value)
				if words[0] != "/usr/local/bin/lemniscaat" || !strings.Contains(guide, "lemniscaat /usr/local/bin/") {
					t.Errorf("%s: %s is not where the guide puts it", name, words[0])
				}
				if wrong := understood(words); wrong != "" {
					t.Errorf("%s: %s: %s", name, value, wrong)
				}
			case "LoadCredential":
				_, path, _ := strings.Cut(value, ":")
				if dir := filepath.Dir(path); !strings.Contains(guide, path) && !(dir == "/etc/lemniscaat/sleutels" && strings.Contains(guide, dir)) {
					t.Errorf("%s: the guide does not make %s", name, path)
				}
			}
		}
		if !started {
			t.Errorf("%s starts nothing", name)
		}
		analyze, err := exec.LookPath("systemd-analyze")
		if err != nil {
			t.Log("systemd-analyze is not here: systemd was not asked")
			continue
		}
		// It wants to see the program: this test is one.
		there := filepath.Join(t.TempDir(), filepath.Base(name))
		if err := os.WriteFile(there, []byte(strings.ReplaceAll(text, "/usr/local/bin/lemniscaat", self)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", there).CombinedOutput(); err != nil || bytes.Contains(out, []byte(filepath.Base(name)+":")) {
			t.Errorf("systemd-analyze verify %s: %v\n%s", name, err, out)
		}
		// From 0, safe, to 100: both are at 12.
		if out, err := exec.CommandContext(t.Context(), analyze, "security", "--no-pager", "--offline=yes", "--threshold=15", there).CombinedOutput(); err != nil {
			if bytes.Contains(out, []byte("unrecognized option")) {
				t.Log("this systemd-analyze cannot weigh a file")
				continue
			}
			t.Errorf("systemd-analyze security %s: %v\n%s", name, err, out)
		}
	}
	// The settings that all servers share.
	var said bytes.Buffer
	if code := Run(t.Context(), Env{Args: []string{"config", "check", "--config", "../../deploy/lemniscaat.yaml"}, Out: &said, Err: &said, Now: time.Now}); code != Good {
		t.Errorf("config check of deploy/lemniscaat.yaml ends with %d: %s", code, said.String())
	}
}
