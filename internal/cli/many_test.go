package cli_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/store"
	"lemniscaat/regelingen"
)

// filler adds to a log what the loop decides, in batches.
type filler struct {
	tb       testing.TB
	s        store.Store
	w        *loop.World
	versions map[string]uint64
	head     event.Head
	at       time.Time // of the last event
	batch    []event.Draft
	ids      int
}

func newFiller(tb testing.TB, s store.Store) *filler {
	tb.Helper()
	f := &filler{tb: tb, s: s, w: loop.NewWorld(loop.DefaultTerms(), everywhere{}), versions: map[string]uint64{}}
	for r, err := range s.All(context.Background(), 1) {
		if err == nil {
			err = f.w.Apply(r)
		}
		if err != nil {
			tb.Fatal(err)
		}
		f.versions[r.Stream], f.head = r.StreamSeq, r.Head()
		if f.at.Before(r.At) {
			f.at = r.At
		}
	}
	return f
}

func (f *filler) id(kind string) string { f.ids++; return fmt.Sprintf("%s-%012x", kind, f.ids) }

// do decides a command a second later, as the loop does.
func (f *filler) do(by loop.PersonID, c loop.Command) {
	f.tb.Helper()
	f.at = f.at.Add(time.Second)
	out, err := f.w.Decide(by, c, f.at)
	if err != nil {
		f.tb.Fatalf("%T: %v", c, err)
	}
	for _, d := range out.Drafts {
		f.versions[d.Stream]++
		// The store takes salts of its own: the hashes here serve this world only.
		r, err := event.Seal(d, f.head, f.versions[d.Stream], func() ([]byte, error) { return make([]byte, event.SaltSize), nil })
		if err == nil {
			err = f.w.Apply(r)
		}
		if err != nil {
			f.tb.Fatal(err)
		}
		f.head = r.Head()
		f.batch = append(f.batch, d)
	}
	if len(f.batch) >= 2000 {
		f.flush()
	}
}

func (f *filler) flush() {
	f.tb.Helper()
	if len(f.batch) == 0 {
		return
	}
	if _, err := f.s.Append(context.Background(), store.Batch{Drafts: f.batch}); err != nil {
		f.tb.Fatal(err)
	}
	f.batch = nil
}

// fillLists puts n of everything that a list shows in the log of a demo: knelpunten,
// signals of one person, signals on one knelpunt, answers, proposals, decisions,
// compliments and triangles.
func fillLists(tb testing.TB, s store.Store, n int) {
	tb.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	f := newFiller(tb, s)
	const reg = "individuele-inkomenstoeslag"
	signal := func(i int, kind loop.SignalKind, r, issue string) {
		f.do("samira", loop.FileSignal{NewIssue: issue, Signal: loop.Signal{
			ID: f.id("s"), Anchor: loop.Anchor{Regulation: r, Article: fmt.Sprintf("artikel-%d", i)}, Kind: kind,
			What:      loop.Words(fmt.Sprintf("Iemand met twee banen past hier niet in, en dan begint het opnieuw. Dit is de %de keer.", i)),
			Frequency: loop.Weekly, Channel: loop.Professional, Reporter: "samira", Reachable: true, Case: fmt.Sprintf("v1:%064x", i),
		}})
	}
	for i := range n {
		r := reg
		if i%2 > 0 {
			r = set.Regulations[i%len(set.Regulations)].ID
		}
		issue := f.id("k")
		signal(i, loop.TooHarsh, r, issue)
		if i%10 == 0 {
			f.do(f.w.OwnerAt(loop.Anchor{Regulation: r}, loop.DateOf(f.at)).Person, loop.AnswerIssue{Issue: issue, Kind: loop.Explain, Reason: loop.Words("Zo staat het in de wet: de aanvraag is per kalendermaand.")})
		}
		f.do("karim", loop.OpenProposal{ID: f.id("v"), Regulation: reg, Title: fmt.Sprintf("Voorstel met nummer %d", i)})
		f.do("samira", loop.IntendDecision{
			ID: f.id("d"), Case: fmt.Sprintf("v1:%064x", i), Anchor: loop.Anchor{Regulation: reg, Article: "verordening-artikel-3"}, RuleSet: strings.Repeat("ab", 32),
			Date: loop.DateOf(f.at), Kind: loop.Award, Outcome: "toegekend", Cents: 50000, Synthetic: true,
		})
	}
	busy := f.id("k")
	signal(n, loop.Unclear, reg, busy)
	for i := range n {
		f.do("joost", loop.AlsoMine{Issue: busy, SignalID: f.id("s"), Reporter: loop.PersonID(fmt.Sprintf("melder-%05d", i)), Channel: loop.Professional, Reachable: true})
	}
	for i := range n / 5 {
		signal(n+1+i, loop.GoesWell, reg, "")
		f.do("anneke", loop.SetTriangle{
			ID: f.id("driehoek"), Scope: loop.Anchor{Regulation: reg, Article: fmt.Sprintf("artikel-%d", i)}, From: loop.DateOf(f.at),
			Posts: []loop.Post{
				{ID: "e", Corner: loop.Eigenaar, Organisation: "Gemeente"}, {ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: fmt.Sprintf("Partij %d", i), Outside: i%2 == 0},
				{ID: "u", Corner: loop.Opdrachtnemer, Organisation: "Sociale dienst"},
			},
			Terms: []loop.Term{{Post: "e", Person: "anneke", Name: loop.Words("Anneke"), Signs: true, From: loop.DateOf(f.at)}},
		})
	}
	f.flush()
}

