package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"lemniscaat/internal/audit"

	"github.com/spf13/cobra"

	"lemniscaat/internal/config"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	pdf "lemniscaat/internal/report"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// ailment is one thing that is wrong with an installation.
type ailment struct {
	Code  string `json:"code"`
	Grave bool   `json:"ernstig"` // it does not work, or something is lost
	What  string `json:"wat"`
	Where string `json:"waar"`
	Do    string `json:"doe"`
}

// doctor looks at one installation and changes nothing.
type doctor struct {
	env    Env
	s      *config.Loaded
	whole  bool
	copies string // folder with backups; empty: not looked at
	found  []ailment
	head   string
}

func doctorCommand(env Env) *cobra.Command {
	d := doctor{env: env}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor --data MAP",
		Short: "zeg wat er mis is met een installatie en wat u eraan doet",
		Long: `Kijkt een installatie na en verandert niets: instellingen, map en rechten, ruimte, sleutels, klok, logboek, mail,
adres en reservekopieën. Dat kan ook terwijl zij draait. Met --alles wordt het hele logboek nagerekend, met alle
teksten, bijlagen en uitkomsten; zonder alleen het einde.

Uitgang 0: niets ernstigs. Uitgang 1: ten minste één ernstige bevinding.`,
		Example: "  lemniscaat doctor --data data\n  lemniscaat doctor --config lemniscaat.yaml --alles --kopieen /backup",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.settings(cmd)
			if d.s != nil {
				d.examine(cmd.Context())
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			grave := false
			for _, a := range d.found {
				grave = grave || a.Grave
			}
			if asJSON {
				if d.found == nil {
					d.found = []ailment{}
				}
				if err := writeJSON(env, struct {
					Good  bool      `json:"goed"`
					Head  string    `json:"kop,omitempty"`
					Found []ailment `json:"bevindingen"`
				}{!grave, d.head, d.found}); err != nil {
					return err
				}
			} else {
				d.tell()
			}
			if grave {
				return silent(Found)
			}
			return nil
		},
	}
	settingFlags(cmd)
	f := cmd.Flags()
	f.BoolVar(&d.whole, "alles", false, "reken het hele logboek na")
	f.StringVar(&d.copies, "kopieen", "", "`MAP` met reservekopieën, om hun leeftijd te zien")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func (d *doctor) add(grave bool, code, where, what, do string) {
	d.found = append(d.found, ailment{code, grave, what, where, do})
}

func (d *doctor) tell() {
	for _, a := range d.found {
		word := "let op"
		if a.Grave {
			word = "FOUT"
		}
		fmt.Fprintf(d.env.Out, "%s: %s [%s]\n  Waar: %s\n  Doe: %s\n", word, a.What, a.Code, a.Where, a.Do)
	}
	if d.head != "" {
		fmt.Fprintf(d.env.Out, "Kop van het logboek: %s\n", d.head)
	}
	if len(d.found) == 0 {
		fmt.Fprintln(d.env.Out, "Er is niets mis gevonden.")
	}
}

// settings reads the settings; what is wrong with them is a finding each.
func (d *doctor) settings(cmd *cobra.Command) {
	s, err := settings(d.env, cmd)
	var wrong config.Problems
	switch {
	case errors.As(err, &wrong):
		for _, p := range wrong {
			d.add(true, "instelling", p.Place, p.Key+": "+p.Text, "kies "+p.Accepts)
		}
		return
	case err != nil:
		d.add(true, "instelling", "instellingen", err.Error(), "zie lemniscaat config check")
		return
	}
	d.s = s
	if err := usable(s); err != nil {
		d.add(true, "instelling", "instellingen", err.Error(), "zie lemniscaat config check")
	}
}

func (d *doctor) examine(ctx context.Context) {
	dsn, err := databaseOf(ctx, d.s.Data)
	if err != nil {
		d.add(true, "database", filepath.Join(d.s.Data, databaseFile), err.Error(), "herstel de rechten van dit bestand")
		return
	}
	folder := d.folder(dsn == "")
	d.keys()
	d.listening()
	d.slot(ctx, folder)
	d.certificates()
	d.clock()
	d.mail(ctx)
	d.backups()
	if _, err := pdf.Find(); err != nil {
		d.add(false, "chromium", "PATH", "er is geen Chromium, dus geen PDF", "installeer chromium, of laat mensen afdrukken vanuit hun browser")
	}
	if dsn == "" && !folder {
		return
	}
	d.log(ctx, dsn)
}

