//go:build unix

package job_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/job"
)

// queueFiles are the database of a queue and its write-ahead log, nil: not there.
type queueFiles struct{ database, log []byte }

func filesOf(t *testing.T, path string) (f queueFiles) {
	t.Helper()
	var err error
	if f.database, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if f.log, err = os.ReadFile(path + "-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return f
}

func (f queueFiles) in(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	path := filepath.Join(folder, job.File)
	err := os.WriteFile(path, f.database, 0o600)
	if f.log != nil {
		err = errors.Join(err, os.WriteFile(path+"-wal", f.log, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// ids are the runs in a queue.
func ids(t *testing.T, r *job.Runs) (out []string) {
	t.Helper()
	list, err := r.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		out = append(out, i.ID)
	}
	return out
}

// setAside opens a queue that is damaged and reports what it then holds: who only asks is
// told and changes nothing; who works sets it aside as it was, says so once and begins a
// new one. sure: it has to be damaged; else it may be whole after all.
func setAside(t *testing.T, what string, f queueFiles, sure bool) (folder string, aside bool, runs []string) {
	t.Helper()
	folder = f.in(t)
	path := filepath.Join(folder, job.File)
	c := job.Config{Folder: folder, Planner: library(shipped(t)), Workers: -1, Asks: true}
	r, err := job.Open(t.Context(), c)
	switch {
	case err == nil:
		closed(t, r)
		if sure {
			t.Fatalf("%s: who asks opens it", what)
		}
	case !errors.Is(err, job.ErrDamaged):
		t.Fatalf("%s: %v", what, err)
	case !bytes.Equal(filesOf(t, path).database, f.database):
		t.Errorf("%s: who asks changes it", what)
	}
	refused := err != nil
	said := &bytes.Buffer{}
	c.Asks, c.Log = false, slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelError}))
	if r, err = job.Open(t.Context(), c); err != nil {
		t.Fatalf("%s: who works does not go on: %v", what, err)
	}
	runs = ids(t, r)
	closed(t, r)
	list, err := job.Aside(folder)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(said.String(), "opzij gezet"); len(list) != n || n > 1 || (n == 1) != refused {
		t.Errorf("%s: %d set aside, said %d times, refused %t: %s", what, len(list), n, refused, said)
	}
	if len(list) == 1 {
		if got := filesOf(t, list[0]); !bytes.Equal(got.database, f.database) {
			t.Errorf("%s: what is set aside is not what was there", what)
		}
		if r, err = job.Open(t.Context(), c); err != nil {
			t.Fatalf("%s: afterwards: %v", what, err)
		}
		closed(t, r)
		if list, err = job.Aside(folder); err != nil || len(list) != 1 {
			t.Errorf("%s: the new one is set aside as well: %v %v", what, list, err)
		}
	}
	return folder, len(list) > 0, runs
}

// TestCutOff: a queue that was cut off, that is no database, or of which a page is bad,
// is set aside and a new one begun, in which the same run can be asked again.
func TestCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a queue tens of times")
	}
	t.Parallel()
	set := shipped(t)
	at := place{folder: t.TempDir()}
	r := at.open(t, job.Config{Planner: library(set), Workers: -1})
	o := order(t, set, 2000, "")
	id := start(t, r, o)
	closed(t, r)
	whole := filesOf(t, filepath.Join(at.folder, job.File))
	if _, aside, runs := setAside(t, "whole", whole, false); aside || !slices.Equal(runs, []string{id}) {
		t.Fatalf("whole: set aside %t, runs %v", aside, runs)
	}
	const page = 4096
	if len(whole.database) < 10*page {
		t.Fatalf("%d bytes: the test shows too little", len(whole.database))
	}
	bad := slices.Clone(whole.database)
	for i := range page { // every page of this small database is in use
		bad[4*page+i] = 0xee
	}
	folder := ""
	for what, data := range map[string][]byte{
		"no database": []byte(strings.Repeat("dit is geen rij ", 1000)), "a bad page": bad,
		"1 byte less": whole.database[:len(whole.database)-1], "100 bytes less": whole.database[:len(whole.database)-100],
		"a page less 1 byte": whole.database[:len(whole.database)-page+1], "a page and a byte less": whole.database[:len(whole.database)-page-1],
		"a page less": whole.database[:len(whole.database)-page], "half": whole.database[:len(whole.database)/2/page*page],
	} {
		var runs []string
		if folder, _, runs = setAside(t, what, queueFiles{database: data}, true); len(runs) > 0 {
			t.Errorf("%s: the new queue has %v", what, runs)
		}
	}
	r = place{folder: folder}.open(t, job.Config{Planner: library(set)})
	if again := start(t, r, o); again != id {
		t.Errorf("asked again it is %s, and was %s", again, id)
	}
	wait(t, r, id, over)
	same(t, want(t, set, o), result(t, r, id))
	closed(t, r)
}

