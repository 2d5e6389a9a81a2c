package outcome_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

// event gives a good event, with some members replaced: `"zaak": "x"`.
func event(replace ...string) string {
	e := `{"specversion":"1.0","id":"6f1c2b1e-0a3d-4c55-9d0e-000000000001","source":"urn:nld:oin:00000001003214345000","type":"nl.lemniscaat.uitkomst",` +
		`"time":"2026-03-12T10:15:00Z","datacontenttype":"application/json","data":{"zaak":"v1:00112233445566ff","regeling":"zorgtoeslag","artikel":"artikel-2",` +
		`"regelversie":"2026-01-01","datum":"2026-03-12","uitkomst":"teruggevorderd","verlies":"1500+","deelVanInkomen":"5-10",` +
		`"groepen":{"leeftijd":"27-45","huishouden":"alleenstaand"},"contact":"niet bereikt","grond":"hardheid","teLaat":true,"synthetisch":true}}`
	for _, r := range replace {
		name, _, ok := strings.Cut(r, ":")
		if !ok {
			continue
		}
		at := strings.Index(e, name+":")
		end := at + strings.IndexAny(e[at:], ",}")
		if strings.HasPrefix(e[at+len(name)+1:], "{") {
			end = at + strings.IndexByte(e[at:], '}') + 1
		}
		e = e[:at] + r + e[end:]
	}
	return e
}

var wantEvent = outcome.Row{
	Source: "urn:nld:oin:00000001003214345000", ID: "6f1c2b1e-0a3d-4c55-9d0e-000000000001", Case: "v1:00112233445566ff", Regulation: "zorgtoeslag", Article: "artikel-2",
	Version: "2026-01-01", Date: rule.MustDate("2026-03-12"), Class: outcome.Recovery, Loss: outcome.Band{Low: 1500}, Share: outcome.Band{Low: 5, High: 10},
	Groups: map[string]string{"leeftijd": "27-45", "huishouden": "alleenstaand"}, Contact: outcome.NotReached, Ground: "hardheid", Late: true, Synthetic: true,
}

func TestEvent(t *testing.T) {
	t.Parallel()
	got, ps := outcome.Event([]byte(event()), outcome.Options{})
	if d := cmp.Diff(wantEvent, got); d != "" || len(ps) > 0 {
		t.Error(d, ps)
	}
	// What is null is as if it was not there; extensions may be there.
	got, ps = outcome.Event([]byte(event(`"grond":null`, `"time":"2026-03-12T10:15:00Z","sequence":12,"subject":null`)), outcome.Options{})
	if want := wantEvent; len(ps) > 0 || got.Ground != "" || got.Case != want.Case {
		t.Error(got, ps)
	}
}

// catalogue of the tests.
type catalogue struct{}

func (catalogue) HasRegulation(id string) (bool, string) { return id == "zorgtoeslag", "zorgtoeslag" }
func (catalogue) HasArticle(_, a string) (bool, string)  { return a == "artikel-2", "artikel-2" }
func (catalogue) HasStep(_, s string) (bool, string)     { return s == "aanvragen", "aanvragen" }
func (catalogue) HasVersion(_, v string, _ rule.Date) (bool, string) {
	return v == "2026-01-01", "2026-01-01"
}

func strict() outcome.Options {
	return outcome.Options{
		Today: rule.MustDate("2026-11-22"), Groups: []string{"leeftijd", "huishouden"}, Catalogue: catalogue{},
		Pseudonym: func(s string) string { return fmt.Sprintf("v1:%016x", len(s)) },
	}
}