// folder looks at the data folder, and reports whether it is one; with its log in it
// unless that is in a database.
func (d *doctor) folder(withLog bool) bool {
	dir := d.s.Data
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		d.add(true, "map-weg", dir, "de datamap is er niet of kan niet gelezen worden", "kies met --data de map van de installatie, of zet een reservekopie terug met lemniscaat restore")
		return false
	case !info.IsDir():
		d.add(true, "map-weg", dir, "dit is geen map", "kies met --data de map van de installatie")
		return false
	}
	if info.Mode().Perm()&0o077 != 0 {
		d.add(false, "map-rechten", dir, fmt.Sprintf("anderen op deze machine mogen in de datamap (%v)", info.Mode().Perm()), "chmod 700 "+dir)
	}
	probe, err := os.CreateTemp(dir, ".doctor-*.deel-")
	if err != nil {
		d.add(true, "map-schrijven", dir, "in de datamap kan niet geschreven worden: "+err.Error(), "geef de gebruiker van de dienst rechten, maak ruimte, of koppel de schijf schrijfbaar aan")
	} else {
		_ = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if room, err := roomLeft(dir); err == nil && room < lowRoom {
		d.add(room < noRoom, "ruimte", dir, fmt.Sprintf("er is nog %d MB vrij op deze schijf", room>>20), "maak ruimte of vergroot de schijf; zonder ruimte wordt niets meer bewaard")
	}
	if !withLog {
		return true
	}
	if err := notLost(dir); err != nil {
		d.add(true, "logboek-weg", filepath.Join(dir, sqlite.File), err.Error(), "zet een reservekopie terug met lemniscaat restore")
		return false
	}
	return true
}

// Room on the disk: below the first a warning, below the second a fault.
const (
	lowRoom = 1 << 30
	noRoom  = 64 << 20
)

func (d *doctor) keys() {
	dir := d.s.Keys
	if dir == "" {
		dir = d.s.Data
	}
	name := filepath.Join(dir, secretFile)
	later, _ := filepath.Glob(filepath.Join(dir, "pseudoniem-v*"+keyEnding)) // the pattern is good
	if log := filepath.Join(d.s.Data, sqlite.File); !exists(name) && len(later) == 0 && exists(log) {
		d.add(true, "sleutel-weg", name, "de sleutel van de pseudoniemen is er niet; zonder start de installatie niet", "zet de sleutel terug die u apart bewaarde")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"+keyEnding)) // the pattern is good
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.Mode().Perm()&0o077 != 0 {
			d.add(true, "sleutel-rechten", f, fmt.Sprintf("anderen op deze machine mogen bij deze sleutel (%v)", info.Mode().Perm()), "chmod 600 "+f)
		}
	}
	if exists(dir) {
		if _, err := pseudonymKeys(dir); err != nil {
			d.add(true, "sleutel-onleesbaar", dir, err.Error(), "zet de sleutel terug die u apart bewaarde")
		}
	}
}

// pseudonyms holds the keys of the pseudonyms to what the log says of them.
func (d *doctor) pseudonyms(ctx context.Context, log store.Reader) {
	dir := d.s.Keys
	if dir == "" {
		dir = d.s.Data
	}
	records, err := log.Load(ctx, loop.PseudonymStream)
	if err != nil {
		return // reading the log says why
	}
	known, err := loop.PseudonymKeysOf(records)
	have, unread := pseudonymKeys(dir)
	if err != nil || unread != nil || len(have) == 0 {
		return // said elsewhere
	}
	for _, k := range known {
		key, here := have[k.Version]
		path := keyPath(dir, k.Version)
		delete(have, k.Version)
		switch {
		case k.Retired && here:
			d.add(false, "sleutel-over", path, fmt.Sprintf("sleutel v%d is uit gebruik, en haar bestand is er nog", k.Version), "haal het bestand weg, ook op andere servers en uit reservekopieën")
		case k.Retired:
		case !here:
			d.add(true, "sleutel-weg", path, fmt.Sprintf("sleutel v%d van de pseudoniemen is er niet; zonder start de installatie niet", k.Version), "zet de sleutel terug die u apart bewaarde, of haal haar van een andere server")
		case k.Check != "" && k.Check != office.KeyCheck(key):
			d.add(true, "sleutel-anders", path, fmt.Sprintf("sleutel v%d is een andere dan die in gebruik is genomen", k.Version), "zet de sleutel terug die u apart bewaarde")
		}
	}
	for v := range have {
		d.add(false, "sleutel-klaar", keyPath(dir, v), fmt.Sprintf("sleutel v%d is gemaakt en nog niet in gebruik", v), "zet haar op elke server en geef lemniscaat keys rotate, of haal het bestand weg")
	}
}

