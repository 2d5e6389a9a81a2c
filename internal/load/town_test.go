package load_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// town is an installation of a municipality that does not exist: people at the
// desk with accounts who are signed in, and what they reported before.
type town struct {
	data     string
	database string // address of PostgreSQL; empty: SQLite
	sessions []string
	policy   string // session of who does policy
	token    string // of the case system
	places   []screen.SignalInput
	issues   []string
	texts    int // articles
}

// settings are those of a real installation behind a proxy with HTTPS.
func (w *town) settings() []string {
	out := []string{"LEMNISCAAT_URL=https://lus.voorbeeld.nl", "LEMNISCAAT_VERTROUWDE_PROXIES=127.0.0.1/32", "LEMNISCAAT_WORKERS=0"}
	if w.database != "" {
		out = append(out, "LEMNISCAAT_DATABASE="+w.database)
	}
	return out
}

func (w *town) open(ctx context.Context) (store.Store, error) {
	if w.database != "" {
		return postgres.Open(ctx, w.database, postgres.Options{})
	}
	return sqlite.Open(ctx, w.data, sqlite.Options{})
}

func (w *town) reader(ctx context.Context) (store.Reader, error) {
	if w.database != "" {
		return postgres.OpenReader(ctx, w.database, postgres.Options{})
	}
	return sqlite.OpenReader(ctx, w.data)
}