// ways are the links of a page: only addresses of this site.
var ways = regexp.MustCompile(`<a[^>]+href="(/[^"#]*)`)

// shape is an address without what differs between rows, so that of many pages of
// one kind some are looked at.
func shape(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if i > 1 && (strings.ContainsAny(p, "0123456789") || i == 2 || i == 3 && parts[1] == "regelingen") {
			parts[i] = "{}"
		}
	}
	q := slices.Sorted(func(yield func(string) bool) {
		for k := range u.Query() {
			if !yield(k) {
				return
			}
		}
	})
	return strings.Join(parts, "/") + "?" + strings.Join(q, "&")
}

// largestPage is what a page may weigh, in bytes.
const largestPage = 500_000

// TestManyItems walks every page that links lead to, as several people, over a log
// with VEEL (10,000) of everything: no page is large, none fails. It takes minutes:
//
//	VEEL=10000 go test -run TestManyItems -v -timeout 60m ./internal/cli
func TestManyItems(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("VEEL"))
	if err != nil {
		t.Skip("VEEL says how many of everything; it takes minutes")
	}
	data := os.Getenv("VEEL_MAP") // kept between runs
	if _, err := os.Stat(data + "/gevuld"); data == "" || err != nil {
		if data == "" {
			data = t.TempDir()
		}
		begin(t, data, "", "/").stop(t)
		s := openLog(t, data, "")
		fillLists(t, s, n)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(data+"/gevuld", nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := begin(t, data, "", "/")
	type seen struct {
		page, who string
		bytes     int
		took      time.Duration
	}
	var all []seen
	for round, who := range []string{"samira", "femke", "karim", "anneke", "marijke", ""} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar, Timeout: 2 * time.Minute}
		if who != "" {
			site, err := url.Parse(b.site)
			if err != nil {
				t.Fatal(err)
			}
			jar.SetCookies(site, []*http.Cookie{{Name: "rol", Value: who}})
		}
		if round == 1 { // months later everything is late
			r, err := client.PostForm(b.site+"/demo/klok", url.Values{"klok": {"2027-03-01"}, "dag": {"2027-03-01"}})
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			t.Logf("clock: %d", r.StatusCode)
		}
		began, before := time.Now(), len(all)
		todo, done, shapes := []string{"/", "/te-laat", "/te-laat?trede=openbaar", "/voor-de-raad", "/bundelen", "/register?deel=te-laat"}, map[string]bool{}, map[string]int{}
		for len(todo) > 0 {
			page := todo[0]
			todo = todo[1:]
			if sh := shape(page); done[page] || shapes[sh] >= 2 || strings.HasPrefix(page, "/vast/") || strings.HasPrefix(page, "/verhalen") || strings.HasSuffix(page, ".pdf") {
				continue
			}
			done[page] = true
			shapes[shape(page)]++
			start := time.Now()
			r, err := client.Get(b.site + page)
			if err != nil {
				t.Errorf("%s (%s): %v", page, who, err)
				continue
			}
			body, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil || r.StatusCode >= 500 {
				t.Errorf("%s (%s): %d, %v", page, who, r.StatusCode, err)
			}
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				all = append(all, seen{page, who, len(body), time.Since(start)})
				if len(body) > largestPage {
					t.Errorf("%s (%s) is %d bytes, at most %d", page, who, len(body), largestPage)
				}
				for _, m := range ways.FindAllStringSubmatch(string(body), -1) {
					todo = append(todo, strings.ReplaceAll(m[1], "&amp;", "&"))
				}
			}
		}
		t.Logf("%s: %d pages in %v", cmp.Or(who, "nobody"), len(all)-before, time.Since(began).Round(time.Second))
	}
	slices.SortFunc(all, func(a, b seen) int { return cmp.Compare(b.bytes, a.bytes) })
	for _, s := range all[:min(len(all), 25)] {
		t.Logf("%8d bytes %6d ms  %s (%s)", s.bytes, s.took.Milliseconds(), s.page, s.who)
	}
	slices.SortFunc(all, func(a, b seen) int { return cmp.Compare(b.took, a.took) })
	for _, s := range all[:min(len(all), 25)] {
		t.Logf("%6d ms %8d bytes  %s (%s)", s.took.Milliseconds(), s.bytes, s.page, s.who)
	}
	t.Logf("%d pages", len(all))
	b.stop(t)
}
