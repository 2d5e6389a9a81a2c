package fault_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// call is one line of strace: a system call that ended.
type call struct {
	name, file, text string
	begun            bool // the line where it began; its end comes later
}

var (
	lineOf    = regexp.MustCompile(`^(\d+) +(.*)$`)
	beginning = regexp.MustCompile(`^(\w+)\(\d+<([^>]*)>(.*)$`)
	resumed   = regexp.MustCompile(`^<\.\.\. (\w+) resumed>(.*)$`)
)

// calls reads what strace wrote; a call stands where it ended.
func calls(t *testing.T, name string) []call {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []call
	open := map[string]call{} // by thread
	for l := range strings.SplitSeq(string(text), "\n") {
		m := lineOf.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		thread, rest := m[1], m[2]
		if r := resumed.FindStringSubmatch(rest); r != nil {
			c := open[thread]
			delete(open, thread)
			c.text += r[2]
			c.begun = false
			out = append(out, c)
			continue
		}
		b := beginning.FindStringSubmatch(rest)
		if b == nil {
			continue
		}
		c := call{name: b[1], file: b[2], text: b[3]}
		if strings.HasSuffix(rest, "<unfinished ...>") {
			open[thread] = c
			c.begun = true
		}
		out = append(out, c)
	}
	return out
}

// TestSyncedBeforeAnswer: of every request that is acknowledged, the system
// shows the write to the log, then its fsync, and only then the answer.
func TestSyncedBeforeAnswer(t *testing.T) {
	long(t)
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not here: tools/system.sh installs it")
	}
	if out, err := exec.Command("strace", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("programs cannot be traced here: %s", out)
	}
	data := filled(t)
	trace := filepath.Join(t.TempDir(), "trace")
	s := start(t, data, "strace", "-f", "-y", "-s", "4000", "-e", "trace=read,write,pwrite64,fsync,fdatasync", "-o", trace)
	var markers []string
	send := func(name string, d *deed, who string) {
		markers = append(markers, d.marker)
		b := newBrowser(t, s, who, dice(7))
		var err error
		if d.body != "" {
			d.answer, err = b.send(d.path, d.kind, strings.NewReader(d.body))
		} else {
			d.answer, err = b.post(d.path, d.values, false)
		}
		if err != nil || !acknowledged(d) {
			t.Errorf("%s: %d %v", name, d.answer.code, err)
		}
	}
	for i := range 4 {
		m := strings.Repeat("xz", i+3)
		send("signal", signal("signaal"+m), "samira")
		send("message", message("bericht"+m), "")
		send("outcome", outcomeEvent("uitkomst"+m), "")
	}
	var wg sync.WaitGroup
	var together []*deed
	for i := range 12 {
		d := signal("samen" + strings.Repeat("yw", i+3) + "q")
		together = append(together, d)
		b := newBrowser(t, s, "samira", dice(8))
		wg.Go(func() { d.answer, _ = b.post(d.path, d.values, false) })
	}
	wg.Wait()
	for _, d := range together {
		if !acknowledged(d) {
			t.Errorf("signal of many: %d", d.answer.code)
		}
		markers = append(markers, d.marker)
	}
	s.stop()
	all := calls(t, trace)
	seen := 0
	for _, m := range markers {
		if problem := synced(all, m); problem != "" {
			t.Errorf("%s: %s", m, problem)
		} else {
			seen++
		}
	}
	t.Logf("%d requests: each written, synced, and then answered", seen)
}

// synced says what is missing between the arrival of a request and its answer.
func synced(all []call, marker string) string {
	arrived, socket := -1, ""
	for i, c := range all {
		if c.name == "read" && !c.begun && strings.Contains(c.text, marker) && strings.HasPrefix(c.file, "TCP") || c.name == "read" && !c.begun && strings.Contains(c.text, marker) && strings.HasPrefix(c.file, "socket") {
			arrived, socket = i, c.file
			break
		}
	}
	if arrived < 0 {
		return "the request is not in the trace"
	}
	wrote, onDisk := false, false
	for _, c := range all[arrived:] {
		switch {
		case c.name == "pwrite64" && strings.HasSuffix(c.file, "logboek.sqlite-wal") && !c.begun:
			wrote = true
		case (c.name == "fsync" || c.name == "fdatasync") && strings.HasSuffix(c.file, "logboek.sqlite-wal") && !c.begun && wrote:
			if !strings.HasSuffix(strings.TrimSpace(c.text), "= 0") {
				return "fsync fails: " + c.text
			}
			onDisk = true
		case c.name == "write" && c.file == socket && strings.Contains(c.text, "HTTP/1.1 "):
			switch {
			case !wrote:
				return "answered before it was written"
			case !onDisk:
				return "answered before it was on disk"
			}
			return ""
		}
	}
	return "no answer in the trace: " + fmt.Sprint(socket)
}

// TestTraceRead: the reader of traces itself can say no.
func TestTraceRead(t *testing.T) {
	t.Parallel()
	const (
		ask    = `1 read(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, "POST /signaal m1"..., 4096) = 30` + "\n"
		wal    = `2 pwrite64(7</d/logboek.sqlite-wal>, "x"..., 4096, 32) = 4096` + "\n"
		begin  = `2 fsync(7</d/logboek.sqlite-wal> <unfinished ...>` + "\n"
		end    = `2 <... fsync resumed>) = 0` + "\n"
		answer = `1 write(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, "HTTP/1.1 303 See Other"..., 200) = 200` + "\n"
		other  = `2 fsync(8</d/other>) = 0` + "\n"
	)
	for name, x := range map[string]struct {
		text string
		good bool
	}{
		"good":            {ask + wal + begin + end + answer, true},
		"not written":     {ask + begin + end + answer, false},
		"not synced":      {ask + wal + answer + begin + end, false},
		"not yet synced":  {ask + wal + begin + answer + end, false},
		"another file":    {ask + wal + other + answer, false},
		"synced too soon": {ask + begin + end + wal + answer, false},
		"no answer":       {ask + wal + begin + end, false},
	} {
		file := filepath.Join(t.TempDir(), "trace")
		if err := os.WriteFile(file, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if problem := synced(calls(t, file), "m1"); (problem == "") != x.good {
			t.Errorf("%s: %q", name, problem)
		}
	}
}
