package backlog_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/backlog"
	"lemniscaat/internal/rule"
)

var today = rule.MustDate("2026-11-22")

func TestCSV(t *testing.T) {
	t.Parallel()
	in := "Wet;Artikel;Omschrijving;Categorie;Datum melding;Aantal meldingen;Behandelaar\n" +
		"Participatiewet;36;\"Eén euro te veel; alles weg.\";Hardheid;01-02-2024;12x;Jan\n" +
		";;Bel 0612345678 of mail jan@voorbeeld.nl;;;;\n\n"
	got := backlog.Read([]byte(in), today)
	if got.Fault != nil || len(got.Refused) > 0 || len(got.Entries) != 2 {
		t.Fatalf("%+v", got)
	}
	a, b := got.Entries[0], got.Entries[1]
	a.Raw, b.Raw = nil, nil
	want := backlog.Entry{
		Line: 2, Regulation: "Participatiewet", Article: "36", Text: "Eén euro te veel; alles weg.", Kind: "te-hard", Date: rule.MustDate("2024-02-01"), Count: 12,
		Notes: []string{"niet meegenomen: de kolommen Behandelaar"},
	}
	if d := cmp.Diff(want, a); d != "" {
		t.Error(d)
	}
	if strings.Contains(b.Text, "0612345678") || strings.Contains(b.Text, "@") || len(b.Masked) != 2 || b.Count != 1 {
		t.Errorf("%+v", b)
	}
	// The same row has the same key whatever stands around it.
	again := backlog.Read([]byte("tekst,regeling,artikel,soort,datum\n\"Eén euro te veel; alles weg.\",participatiewet,36,te hard,2024-02-01\n"), today)
	if len(again.Entries) != 1 || again.Entries[0].Key() != a.Key() {
		t.Errorf("another key: %+v", again)
	}
	// A spreadsheet of Windows.
	old := backlog.Read([]byte("tekst\nE\xe9n euro \x80 te veel\n"), today)
	if len(old.Entries) != 1 || old.Entries[0].Text != "Eén euro € te veel" {
		t.Errorf("%+v", old)
	}
}

// Every row that cannot come in is told with its line, the reason and what would
// be accepted; the others come in.
func TestCSVRefused(t *testing.T) {
	t.Parallel()
	in := "tekst;soort;datum;aantal\n" + "goed;;;\n" + ";;;5\n" + "x;onzin;;\n" + "x;;31-02-2024;\n" + "x;;2026-11-23;\n" + "x;;;veel\n" + "x;;;0\n" +
		strings.Repeat("lang ", 200) + ";;;\n" + "a;b;c;d;e\n" + "=cmd|'x';onzin;;\n"
	got := backlog.Read([]byte(in), today)
	if len(got.Entries) != 1 || len(got.Refused) != 9 {
		t.Fatalf("%d entries, %+v", len(got.Entries), got.Refused)
	}
	for i, r := range got.Refused {
		if r.Line != i+3 || r.Reason == "" || r.Accepted == "" {
			t.Errorf("row %d: %+v", i, r)
		}
	}
	var b bytes.Buffer
	if err := backlog.WriteRefused(&b, got.Columns, got.Refused); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.HasPrefix(s, "regel;reden;wat kan wel;tekst;soort") || !strings.Contains(s, "'=cmd") || strings.Count(s, "\n") != 10 {
		t.Errorf("report:\n%s", s)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"empty": "", "blank": " \n\n", "binary": "PK\x03\x04\x00\x00", "no text column": "naam;bsn\nJan;123456782\n", "only a header": "tekst\n", "large": strings.Repeat("x", 9<<20),
	} {
		if l := backlog.Read([]byte(in), today); l.Fault == nil || l.Fault.Reason == "" || l.Fault.Accepted == "" || len(l.Entries) > 0 {
			t.Errorf("%s: %+v", name, l)
		}
	}
	l := backlog.Read([]byte("tekst\n"+strings.Repeat("x\n", 6000)), today)
	if len(l.Entries) != backlog.MaxEntries || len(l.Refused) != 1 || !strings.Contains(l.Refused[0].Accepted, "deel het bestand op") {
		t.Errorf("%d entries, %+v", len(l.Entries), l.Refused)
	}
}

