package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/job"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outbox"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
)

// From when on work that does not get done is worth a word.
const (
	relayLate  = time.Hour
	rowsAlarm  = 5000
	runsLate   = 2 * time.Hour
	mailLate   = time.Hour
	indexLate  = 5000 // events
	clockEarly = 2026 // before this year the clock cannot be right
)

// lockName is the file that a server holds in its data folder.
const lockName = "lemniscaat.lock"

// slot looks for a server that holds the folder and does not answer.
func (d *doctor) slot(ctx context.Context, folder bool) {
	if !folder {
		return
	}
	held, err := lockHeld(filepath.Join(d.s.Data, lockName))
	if err != nil || !held {
		return
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	c, err := dialer.DialContext(ctx, "tcp", d.s.Address)
	if err == nil {
		_ = c.Close()
		return
	}
	d.add(false, "slot", filepath.Join(d.s.Data, lockName), fmt.Sprintf("een proces houdt de datamap vast, en op %s antwoordt niets", d.s.Address),
		"kijk of dit het goede adres is (--addr of --config); draait er een opdracht zoals backup, wacht dan; hangt de server, start de dienst dan opnieuw")
}

// index looks whether the index of texts follows the log.
func (d *doctor) index(ctx context.Context, where string, log store.Reader, head event.Head) {
	f, ok := log.(store.FindReader)
	if !ok {
		return
	}
	at, err := f.Indexed(ctx)
	switch {
	case err != nil: // a log of an older version has none; the next start makes it
	case at.Analysis > search.Analysis:
		d.add(false, "zoekindex", where, "de zoekindex is van een nieuwere versie van Lemniscaat; deze zoekt in het geheugen", "gebruik op alle servers dezelfde versie")
	case at.Analysis > 0 && at.Analysis < search.Analysis:
		d.add(false, "zoekindex", where, "de zoekindex is van een oudere versie van Lemniscaat", "start de server: die maakt hem opnieuw")
	case at.Seq > head.Seq:
		d.add(false, "zoekindex", where, fmt.Sprintf("de zoekindex kent %d gebeurtenissen, en het logboek heeft er %d", at.Seq, head.Seq), "start de server: die maakt hem opnieuw")
	case head.Seq > at.Seq+indexLate:
		d.add(false, "zoekindex", where, fmt.Sprintf("de zoekindex loopt %d gebeurtenissen achter; zoeken werkt, en kost meer geheugen en tijd", head.Seq-at.Seq), "start de server; draait die al, kijk dan in zijn log waarom bijwerken niet lukt")
	}
}

// clock looks whether the machine knows what day it is. Legal days are those of the
// Netherlands whatever zone the machine is in: the program carries that zone itself.
func (d *doctor) clock() {
	if now := d.env.Now(); now.Year() < clockEarly {
		d.add(true, "klok", "klok van deze machine", "het is volgens deze machine "+now.UTC().Format(time.DateOnly)+"; dat kan niet", "zet de klok gelijk (NTP); termijnen en handtekeningen kloppen anders niet")
	}
	if _, err := time.LoadLocation("Europe/Amsterdam"); err != nil {
		d.add(true, "tijdzone", "Europe/Amsterdam", err.Error(), "dit programma hoort de tijdzone bij zich te hebben; installeer het opnieuw")
	}
	if zone := strings.TrimPrefix(os.Getenv("TZ"), ":"); zone != "" {
		if _, err := time.LoadLocation(zone); err != nil {
			d.add(false, "tijdzone", "TZ="+zone, "deze tijdzone bestaat hier niet; tijden in het log staan dan in UTC", "haal TZ weg, of kies een zone die er is: Europe/Amsterdam")
		}
	}
}

// certificates looks at those with which this installation shows who it is.
func (d *doctor) certificates() {
	look := func(name, what string) {
		ends, err := certificateEnds(name)
		switch left := ends.Sub(d.env.Now()); {
		case err != nil:
			d.add(true, "certificaat", name, err.Error(), "zet hier een certificaat in PEM")
		case left < 0:
			d.add(true, "certificaat", name, what+" is verlopen op "+ends.Format(time.DateOnly), "vernieuw het certificaat en start de dienst opnieuw")
		case left < 14*24*time.Hour:
			d.add(false, "certificaat", name, what+" verloopt op "+ends.Format(time.DateOnly), "vernieuw het certificaat")
		}
	}
	// A key of OpenID Connect may stand with its certificate in one file.
	if name := d.s.OIDCKey; name != "" {
		if text, err := os.ReadFile(name); err == nil && strings.HasPrefix(strings.TrimSpace(string(text)), "-----BEGIN CERTIFICATE") {
			look(name, "het certificaat van de sleutel om in te loggen")
		}
	}
	list, err := readReceivers(d.s.Receivers)
	if err != nil {
		d.add(true, "ontvangers", d.s.Receivers, err.Error(), "verbeter het bestand met ontvangers")
		return
	}
	for _, r := range list {
		if r.Cert != "" {
			look(r.Cert, "het certificaat voor ontvanger "+r.Name)
		}
		for _, f := range []string{r.Token, r.Signing} {
			if f == "" {
				continue
			}
			if _, err := os.Stat(f); err != nil {
				d.add(true, "ontvangers", f, "een sleutel voor ontvanger "+r.Name+" is er niet", "zet het bestand terug, of haal het weg bij de ontvanger")
			}
		}
	}
}

// outgoing looks at what does not get out: events, rows of processing, mail.
func (d *doctor) outgoing(ctx context.Context, log store.Reader) {
	lines, err := outbox.Lines(ctx, log)
	if err != nil {
		d.add(true, "aflevering", "uitgaand", err.Error(), "kijk of de schijf of database werkt")
		return
	}
	now := d.env.Now()
	for _, l := range lines {
		where := "ontvanger " + l.Name
		switch {
		case l.Gone:
			d.add(true, "aflevering", where, "deze ontvanger wil niets meer (410)", "haal hem uit ontvangers, of vraag hem weer aan te zetten en kies dan: lemniscaat outbox retry --ontvanger "+l.Name)
		case l.Failures > 0 && now.Sub(l.Since) >= relayLate:
			d.add(true, "aflevering", where, fmt.Sprintf("afleveren mislukt sinds %s (%d keer): %s", l.Since.UTC().Format("2006-01-02 15:04 UTC"), l.Failures, l.Fault), "kijk of het adres en de sleutel kloppen; daarna: lemniscaat outbox retry --ontvanger "+l.Name)
		case l.Rows && l.Behind >= rowsAlarm:
			d.add(true, "aflevering", where, fmt.Sprintf("er wachten %d regels van verwerkingen", l.Behind), "kijk of verwerkingen-naar klopt en of het logboek van uw organisatie antwoordt")
		case l.Behind > 0 && !l.Oldest.IsZero() && now.Sub(l.Oldest) >= relayLate && l.Failures == 0:
			d.add(false, "aflevering", where, "het oudste bericht wacht sinds "+l.Oldest.UTC().Format("2006-01-02 15:04 UTC"), "kijk of de server draait en deze ontvanger nog in ontvangers staat")
		}
	}
	dead, err := outbox.DeadLetters(ctx, log, "", 10_000)
	if err == nil && len(dead) > 0 {
		d.add(false, "geweigerd", "ontvanger "+dead[0].Receiver, fmt.Sprintf("%d berichten zijn geweigerd en wachten op een besluit", len(dead)), "bekijk ze met lemniscaat outbox list of op /beheer/aflevering; stuur ze opnieuw of geef ze op")
	}
	if t, err := office.MailFailing(ctx, log); err == nil && t.People > 0 && now.Sub(t.Since) >= mailLate {
		d.add(true, "mail-wachtrij", "mail", fmt.Sprintf("mail voor %d mensen mislukt sinds %s", t.People, t.Since.UTC().Format("2006-01-02 15:04 UTC")), "kijk of smtp en het wachtwoord kloppen en of de mailserver dit adres vertrouwt; niets gaat verloren")
	}
}

// stuck looks for simulations that do not get on.
func (d *doctor) stuck(ctx context.Context, dsn string, log store.Reader) {
	folder := filepath.Join(d.s.Data, runsFolder)
	if dsn == "" && !exists(folder) {
		return
	}
	set, ds := shipped()
	if ds.Err() != nil {
		return
	}
	// It only asks: no part is computed here.
	runs, err := job.Open(ctx, job.Config{Folder: folder, Database: dsn, Planner: newLibrary(set, log), Program: "doctor", Workers: noWorkers, Asks: true, Now: d.env.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if errors.Is(err, job.ErrDamaged) {
		d.add(true, "simulaties", folder, err.Error(), "stop de server en elke lemniscaat worker en begin opnieuw: de rij wordt dan opzij gezet, en runs die erin stonden vraagt u opnieuw")
		return
	}
	if err != nil {
		d.add(true, "simulaties", folder, "de rij van simulaties is niet te lezen: "+err.Error(), "stop de server en haal de map simulaties weg; runs worden dan opnieuw gerekend")
		return
	}
	if aside, err := job.Aside(folder); err == nil && len(aside) > 0 && dsn == "" {
		d.add(false, "simulaties", aside[0], "een beschadigde rij van simulaties is opzij gezet", "kijk of de schijf in orde is, vraag de runs opnieuw en haal het bestand weg")
	}
	all, err := runs.List(ctx)
	if err = errors.Join(err, runs.Close()); err != nil {
		d.add(true, "simulaties", folder, "de rij van simulaties is niet te lezen: "+err.Error(), "stop de server en haal de map simulaties weg; runs worden dan opnieuw gerekend")
		return
	}
	late := 0
	for _, r := range all {
		if !r.State.Over() && d.env.Now().Sub(r.Asked) >= runsLate {
			late++
		}
	}
	if late > 0 {
		d.add(false, "simulaties", folder, fmt.Sprintf("%d simulaties zijn na twee uur nog niet klaar", late), "kijk of er wordt gerekend (workers is niet 0, of start lemniscaat worker); stop wat te groot is op de pagina Simulaties")
	}
}