// Everything wrong is said at once, with its place, and never with the number or
// name itself.
func TestEventRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, code, pointer string }{
		"not JSON":            {`{"a":`, "geen-json", ""},
		"a list":              {`[]`, "geen-json", ""},
		"two of one":          {`{"id":"a","id":"b"}`, "dubbel-veld", ""},
		"more after it":       {event() + "x", "geen-json", ""},
		"not UTF-8":           {event() + "\xff", "geen-tekst", ""},
		"huge":                {event(`"id":"` + strings.Repeat("a", 70_000) + `"`), "te-groot", ""},
		"version":             {event(`"specversion":"0.3"`), "versie-cloudevents", "/specversion"},
		"type":                {event(`"type":"nl.belastingdienst.besluit"`), "onbekend-type", "/type"},
		"source":              {event(`"source":"zaaksysteem"`), "onjuiste-bron", "/source"},
		"source is a BSN":     {event(`"source":"urn:bsn:123456782"`), "persoonsgegeven", "/source"},
		"subject is a BSN":    {event(`"time":"2026-03-12T10:15:00Z","subject":"123456782"`), "persoonsgegeven", "/subject"},
		"subject is e-mail":   {event(`"time":"2026-03-12T10:15:00Z","subject":"jan@voorbeeld.nl"`), "persoonsgegeven", "/subject"},
		"id is a BSN":         {event(`"id":"123456782"`), "persoonsgegeven", "/id"},
		"no id":               {event(`"id":null`), "leeg", "/id"},
		"time":                {event(`"time":"gisteren"`), "onjuist-tijdstip", "/time"},
		"content":             {event(`"datacontenttype":"text/xml"`), "onjuiste-inhoud", "/datacontenttype"},
		"attribute":           {event(`"time":"2026-03-12T10:15:00Z","Naam":"x"`), "onjuist-kenmerk", ""},
		"list as attribute":   {event(`"time":"2026-03-12T10:15:00Z","naam":[1]`), "geen-tekst", "/naam"},
		"no data":             {`{"specversion":"1.0"}`, "leeg", "/data"},
		"case is a BSN":       {event(`"zaak":"123456782"`), "geen-pseudoniem", "/data/zaak"},
		"case with dots":      {event(`"zaak":"1234.56.782"`), "geen-pseudoniem", "/data/zaak"},
		"case is a name":      {event(`"zaak":"J. de Vries"`), "geen-pseudoniem", "/data/zaak"},
		"case without digits": {event(`"zaak":"deVries"`), "geen-pseudoniem", "/data/zaak"},
		"case with a BSN":     {event(`"zaak":"Z-123456782"`), "geen-pseudoniem", "/data/zaak"},
		"group is a name":     {event(`"groepen":{"huishouden":"Jan de Vries"}`), "lijkt-een-naam", "/data/groepen"},
		"group is a BSN":      {event(`"groepen":{"huishouden":"123456782"}`), "persoonsgegeven", "/data/groepen"},
		"group not allowed":   {event(`"groepen":{"nationaliteit":"x"}`), "groep-niet-toegestaan", "/data/groepen"},
		"group as text":       {event(`"groepen":"x"`), "andere-vorm", "/data/groepen"},
		"group with a comma":  {event(`"groepen":{"huishouden":"a,b=c"}`), "andere-vorm", "/data/groepen"},
		"exact amount":        {event(`"verlies":"1512.34"`), "geen-bedragklasse", "/data/verlies"},
		"number":              {event(`"verlies":1500`), "andere-vorm", "/data/verlies"},
		"boolean as text":     {event(`"teLaat":"ja"`), "andere-vorm", "/data/teLaat"},
		"unknown member":      {event(`"teLaat":true,"bsn":"x"`), "onbekend-veld", "/data"},
		"version unknown":     {event(`"regelversie":"2019-01-01"`), "versie-onbekend", "/data/regelversie"},
		"article unknown":     {event(`"artikel":"artikel-9"`), "artikel-onbekend", "/data/artikel"},
		"regulation unknown":  {event(`"regeling":"huurtoeslag"`), "regeling-onbekend", "/data/regeling"},
		"step without":        {event(`"teLaat":true,"stap":"aanvragen"`), "stap-zonder-afbreken", "/data/stap"},
		"share without":       {event(`"uitkomst":"sanctie"`), "deel-zonder-terugvordering", "/data/deelVanInkomen"},
		"future":              {event(`"datum":"2026-11-23"`), "datum-in-toekomst", "/data/datum"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ps := outcome.Event([]byte(c.in), strict())
			for _, p := range ps {
				text := p.Message + p.Hint
				if strings.Contains(text, "123456782") || strings.Contains(text, "Vries") || strings.Contains(text, "@") {
					t.Errorf("repeats who it is about: %s", text)
				}
			}
			for _, p := range ps {
				if p.Code == c.code && p.Pointer == c.pointer {
					return
				}
			}
			t.Errorf("no %s at %s: %+v", c.code, c.pointer, ps)
		})
	}
	got, ps := outcome.Event([]byte(event(`"zaak":"Z-2026-00123"`)), strict())
	if len(ps) > 0 || got.Case != fmt.Sprintf("v1:%016x", 12) {
		t.Errorf("a reference becomes a pseudonym: %q %v", got.Case, ps)
	}
	_, ps = outcome.Event([]byte(event(`"id":"123456782"`, `"zaak":"x"`, `"datum":"morgen"`, `"contact":"brief"`)), strict())
	if len(ps) != 4 {
		t.Errorf("not everything at once: %+v", ps)
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	rows, ps := outcome.Batch([]byte("["+event()+","+event(`"id":"b"`)+"]"), outcome.Options{})
	if len(rows) != 2 || len(ps) > 0 || rows[1].ID != "b" || rows[1].Line != 2 {
		t.Error(rows, ps)
	}
	for in, code := range map[string]string{
		"{}": "geen-lijst", "": "geen-lijst", "[": "geen-json", "[1": "geen-json", "[]": "leeg", "[" + event() + "] x": "geen-json",
		"[" + event() + "," + event(`"zaak":"123456782"`) + "]":   "geen-pseudoniem",
		"[" + strings.Repeat("{},", 20_000) + "{}]":               "te-veel-fouten",
		"[" + strings.Repeat(event()+",", 10_000) + event() + "]": "te-veel",
	} {
		rows, ps := outcome.Batch([]byte(in), outcome.Options{})
		if len(ps) == 0 || ps[len(ps)-1].Code != code || rows != nil {
			t.Errorf("%.20q: %d rows, %v; want %s", in, len(rows), ps, code)
		}
	}
	_, ps = outcome.Batch([]byte("["+event()+","+event(`"zaak":"123456782"`)+"]"), outcome.Options{})
	if ps[0].Pointer != "/1/data/zaak" {
		t.Errorf("pointer %s", ps[0].Pointer)
	}
}

// FuzzEvent: nothing that comes in makes it stop, and what is accepted has no
// personal number in it.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(event()))
	f.Add([]byte(`{"data":{"groepen":{"a":"b"}}}`))
	f.Add([]byte(`{"id":1e999,"data":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		row, ps := outcome.Event(b, strict())
		if len(ps) > 0 {
			return
		}
		for _, v := range []string{row.ID, row.Source, row.Exception, row.Version} {
			if what, found := outcome.Personal(v); found && v != row.Source {
				t.Errorf("accepted %s in %s", what, b)
			}
		}
		if !json.Valid(b) {
			t.Errorf("accepted what is no JSON: %s", b)
		}
		if row.Case == "" || row.Date.IsZero() || row.Class == "" {
			t.Errorf("accepted without what it needs: %+v", row)
		}
	})
}
