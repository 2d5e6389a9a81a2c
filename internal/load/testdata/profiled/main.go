// Command profiled is lemniscaat that writes profiles: SIGUSR1 begins, SIGUSR2
// ends. make load with PROFIEL=folder builds it; it is never installed.
package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"

	"lemniscaat/internal/cli"
)

func main() {
	dir := os.Getenv("LOAD_PROFILE")
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for s := range asked {
			if s == syscall.SIGUSR1 {
				runtime.SetMutexProfileFraction(20)
				runtime.SetBlockProfileRate(1_000_000)
				f, err := os.Create(filepath.Join(dir, "cpu.pprof"))
				if err != nil || pprof.StartCPUProfile(f) != nil {
					os.Stderr.WriteString("no profile\n")
				}
				continue
			}
			pprof.StopCPUProfile()
			for _, name := range []string{"heap", "goroutine", "mutex", "block", "allocs"} {
				if f, err := os.Create(filepath.Join(dir, name+".pprof")); err == nil {
					_ = pprof.Lookup(name).WriteTo(f, 0)
					_ = f.Close()
				}
			}
		}
	}()
	os.Exit(cli.Main())
}
