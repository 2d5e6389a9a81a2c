package loop_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The program names the organisation once; when there is a triangle the eigenaar
// may change it, and nobody else.
func TestOrganisation(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.no("rol-onjuist", "pim", loop.NameOrganisation{Name: "Gemeente Voorbeeld"})
	e.no("naam-onjuist", loop.System, loop.NameOrganisation{Name: " x "})
	e.no("naam-onjuist", loop.System, loop.NameOrganisation{Name: strings.Repeat("x", 101)})
	e.do(loop.System, loop.NameOrganisation{Name: " Gemeente  Voorbeeld "})
	if got := e.w.Organisation(); got != "Gemeente Voorbeeld" {
		t.Errorf("named %q", got)
	}
	m := municipality(t)
	m.no("rol-onjuist", loop.System, loop.NameOrganisation{Name: "Anders"})
	m.no("rol-onjuist", "bram", loop.NameOrganisation{Name: "Anders"})
	m.do("eva", loop.NameOrganisation{Name: "Anders"})
	m.no("niets-veranderd", "eva", loop.NameOrganisation{Name: "Anders"})
}

// An old signal keeps its own date; the answer is owed from the day that it came
// in.
func TestOrigin(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	f.Signal.Origin = &loop.Origin{From: "lijst", On: rule.MustDate("2021-03-01"), Times: 12}
	e.do("pim", f)
	i := e.w.Issue(f.NewIssue)
	if due, ok := i.Due(); !ok || due.Due != e.today().AddDays(42) {
		t.Errorf("due %+v", due)
	}
	if s, _ := e.w.Signal(f.Signal.ID); s.Origin == nil || s.Origin.On != rule.MustDate("2021-03-01") || s.Origin.Times != 12 {
		t.Errorf("origin %+v", s.Origin)
	}
	for _, o := range map[string]loop.Origin{"from": {From: "elders"}, "times": {From: "lijst", Times: -1}, "sender": {From: "mail", Sender: "jan@voorbeeld.nl"}} {
		bad := e.signal("pim")
		bad.Signal.Origin = &o
		e.no("herkomst-onjuist", "pim", bad)
	}
}
