package explain

import (
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
)

var place = regexp.MustCompile(`\{[^{}]*\}`)

// Every language says everything, and uses the same places. An article and
// the number of a verb are what only Dutch needs.
func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	nl, en := textsOf(reflect.ValueOf(dutch), "nl"), textsOf(reflect.ValueOf(english), "nl")
	if len(nl) < 150 {
		t.Fatalf("only %d texts", len(nl))
	}
	for path, text := range nl {
		other, ok := en[path]
		if !ok {
			t.Errorf("%s is missing in English", path)
		}
		if path == "nl.note" || path == "nl.code" {
			continue
		}
		if text == "" || other == "" {
			t.Errorf("%s: %q and %q", path, text, other)
		}
		if diff := cmp.Diff(places(text), places(other)); diff != "" {
			t.Errorf("%s: %q and %q: %s", path, text, other, diff)
		}
	}
	for path := range en {
		if _, ok := nl[path]; !ok {
			t.Errorf("%s is missing in Dutch", path)
		}
	}
}

func places(text string) []string {
	found := place.FindAllString(text, -1)
	slices.Sort(found)
	return slices.DeleteFunc(slices.Compact(found), func(p string) bool {
		return p == "{lid}" || p == "{is}" || p == "{Is}"
	})
}

// textsOf gives every text of a language by its place in the struct.
func textsOf(v reflect.Value, path string) map[string]string {
	out := map[string]string{}
	add := func(more map[string]string) {
		for k, v := range more {
			out[k] = v
		}
	}
	switch v.Kind() {
	case reflect.Func:
	case reflect.String:
		out[path] = v.String()
	case reflect.Struct:
		for i := range v.NumField() {
			add(textsOf(v.Field(i), path+"."+v.Type().Field(i).Name))
		}
	case reflect.Array:
		for i := range v.Len() {
			add(textsOf(v.Index(i), path+"."+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10))))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			add(textsOf(v.MapIndex(k), path+"."+k.String()))
		}
	default:
		panic("unexpected " + v.Kind().String())
	}
	return out
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		args []string
		want string
	}{
		{"zonder", nil, "zonder"},
		{"{a} en {b} en {a}", []string{"a", "1", "b", "{a}"}, "1 en {a} en 1"}, // what is filled in is not read again
		{"{a} {c}", []string{"a", "1"}, "1 ⟦c⟧"},
		{"{a", []string{"a", "1"}, "{a"},
	} {
		if got := new(voice).fill(tc.text, tc.args...); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.text, got, tc.want)
		}
	}
}

// Every error that a value can have is said in words, not as a code.
func TestEveryErrorHasWords(t *testing.T) {
	t.Parallel()
	for _, code := range exact.Codes() {
		c := exact.Code(code)
		if c == exact.CodeMissing {
			continue // says what is missing: see fault
		}
		for _, l := range []*language{&dutch, &english} {
			if l.fault[c] == "" {
				t.Errorf("%s: %s has no words", l.code, code)
			}
		}
	}
}

// What a name stands for, one thing or more, is read from the name.
func TestDutchPlural(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"de netto-inkomsten uit werk": true, "de andere netto-inkomsten": true, "de giften die de gemeente verantwoord vindt": true,
		"de heffingskortingen": true, "de kosten van gedeelde ruimten": true,
		"de hoogste uurprijs voor de toeslag": false, "de premie volksverzekeringen": false, "de grens voor een zienswijze": false,
		"de eigen woning": false, "de huur van deze maanden": false, "het aantal kinderen": false, "het vermogen": false, "de nieuwe keuken": false,
	} {
		article, rest, _ := strings.Cut(name, " ")
		if got := dutch.be(article, rest); (got == "zijn") != want {
			t.Errorf("%s %s", name, got)
		}
	}
	if got := english.be("de", "netto-inkomsten uit werk"); got != "is" {
		t.Errorf("English: %s", got)
	}
}

// The quick way of writing a number gives what math/big gives.
func TestBrief(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.OneOf(rapid.SampledFrom([]int64{1, 2, 8, 10, 100, 128, 1000, 10_000, 1_000_000, 10_000_000, 3, 7, 1 << 40}), rapid.Int64Range(1, 1<<50)).Draw(t, "den")
		r := big.NewRat(rapid.OneOf(rapid.Int64Range(-3000, 3000), rapid.Int64()).Draw(t, "num"), den)
		most := rapid.IntRange(0, 6).Draw(t, "most")
		least := rapid.IntRange(0, most).Draw(t, "least")
		digits, places, cut, ok := brief(nil, r, least, most)
		if !ok {
			return
		}
		n, exact := r.FloatPrec()
		want := max(n, least)
		if !exact || n > most {
			want = most
		}
		text := strings.Replace(new(big.Rat).Abs(r).FloatString(want), ".", "", 1)
		if string(digits) != text || places != want || cut != (!exact || n > most) {
			t.Fatalf("%s with %d to %d: got %s, %d, %t; want %s, %d", r, least, most, digits, places, cut, text, want)
		}
	})
}
