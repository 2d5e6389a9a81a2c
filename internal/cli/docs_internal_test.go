package cli

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// documents gives the Markdown files of the repository, from its root.
func documents(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "-C", "../..", "ls-files", "-z", "*.md").Output()
	if err != nil {
		t.Skipf("dit is geen git-map: %v", err)
	}
	files := strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 })
	if len(files) < 50 {
		t.Fatalf("only %d documents", len(files))
	}
	return files
}

var (
	inline = regexp.MustCompile("`((?:build/)?lemniscaat [^`\n]*)`")
	// started is a command line of a block, with what may stand before it.
	started = regexp.MustCompile(`^(?:\$ )?(?:sudo (?:-u \S+ )?)?(?:timeout \d+ )?(?:\./)?(?:build/)?(lemniscaat .*)$`)
	// placeholder is a word that the reader replaces.
	placeholder = regexp.MustCompile(`^[A-Z][A-Z…-]+$`)
)

// commandsIn gives the command lines of a document: in its blocks, and between
// backticks.
func commandsIn(markdown string) []string {
	var out []string
	block, part := false, ""
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			block = !block
			continue
		}
		if !block {
			for _, m := range inline.FindAllStringSubmatch(line, -1) {
				out = append(out, strings.TrimPrefix(m[1], "build/"))
			}
			continue
		}
		if more, ok := strings.CutSuffix(part+line, `\`); ok {
			part = more
			continue
		}
		if m := started.FindStringSubmatch(part + line); m != nil {
			out = append(out, m[1])
		}
		part = ""
	}
	return out
}

// shellWords cuts a command line into words, as a shell would, up to a pipe, a
// redirection, a comment or the next command.
func shellWords(line string) []string {
	var out []string
	var word strings.Builder
	quote, in := rune(0), false
	end := func() {
		if in {
			out = append(out, word.String())
		}
		word.Reset()
		in = false
	}
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == ' ' || c == '\t':
			end()
		case strings.ContainsRune("|<>&;", c), c == '#' && !in:
			end()
			return out
		default:
			in = true
			word.WriteRune(c)
		}
	}
	end()
	return out
}

// understood reports what is wrong with the words of a command line: nothing when
// the program would accept them.
func understood(words []string) string {
	root := newRoot(Env{Out: io.Discard, Err: io.Discard, Now: time.Now})
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	var args []string
	open := false // something was left out: the number of arguments says nothing
	for _, w := range words[1:] {
		if strings.HasPrefix(w, "…") || placeholder.MatchString(w) && len(args) == 0 {
			open = true
			continue
		}
		args = append(args, w)
	}
	if len(args) == 0 || len(args) == 1 && args[0] == "--help" {
		return ""
	}
	cmd, rest, err := root.Find(args)
	if err != nil || cmd == root || cmd.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		return "deze opdracht bestaat niet"
	}
	if open {
		// Flags of which only the name stands there have no value.
		var known []string
		for _, a := range rest {
			name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
			if strings.HasPrefix(a, "--") && find(cmd, name) == nil {
				known = append(known, a)
			}
		}
		if len(known) > 0 {
			return "deze optie bestaat niet: " + strings.Join(known, " ")
		}
		return ""
	}
	if len(rest) > 0 && find(cmd, strings.TrimLeft(rest[len(rest)-1], "-")) != nil && strings.HasPrefix(rest[len(rest)-1], "--") {
		rest = rest[:len(rest)-1] // the name of a flag, in running text
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err.Error()
	}
	return ""
}

func find(cmd *cobra.Command, name string) *pflag.Flag {
	if name == "help" {
		cmd.InitDefaultHelpFlag()
	}
	if f := cmd.Flags().Lookup(name); f != nil {
		return f
	}
	return cmd.InheritedFlags().Lookup(name)
}

// TestDocumentedCommands: every command in the documents exists, with its options.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commandsIn(string(text)) {
			seen++
			if wrong := understood(shellWords(line)); wrong != "" {
				t.Errorf("%s: %s\n\t%s", file, line, wrong)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d commands: the documents are read wrongly", seen)
	}
}

func TestUnderstood(t *testing.T) {
	t.Parallel()
	for line, good := range map[string]bool{
		"lemniscaat serve --data gegevens": true, "lemniscaat backup --data data --out x.lus | tail -1": true, "lemniscaat decide … --receipt BEWIJS": true,
		"lemniscaat OPDRACHT --help": true, "lemniscaat audit verify --data": true, `lemniscaat simulate zorgtoeslag --population nl:20000 --target 'a b' # c`: true,
		"lemniscaat start": false, "lemniscaat serve --gegevens x": false, "lemniscaat decide … --bewijs BEWIJS": false, "lemniscaat audit controleer": false,
	} {
		if got := understood(shellWords(line)); (got == "") != good {
			t.Errorf("%s: %q", line, got)
		}
	}
	if got := commandsIn("`lemniscaat a`\n```sh\n$ lemniscaat b \\\n  --c\nsudo timeout 10 lemniscaat d\n```\n"); len(got) != 3 || got[1] != "lemniscaat b --c" {
		t.Errorf("got %q", got)
	}
}