func (d *doctor) listening() {
	at, err := netip.ParseAddrPort(d.s.Address)
	if err == nil && !at.Addr().IsLoopback() && d.s.TLSCert == "" && len(d.s.Proxies) == 0 {
		d.add(true, "geen-tls", d.s.Address, "de pagina's zijn van buiten te bereiken zonder HTTPS", "zet tls-certificaat en tls-sleutel, of luister op 127.0.0.1 achter een proxy en noem die in vertrouwde-proxies")
	}
	if d.s.TLSCert == "" {
		return
	}
	ends, err := certificateEnds(d.s.TLSCert)
	switch left := ends.Sub(d.env.Now()); {
	case err != nil:
		d.add(true, "certificaat", d.s.TLSCert, err.Error(), "zet hier een certificaat in PEM")
	case left < 0:
		d.add(true, "certificaat", d.s.TLSCert, "het certificaat is verlopen op "+ends.Format(time.DateOnly), "vernieuw het certificaat")
	case left < 14*24*time.Hour:
		d.add(false, "certificaat", d.s.TLSCert, "het certificaat verloopt op "+ends.Format(time.DateOnly), "vernieuw het certificaat")
	}
}

func (d *doctor) mail(ctx context.Context) {
	if d.s.SMTP == "" {
		return
	}
	u, err := url.Parse(d.s.SMTP)
	if err != nil {
		return // the settings told
	}
	port := u.Port()
	if port == "" {
		port = "587"
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	c, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		d.add(false, "mail", net.JoinHostPort(u.Hostname(), port), "de mailserver is niet te bereiken", "kijk of smtp klopt en of de firewall dit toelaat; meldingen wachten tot dan")
		return
	}
	_ = c.Close()
}

// oldCopy is how old the last backup may be.
const oldCopy = 36 * time.Hour