// TestCutOffBesideLog: the same with a write-ahead log beside it, as after the power
// went: what is gone is in that log, or the queue is set aside with that log.
func TestCutOffBesideLog(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a queue tens of times")
	}
	t.Parallel()
	set := shipped(t)
	at := place{folder: t.TempDir()}
	path := filepath.Join(at.folder, job.File)
	r := at.open(t, job.Config{Planner: library(set), Workers: -1})
	young := filesOf(t, path) // all of it is only in the log
	for i := range 12 {
		start(t, r, order(t, set, 300, fmt.Sprint("v-", i)))
	}
	closed(t, r)
	r = at.open(t, job.Config{Planner: library(set), Workers: -1})
	start(t, r, order(t, set, 300, "v-last"))
	old := filesOf(t, path) // most of it is only in the database
	all := ids(t, r)
	closed(t, r)
	const page = 4096
	if len(young.log) < 10*page || len(old.log) == 0 || len(old.log) > len(old.database)/2 || len(all) != 13 {
		t.Fatalf("%d and %d bytes, %d and %d bytes, %d runs: the test shows too little", len(young.database), len(young.log), len(old.database), len(old.log), len(all))
	}
	if _, aside, runs := setAside(t, "whole", old, false); aside || !slices.Equal(runs, all) {
		t.Fatalf("whole: set aside %t, runs %v", aside, runs)
	}
	if _, aside, _ := setAside(t, "young", young, false); aside {
		t.Fatal("a young one is set aside")
	}
	damaged, mended := 0, 0
	try := func(what string, f queueFiles) {
		t.Helper()
		folder, aside, runs := setAside(t, what, f, false)
		if !aside {
			mended++
			if !slices.Equal(runs, all) {
				t.Errorf("%s: opened, and has %v", what, runs)
			}
			return
		}
		damaged++
		list, err := job.Aside(folder)
		if err != nil || len(list) != 1 || !bytes.Equal(filesOf(t, list[0]).log, f.log) {
			t.Errorf("%s: the log is not set aside as it was: %v %v", what, list, err)
		}
	}
	for cut := len(old.database) - page; cut > page; cut -= 5 * page {
		try(fmt.Sprint("old at ", cut), queueFiles{old.database[:cut], old.log})
		try(fmt.Sprint("old at ", cut+1000), queueFiles{old.database[:cut+1000], old.log})
	}
	try("old, nothing left", queueFiles{nil, old.log})
	try("young, nothing left", queueFiles{nil, young.log})
	if damaged < 5 {
		t.Errorf("%d were set aside: the test shows too little", damaged)
	}
	t.Logf("%d set aside, %d were whole with their log", damaged, mended)
}

// TestDamagedWhileOpen: a queue with which another works is not set aside, and that is
// said.
func TestDamagedWhileOpen(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	at := place{folder: t.TempDir()}
	path := filepath.Join(at.folder, job.File)
	first := at.open(t, job.Config{Planner: library(set), Workers: -1})
	second := at.open(t, job.Config{Planner: library(set), Workers: -1}) // side by side
	closed(t, second)
	whole := filesOf(t, path)
	if err := os.Truncate(path, int64(len(whole.database)-1)); err != nil {
		t.Fatal(err)
	}
	if len(whole.log) > 0 { // what was copied out of it is in the database only
		if err := os.Truncate(path+"-wal", 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err := job.Open(t.Context(), job.Config{Folder: at.folder, Planner: library(set), Workers: -1})
	if !errors.Is(err, job.ErrDamaged) || !strings.Contains(err.Error(), "ander proces") {
		t.Errorf("%v", err)
	}
	if list, err := job.Aside(at.folder); err != nil || len(list) > 0 {
		t.Errorf("set aside under the hands of another: %v %v", list, err)
	}
	_ = first.Close() // of a file that was cut under its hands anything may be said
	r := at.open(t, job.Config{Planner: library(set), Workers: -1})
	if id := start(t, r, order(t, set, 300, "")); id == "" {
		t.Error("no run")
	}
	closed(t, r)
}