// settle makes the installation: people at the desk, and signals that they
// reported before.
func settle(t *testing.T, database string, people, signals int) *town {
	t.Helper()
	ctx := t.Context()
	w := &town{data: t.TempDir(), database: database}
	secret, access := make([]byte, 32), make([]byte, 32)
	rand.Read(secret)
	rand.Read(access)
	for name, text := range map[string]string{
		"installatie": "Deze map is van een eigen installatie van Lemniscaat.\n", "pseudoniem.sleutel": hex.EncodeToString(secret) + "\n", "toegang.sleutel": hex.EncodeToString(access) + "\n",
	} {
		must(t, os.WriteFile(filepath.Join(w.data, name), []byte(text), 0o600))
	}
	log, err := w.open(ctx)
	must(t, err)
	defer log.Close()
	shipped, ds := regulation.Load(regelingen.Files)
	must(t, ds.Err())
	var ids atomic.Int64
	newID := func(prefix string) string { return fmt.Sprintf("%s-%016x", prefix, ids.Add(1)) }
	runs := run.NewHere(run.NewLibrary(shipped, nil, run.Synthetic), time.Now, 0)
	defer runs.Close()
	o, err := office.New(ctx, office.Config{
		Store: log, Shipped: shipped, Now: time.Now, NewID: newID, Secret: secret, Population: "nl:2000", Households: 38_000, Cold: true, Runs: runs,
		Processing: &processing.Log{Shelf: log, Secret: secret, Version: "v1", Now: time.Now, Random: rand.Reader, Keep: time.Hour},
	})
	must(t, err)
	defer o.Close()
	must(t, o.Perform(ctx, string(loop.System), loop.NameOrganisation{Name: "Gemeente Voorbeeldstad"}))
	today := loop.DateOf(time.Now())
	set := loop.SetTriangle{ID: "organisatie", From: today, Posts: []loop.Post{
		{ID: "eigenaar", Corner: loop.Eigenaar, Organisation: "Gemeente Voorbeeldstad"},
		{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente Voorbeeldstad", Department: "Beleid"},
		{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente Voorbeeldstad", Department: "Uitvoering"},
	}}
	seat := func(post, id, name string, signs bool) {
		set.Terms = append(set.Terms, loop.Term{Post: post, Person: loop.PersonID(id), Name: loop.Words(name), Signs: signs, From: today})
	}
	seat("eigenaar", "p-eigenaar", "Eva Eigenaar", true)
	seat("beleid", "p-beleid", "Bas Beleid", true)
	seat("uitvoering", "p-uitvoering", "Uma Uitvoering", true)
	must(t, o.Perform(ctx, string(loop.System), set))
	var desk []string
	for n := range people {
		id := fmt.Sprintf("p-balie-%04d", n)
		desk = append(desk, id)
		must(t, o.Perform(ctx, "p-eigenaar", loop.Appoint{Triangle: "organisatie", Term: loop.Term{
			Post: "uitvoering", Person: loop.PersonID(id), Name: loop.Words("Medewerker " + letters(uint64(n))), From: today,
		}}))
	}
	who, err := authn.New(authn.Config{Store: log, Now: time.Now, Secret: access, Person: o.Place, Organisation: o.Called, Weak: true})
	must(t, err)
	console := authz.Principal{Roles: []string{authz.RoleConsole}}
	signIn := func(n int, person string) string {
		i, err := who.Add(ctx, console, screen.AccountInput{Login: "medewerker" + fmt.Sprint(n), Name: "Iemand van de balie", Person: person})
		must(t, err)
		in, err := who.Accept(ctx, screen.AcceptInput{Secret: i.Secret, Password: "paarse fiets onder water", Address: fmt.Sprint(n), UserAgent: "Firefox/1 Linux"})
		must(t, err)
		if in.Step != screen.StepNone {
			t.Fatalf("%s is not signed in: %q", person, in.Step)
		}
		return in.Token
	}
	w.policy = signIn(people, "p-beleid")
	for n, id := range desk {
		w.sessions = append(w.sessions, signIn(n, id))
	}
	key, err := who.MakeToken(ctx, console, screen.TokenInput{Name: "Zaaksysteem", Scopes: []string{"uitkomsten:leveren"}, Days: 30})
	must(t, err)
	w.token = key.Secret
	w.layOut(shipped)
	w.reported(t, o, desk, signals)
	return w
}

// layOut makes the places at which is reported.
func (w *town) layOut(set *regulation.Set) {
	for _, r := range set.Regulations {
		for _, a := range r.Articles {
			w.texts++
			for _, tile := range []screen.Tile{screen.TileUnclear, screen.TileCannot, screen.TileHarsh, screen.TileClash, screen.TileData, screen.TileDropOut} {
				w.places = append(w.places, screen.SignalInput{Anchor: screen.Anchor{Regulation: r.ID, Article: a.ID}, Tile: tile, Frequency: screen.Weekly})
			}
		}
	}
}

// reported fills the log with what was reported before, by many at a time.
func (w *town) reported(t *testing.T, o *office.Office, desk []string, signals int) {
	t.Helper()
	var next atomic.Int64
	var done sync.WaitGroup
	for range 32 {
		done.Go(func() {
			for n := int(next.Add(1)); n <= signals; n = int(next.Add(1)) {
				in := w.places[n*7%len(w.places)]
				in.Text = "De brief noemt een bedrag dat nergens staat, zegt " + letters(uint64(n)) + "."
				if _, err := o.FileSignal(t.Context(), desk[n%len(desk)], in); err != nil {
					t.Errorf("signal %d: %v", n, err)
					return
				}
			}
		})
	}
	done.Wait()
	o.Look(func(world *loop.World, _ *regulation.Set) {
		for _, i := range world.Issues() {
			w.issues = append(w.issues, i.ID)
		}
	})
	if signals > 0 && len(w.issues) == 0 {
		t.Fatal("nothing was reported")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// letters writes a number in letters: digits could look like a personal number.
func letters(n uint64) string {
	out := []byte("zq")
	for n++; n > 0; n /= 20 {
		out = append(out, "bcdfghjklmnpqrstvwxz"[n%20])
	}
	return string(append(out, 'q'))
}

// citizenAddress is where the n-th citizen comes from: the help desk of the
// municipality is one address, and most people are at home.
func citizenAddress(n int) string {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

// dated is a day on which a decision was taken.
func dated(n int) rule.Date { return rule.MustDate("2026-01-05").AddDays(n % 300) }