const mail = "Return-Path: <x@y.nl>\r\nFrom: Jan de Vries <Jan@Voorbeeld.nl>\r\nTo: beleid@voorbeeld.nl\r\nSubject: =?utf-8?Q?RE:_E=C3=A9n_euro_te_veel?=\r\n" +
	"Date: Mon, 5 Feb 2024 10:00:00 +0100\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n" +
	"--c\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBeste Femke,\r\n\r\nVolgens artikel 36 vervalt alles. BSN 123456782 beld=e9 gisteren.\r\n" +
	"\r\nMet vriendelijke groet,\r\nJan de Vries\r\n> oud bericht\r\n" +
	"--c\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--c--\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"besluit.pdf\"\r\n\r\nJVBERi0=\r\n--b--\r\n"

func TestMail(t *testing.T) {
	t.Parallel()
	got := backlog.Read([]byte(mail), today)
	if len(got.Entries) != 1 || len(got.Refused) > 0 {
		t.Fatalf("%+v", got)
	}
	e := got.Entries[0]
	if want := "Eén euro te veel.\nVolgens artikel 36 vervalt alles. BSN [BSN] beldé gisteren."; e.Text != want {
		t.Errorf("text %q, want %q", e.Text, want)
	}
	if e.Article != "36" || e.Date != rule.MustDate("2024-02-05") || e.Sender != "jan@voorbeeld.nl" || len(e.Notes) != 2 || !strings.Contains(e.Notes[0], "besluit.pdf") {
		t.Errorf("%+v", e)
	}
	for _, gone := range []string{"Vries", "Femke", "oud bericht", "123456782"} {
		if strings.Contains(e.Text, gone) {
			t.Errorf("%s is still there", gone)
		}
	}
}

func TestMbox(t *testing.T) {
	t.Parallel()
	plain := func(subject, body string) string {
		return "From x@y Mon Feb  5 10:00:00 2024\nFrom: a@b.nl\nSubject: " + subject + "\n\n" + body + "\n\n"
	}
	in := plain("Een", "Eerste signaal.\n>From hier gaat het mis.") + "From x\nFrom: a@b.nl\nSubject: Html\nContent-Type: text/html\n\n<p>x</p>\n\n" +
		plain("Twee", "Op 3 februari 2024 schreef Jan <a@b.nl>:\n> alles") + plain("Drie", strings.Repeat("lang ", 300)) + "From x\nonzin\n\n"
	got := backlog.Read([]byte(in), today)
	if len(got.Entries) != 2 || len(got.Refused) != 3 {
		t.Fatalf("%+v", got)
	}
	if got.Entries[1].Text != "Twee" || got.Entries[1].Line != 3 || !strings.Contains(got.Refused[0].Reason, "HTML") || got.Refused[0].Line != 2 {
		t.Errorf("%+v %+v", got.Entries, got.Refused)
	}
	if !strings.Contains(got.Entries[0].Text, "From hier gaat het mis.") {
		t.Errorf("%q", got.Entries[0].Text)
	}
}

// FuzzRead: nothing that comes in makes it stop; what comes in has no personal
// number in it, and nothing gets lost in silence.
func FuzzRead(f *testing.F) {
	f.Add([]byte(mail))
	f.Add([]byte("tekst;datum\nx;2024\n"))
	f.Add([]byte("From x\nSubject: x\n\nx\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := backlog.Read(b, today)
		if l.Fault == nil && len(l.Entries)+len(l.Refused) == 0 {
			t.Errorf("%q gives nothing and no reason", b)
		}
		for _, e := range l.Entries {
			if e.Text == "" || e.Count < 1 || e.Date.After(today) {
				t.Errorf("%+v", e)
			}
		}
		for _, r := range l.Refused {
			if r.Reason == "" || r.Accepted == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
