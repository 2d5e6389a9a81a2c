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

// TestContainerfile: what stands in it agrees with the repository and the program.
// Building the image takes a registry and is not done here.
func TestContainerfile(t *testing.T) {
	t.Parallel()
	const file = "deploy/Containerfile"
	text := deployed(t, file)
	settingsExist(t, file, text)
	var made, users []string
	var entry, command []string
	volume, stage := "", ""
	lines := strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n")
	for _, line := range lines {
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
			if at := strings.Index(words[1], "golang:"); at >= 0 {
				version := words[1][at+len("golang:"):]
				if !strings.Contains(deployed(t, "go.mod"), "\ngo "+version) {
					t.Errorf("%s: go.mod asks another version", line)
				}
				stage = words[3]
			}
		case "WORKDIR", "STOPSIGNAL":
		case "EXPOSE":
			users = append(users, words[1])
		case "COPY":
			from, own := strings.CutPrefix(words[1], "--from=")
			sources := words[1 : len(words)-1]
			if own && from != stage {
				t.Errorf("%s: there is no stage %s", line, from)
			}
			for _, s := range sources {
				switch {
				case strings.HasPrefix(s, "--"), strings.HasPrefix(s, "/etc/ssl/"): // of the image that Go gives
				case own:
					if !slices.Contains(made, s) {
						t.Errorf("%s: %s is not made before it", line, s)
					}
				default:
					if _, err := os.Stat(filepath.Join("../..", s)); err != nil {
						t.Errorf("%s: %v", line, err)
					}
				}
			}
		case "RUN":
			if strings.Contains(line, "go build") {
				// Those who build it again get the same bytes.
				_, flags, _ := strings.Cut(deployed(t, "Makefile"), "BUILD  := go build ")
				flags, _, _ = strings.Cut(flags, "\n")
				if !strings.Contains(line, "CGO_ENABLED=0 go build "+flags+" ") {
					t.Errorf("%s: make build has %s", line, flags)
				}
				if _, err := os.Stat(filepath.Join("../..", words[slices.Index(words, "-o")+2])); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
			for i, w := range words {
				if w == "-o" || w == "0700" {
					made = append(made, words[i+1])
				}
			}
		case "USER":
			if !regexp.MustCompile(`^[1-9]\d+:[1-9]\d+$`).MatchString(words[1]) || !strings.Contains(text, "--chown="+words[1]+" /data") {
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
	if len(entry) != 1 || !slices.Contains(made, entry[0]) || volume == "" || len(users) != 1 {
		t.Fatalf("entry %v, volume %q, ports %v", entry, volume, users)
	}
	whole := append([]string{"lemniscaat"}, command...)
	if wrong := understood(whole); wrong != "" {
		t.Errorf("%v: %s", whole, wrong)
	}
	for flag, want := range map[string]string{"--addr": "0.0.0.0:" + users[0], "--data": volume} {
		if i := slices.Index(whole, flag); i < 0 || whole[i+1] != want {
			t.Errorf("%v: want %s %s", whole, flag, want)
		}
	}
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
	}
	// The settings that all servers share.
	var said bytes.Buffer
	if code := Run(t.Context(), Env{Args: []string{"config", "check", "--config", "../../deploy/lemniscaat.yaml"}, Out: &said, Err: &said, Now: time.Now}); code != Good {
		t.Errorf("config check of deploy/lemniscaat.yaml ends with %d: %s", code, said.String())
	}
}
