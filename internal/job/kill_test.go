package job_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/job"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	"lemniscaat/regelingen"
)

// The test program is also the worker process: with a folder or the address of a
// database in this variable it works until it is told to stop. The second makes it end at
// a household, the third makes it wait at
// the last one for ever, after it has been there so many times.
const (
	childFolder = "LEMNISCAAT_TEST_FOLDER"
	childPoison = "LEMNISCAAT_TEST_POISON"
	childHold   = "LEMNISCAAT_TEST_HOLD"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		if err := work(folder); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func work(folder string) error {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		return err
	}
	planner := library(set)
	if os.Getenv(childPoison) != "" {
		planner = hinder(set, 250, func() error { os.Exit(3); return nil })
	}
	if text := os.Getenv(childHold); text != "" {
		times, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		var been atomic.Int64
		planner = hinder(set, 3999, func() error {
			if been.Add(1) > times {
				select {}
			}
			return nil
		})
	}
	r, err := job.Open(context.Background(), among(placeOf(folder), planner, 2))
	if err != nil {
		return err
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin) // until the parent says so, or is gone
	return r.Close()
}

func placeOf(text string) place {
	if strings.HasPrefix(text, "postgres://") {
		return place{database: text}
	}
	return place{folder: text}
}

func among(at place, planner job.Planner, workers int) job.Config {
	return job.Config{Folder: at.folder, Database: at.database, Planner: planner, Workers: workers, PartSize: 50, Beat: 100 * time.Millisecond, Silent: 2 * time.Second}
}

// child starts a worker process; end makes it stop by itself.
func child(t *testing.T, at place, env ...string) (cmd *exec.Cmd, end func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self, "-test.run=^$")
	cmd.Env = append(append(os.Environ(), childFolder+"="+at.folder+at.database), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("child: %q %v", line, err)
	}
	return cmd, func() { in.Close(); _ = cmd.Wait() }
}

// A run ends bit by bit as if it was computed in one go when the process that
// works on it is killed, in both phases, and others go on; two work at a time at
// the end.
func TestKilledWhileWorking(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		o := order(t, set, 4000, "")
		desk := at.open(t, among(at, library(set), -1)) // only asks
		defer closed(t, desk)
		id := start(t, desk, o)
		for phase, far := range []int{11, 93} { // of 80 parts, twice
			// Its last part waits for the kill, however late that is.
			cmd, _ := child(t, at, fmt.Sprint(childHold, "=", phase))
			wait(t, desk, id, func(i run.Info) bool { return i.Done >= far })
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			info, err := desk.Status(t.Context(), id)
			if err != nil || info.State != run.Running || info.Done >= info.Total {
				t.Fatalf("killed at %d of %d, %s: the test shows too little (%v)", info.Done, info.Total, info.State, err)
			}
		}
		_, end := child(t, at)
		_, endOther := child(t, at)
		info := wait(t, desk, id, over)
		end()
		endOther()
		if info.State != run.Done || info.Done != info.Total {
			t.Errorf("%s, %d of %d: %s", info.State, info.Done, info.Total, info.Error)
		}
		same(t, want(t, set, o), result(t, desk, id))
	})
}

// A part that ends every process that does it ends the run, not all processes.
func TestPartThatKills(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		desk := at.open(t, among(at, library(set), -1))
		defer closed(t, desk)
		id := start(t, desk, order(t, set, 400, ""))
		for range 3 {
			cmd, _ := child(t, at, childPoison+"=1")
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 3 {
				t.Fatalf("child ends with %d", code)
			}
		}
		_, end := child(t, at)
		info := wait(t, desk, id, over)
		end()
		// Another part that the process had under hands is stopped with it, as often:
		// which of them is named first is up to the queue.
		if info.State != run.Failed || !regexp.MustCompile(`deel [1-8] van 8 uitrekenen: het proces dat hieraan werkte, is 3 keer gestopt`).MatchString(info.Error) {
			t.Errorf("%s: %q", info.State, info.Error)
		}
	})
}