func (d *doctor) backups() {
	if d.copies == "" {
		return
	}
	list, err := os.ReadDir(d.copies)
	if err != nil {
		d.add(true, "kopie", d.copies, "de map met reservekopieën kan niet gelezen worden", "kies met --kopieen de map waar lemniscaat backup schrijft")
		return
	}
	var last time.Time
	for _, e := range list {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	switch {
	case last.IsZero():
		d.add(true, "kopie", d.copies, "er is geen reservekopie", "maak er een met lemniscaat backup, en plan dat elke nacht")
	case d.env.Now().Sub(last) > oldCopy:
		d.add(true, "kopie", d.copies, "de laatste reservekopie is van "+last.UTC().Format("2006-01-02 15:04 UTC"), "kijk waarom de geplande kopie niet meer loopt; maak er nu een met lemniscaat backup")
	}
}

// tailLength is how many events are computed again without --alles.
const tailLength = 1000

func (d *doctor) log(ctx context.Context, dsn string) {
	where := filepath.Join(d.s.Data, sqlite.File)
	if dsn != "" {
		where = whereabouts(dsn)
	} else if err := sqlite.Newer(ctx, d.s.Data); err != nil {
		d.add(true, "nieuwer", where, err.Error(), "installeer de versie van Lemniscaat die dit logboek schreef, of een nieuwere")
		return
	}
	log, err := readLog(ctx, d.s.Data)
	if err != nil {
		d.add(true, "logboek-onleesbaar", where, err.Error(), "kijk of de schijf of database werkt; zet anders een reservekopie terug met lemniscaat restore")
		return
	}
	defer log.Close()
	d.outgoing(ctx, log)
	d.stuck(ctx, dsn, log)
	d.pseudonyms(ctx, log)
	head, last, err := tail(ctx, log)
	d.head = head.String()
	d.snapshot(ctx, log)
	d.index(ctx, where, log, head)
	if last.After(d.env.Now().Add(5*time.Minute)) && isOwn(d.s.Data) {
		d.add(true, "klok", "klok van deze machine", "de laatste gebeurtenis is van "+last.Format("2006-01-02 15:04 UTC")+", later dan nu", "zet de klok gelijk (NTP); nieuwe gebeurtenissen krijgen anders een tijd van voor de vorige")
	}
	if err == nil && d.whole {
		var got audit.Inspection
		if got, err = audit.Inspect(ctx, log, nil); err == nil {
			d.inspected(where, got)
			return
		}
	}
	var bad *event.Tampered
	switch {
	case errors.As(err, &bad):
		d.tampered(where, bad)
	case err != nil:
		d.add(true, "logboek-onleesbaar", where, err.Error(), "kijk of de schijf of database werkt; zet anders een reservekopie terug met lemniscaat restore")
	}
}

// snapshot says why the next start will read the whole log, when there is a snapshot
// that it cannot use.
func (d *doctor) snapshot(ctx context.Context, log store.Reader) {
	at := placeOf(d.s)
	name := filepath.Join(at.data, snapshot.Name)
	if !exists(name) {
		return
	}
	do := "niets: de volgende start leest het hele logboek en maakt een nieuwe; weghalen mag ook"
	keys, err := pseudonymKeys(at.keys)
	if err != nil || len(keys) == 0 {
		return // the keys are another finding
	}
	c := office.Config{}
	terms, err := readTerms(at.terms)
	if err != nil {
		return // so are the periods
	}
	c.Terms = &terms
	if !isOwn(at.data) {
		if c.Demo, err = office.ReadDemo(); err != nil {
			return
		}
		c.People = c.Demo.Persons()
	}
	f, err := snapshotAt(at.data, sealingKey(keys), program)
	if err == nil {
		_, err = f.Look(ctx, office.SnapshotOf(c), log, office.SnapshotParts()...)
	}
	var useless *snapshot.Useless
	if errors.As(err, &useless) {
		d.add(false, "momentopname", name, useless.Error(), do)
	}
}

func (d *doctor) tampered(where string, bad *event.Tampered) {
	d.add(true, "keten", fmt.Sprintf("%s, gebeurtenis %d", where, bad.Seq), bad.Error(), "verander niets; bewaar een kopie van de map en zet een reservekopie terug met lemniscaat restore")
}

func (d *doctor) inspected(where string, got audit.Inspection) {
	if got.Fault != nil {
		d.tampered(where, got.Fault)
	}
	if got.Unfolded != nil {
		d.add(true, "vouwen", where, got.Unfolded.Error(), "dit is een fout in het programma of het logboek is van een nieuwere versie; meld haar")
	}
	for _, r := range got.Altered {
		d.add(true, "tekst-veranderd", fmt.Sprintf("%s, gebeurtenis %d", where, r.Seq), fmt.Sprintf("tekst of bijlage %q is niet wat er werd bewaard", r.Field), "zet een reservekopie terug met lemniscaat restore")
	}
	for _, r := range got.Gone {
		d.add(true, "tekst-weg", fmt.Sprintf("%s, gebeurtenis %d", where, r.Seq), fmt.Sprintf("tekst of bijlage %q is weg zonder dat zij is gewist", r.Field), "zet een reservekopie terug met lemniscaat restore")
	}
	for _, seq := range got.FactsWrong {
		d.add(true, "uitkomsten", fmt.Sprintf("%s, gebeurtenis %d", where, seq), "de uitkomsten zijn niet wat het logboek zegt", "zet een reservekopie terug met lemniscaat restore")
	}
	if got.CubeWrong > 0 {
		d.add(true, "tellingen", where, fmt.Sprintf("%d tellingen kloppen niet met de uitkomsten", got.CubeWrong), "stop de installatie en tel opnieuw met lemniscaat outcomes rebuild")
	}
}

// tail computes the end of a log again.
func tail(ctx context.Context, log store.Reader) (event.Head, time.Time, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return head, time.Time{}, err
	}
	var last time.Time
	var before event.Hash
	from := uint64(1)
	if head.Seq > tailLength {
		from = head.Seq - tailLength
	}
	next := from
	for r, err := range log.All(ctx, from) {
		switch {
		case err != nil:
			return head, last, err
		case r.Seq != next:
			return head, last, &event.Tampered{Seq: next, Reason: fmt.Sprintf("gevonden nummer %d (er ontbreekt er een)", r.Seq)}
		case r.Seq > from && r.PrevHash != before:
			return head, last, &event.Tampered{Seq: r.Seq, Reason: "sluit niet aan op de vorige gebeurtenis"}
		case r.Sum() != r.Hash:
			return head, last, &event.Tampered{Seq: r.Seq, Reason: "inhoud klopt niet met de hash"}
		}
		if err := r.CheckTexts(); err != nil {
			return head, last, err
		}
		before, last, next = r.Hash, r.At, r.Seq+1
	}
	return head, last, nil
}
