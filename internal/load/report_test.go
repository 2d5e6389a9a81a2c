package load_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// report is what one run measured.
type report struct {
	t                     *testing.T
	size                  size
	town                  *town
	sheet                 *sheet
	usage                 []usage // before, connected, halfway, at the end, after
	took, client, server  time.Duration
	quiet                 bool // the server had nothing of its own to do when it began
	opened, told, refused atomic.Int64
	appends               float64
}

// check fails on what must hold at any speed.
func (r *report) check() {
	t := r.t
	t.Helper()
	r.sheet.mu.Lock()
	defer r.sheet.mu.Unlock()
	for key, body := range r.sheet.samples {
		t.Errorf("%s:\n%s", key, body)
	}
	for why, n := range r.sheet.fallen {
		t.Errorf("%d connections broke: %s", n, why)
	}
	found := r.town.found(t)
	yes, open := r.sheet.acknowledged()
	lost, twice := 0, 0
	for m, kind := range yes {
		switch found[m] {
		case 1:
		case 0:
			if lost++; lost <= 3 {
				t.Errorf("%s %s was acknowledged and is not in the log", kind, m)
			}
		default:
			if twice++; twice <= 3 {
				t.Errorf("%s %s is in the log %d times", kind, m, found[m])
			}
		}
	}
	for m, kind := range open {
		if found[m] > 1 {
			t.Errorf("%s %s got no answer and is in the log %d times", kind, m, found[m])
		}
	}
	if lost+twice > 0 {
		t.Errorf("of %d acknowledged, %d are lost and %d are there more than once", len(yes), lost, twice)
	}
	for _, u := range r.usage {
		if u.memory > mostMemory {
			t.Errorf("the server takes %s", megabytes(u.memory))
		}
	}
	if len(yes) == 0 {
		t.Error("nothing was acknowledged: this says nothing")
	}
	if r.size.streams > 0 && r.opened.Load() < int64(r.size.streams) {
		t.Errorf("%d streams of events were opened, of %d; %d refused", r.opened.Load(), r.size.streams, r.refused.Load())
	}
}

// kinds in the order of the table, with what is promised of each.
var kinds = []struct {
	name string
	most time.Duration
}{{kindSignal, mostIntake}, {kindCitizen, mostIntake}, {kindEvent, mostIntake}, {kindPage, mostPage}}

// times gives the sorted latencies of a kind, and how many were no good by status.
func (r *report) times(kind string) (took []time.Duration, bad map[int]int) {
	bad = map[int]int{}
	for _, d := range r.sheet.all {
		if d.kind != kind {
			continue
		}
		took = append(took, d.took)
		if !slices.Contains(d.good, d.status) {
			bad[d.status]++
		}
	}
	slices.Sort(took)
	return took, bad
}

// part gives the value under which a part of all is: exact, every value is kept.
func part(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]
}

// strict fails on a promise that is missed.
func (r *report) strict() {
	for _, k := range kinds {
		took, bad := r.times(k.name)
		if got := part(took, .99); got >= k.most || len(bad) > 0 {
			r.t.Errorf("%s: p99 %s ms, promised under %s; other answers: %v", k.name, millis(got), millis(k.most), bad)
		}
	}
}

func millis(d time.Duration) string {
	return strings.Replace(fmt.Sprintf("%.1f", float64(d.Microseconds())/1000), ".", ",", 1)
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }

// table writes the figures as they stand in docs/beheer/prestaties.md.
func (r *report) table() string {
	var b strings.Builder
	store := "SQLite"
	if r.town.database != "" {
		store = "PostgreSQL, op dezelfde machine"
	}
	z := r.size
	fmt.Fprintf(&b, "\n%s; %d verbindingen en %d stromen, %s lang, %d mensen, %d signalen vooraf; %s\n\n", store, z.connections, z.streams, z.lasts, z.people, z.before, machine())
	b.WriteString("| wat | aantal | per seconde | fout | p50 | p90 | p99 | langste | doel p99 |\n|---|---:|---:|---|---:|---:|---:|---:|---|\n")
	for _, k := range kinds {
		took, bad := r.times(k.name)
		if len(took) == 0 {
			continue
		}
		verdict := "gehaald"
		if part(took, .99) >= k.most {
			verdict = "gemist"
		}
		fmt.Fprintf(&b, "| %s | %d | %.0f | %s | %s | %s | %s | %s | %s: %s |\n", k.name, len(took), float64(len(took))/z.lasts.Seconds(), badly(bad),
			millis(part(took, .5)), millis(part(took, .9)), millis(part(took, .99)), millis(took[len(took)-1]), millis(k.most), verdict)
	}
	b.WriteString("\nTijden in milliseconden, vanaf het geplande moment.\n\n| de server | ervoor | verbonden | halverwege | aan het eind | erna |\n|---|---:|---:|---:|---:|---:|\n")
	row := func(name string, of func(usage) string) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, u := range r.usage {
			fmt.Fprintf(&b, " %s |", of(u))
		}
		b.WriteByte('\n')
	}
	row("geheugen (RSS)", func(u usage) string { return megabytes(u.memory) })
	row("waarvan heap", func(u usage) string { return megabytes(int64(u.heap)) })
	row("goroutines", func(u usage) string { return fmt.Sprintf("%.0f", u.goroutines) })
	row("open bestanden", func(u usage) string { return fmt.Sprint(u.files) })
	fmt.Fprintf(&b, "\nRekentijd: server %.1f s, deze client %.1f s, in %.1f s. Schrijfacties in het logboek: %.0f. Stromen geopend: %d, berichten erover: %d.\n",
		r.server.Seconds(), r.client.Seconds(), r.took.Seconds(), r.appends, r.opened.Load(), r.told.Load())
	yes, _ := r.sheet.acknowledged()
	fmt.Fprintf(&b, "Bevestigd: %d; elk staat precies één keer in het logboek.\n", len(yes))
	if !r.quiet {
		b.WriteString("De server was bij het begin nog bezig met het berekenen van bevindingen.\n")
	}
	b.WriteString(r.slowest())
	return b.String()
}

// slowest names the pages that took longest, so that it is known where to look.
func (r *report) slowest() string {
	of := map[string][]time.Duration{}
	for _, d := range r.sheet.all {
		if d.kind == kindPage {
			path := strings.Fields(string(d.text[:min(200, len(d.text))]))[1]
			if rest, ok := strings.CutPrefix(path, "/knelpunten/"); ok && rest != "" {
				path = "/knelpunten/{id}"
			}
			path, _, _ = strings.Cut(path, "?")
			of[path] = append(of[path], d.took)
		}
	}
	type row struct {
		path string
		p99  time.Duration
		p50  time.Duration
	}
	var rows []row
	for _, path := range slices.Sorted(maps.Keys(of)) {
		slices.Sort(of[path])
		rows = append(rows, row{path, part(of[path], .99), part(of[path], .5)})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.p50, a.p50) })
	var b strings.Builder
	b.WriteString("\nTraagste pagina's (p50, p99): ")
	for n, x := range rows[:min(8, len(rows))] {
		if n > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "`%s` %s, %s", x.path, millis(x.p50), millis(x.p99))
	}
	b.WriteString("\n")
	return b.String()
}

func badly(bad map[int]int) string {
	if len(bad) == 0 {
		return "0"
	}
	var out []string
	for _, status := range slices.Sorted(maps.Keys(bad)) {
		name := fmt.Sprint(status)
		if status == 0 {
			name = "geen antwoord"
		}
		out = append(out, fmt.Sprintf("%d× %s", bad[status], name))
	}
	return strings.Join(out, ", ")
}
