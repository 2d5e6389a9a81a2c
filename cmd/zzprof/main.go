package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
func check(err error) {
	if err != nil {
		panic(err)
	}
}
func main() {
	n, _ := strconv.Atoi(os.Args[1])
	var f *os.File
	if len(os.Args) > 2 {
		f, _ = os.Create(os.Args[2])
		pprof.StartCPUProfile(f)
	}
	t := cpu()
	lap := func(what string) { now := cpu(); fmt.Println(what, now-t); t = now }
	set, ds := regulation.Load(regelingen.Files)
	check(ds.Err())
	lap("load")
	text, _ := os.ReadFile("regelingen/individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	v, ds := regulation.ReadVariant("x", text)
	check(ds.Err())
	date := rule.MustDate("2026-06-01")
	v.From = rule.MustDate("2026-01-01")
	changed, ds := set.With(v)
	check(ds.Err())
	lap("with")
	base, err := simulate.NewSide(set, date)
	check(err)
	lap("side")
	var ids []string
	for _, s := range base.Schemes {
		ids = append(ids, s.ID)
	}
	fmt.Println(ids)
	side, err := simulate.NewSide(changed, date, ids...)
	check(err)
	side.ID = v.ID
	lap("side2")
	people, err := population.New(population.Spec{N: n, Year: date.Year, Seed: 1})
	check(err)
	lap("people")
	programs := new(simulate.Programs)
	for range 2 {
		_, err = simulate.Run(context.Background(), simulate.Spec{People: people, Seed: 1, Date: date, Baseline: base, Variant: &side, Programs: programs}, nil)
		check(err)
		lap("run")
	}
	pprof.StopCPUProfile()
}
