package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
)

// TestOpenFirstDay: what is added after "de eerste dag van …" could be meant
// for the date in it; parentheses say, and are printed. Where the types or a
// closing word leave one reading there is no doubt.
func TestOpenFirstDay(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, c := range []struct{ expr, want string }{
		{"de eerste dag van de maand volgend op zijn geboortedatum plus 10 dg", "dubbelzinnig"},
		{"de eerste dag van de maand van zijn geboortedatum min 10 dg", "dubbelzinnig"},
		{"de eerste dag van het jaar van zijn geboortedatum plus 1 mnd", "dubbelzinnig"},
		{"de eerste dag van het jaar volgend op (zijn geboortedatum plus 3 mnd) plus 10 dg", "dubbelzinnig"},
		{"(de eerste dag van het jaar van zijn geboortedatum plus 1 mnd) plus 10 dg", "dubbelzinnig"},
		{"de eerste dag van de maand van zijn geboortedatum plus 10 dg plus 1 mnd", "dubbelzinnig"},
		{"(de eerste dag van de maand volgend op zijn geboortedatum) plus 10 dg", ""},
		{"(de eerste dag van de maand van zijn geboortedatum) plus 10 dg min 1 jr", ""},
		{"de eerste dag van de maand volgend op (zijn geboortedatum plus 10 dg)", ""},
		{"de eerste dag van de maand van de eerste dag van het jaar van zijn geboortedatum", ""},
		{"de tijdsduur van de eerste dag van de maand van zijn geboortedatum tot de rekendatum plus 1 jr in hele jaren", ""},
		{"de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren plus 1 jr", ""},
		{"het jaar uit zijn geboortedatum plus 1", ""},
		{"het jaar uit de eerste dag van de maand van zijn geboortedatum plus 1", ""},
		{"het aantal leden van zijn huishouden plus 1", ""},
		{"de som van het inkomen van de leden van zijn huishouden min 1 €", ""},
	} {
		r, ds := parseRule(m, wrap("De toeslag van een persoon moet gesteld worden op 1 €\n        indien X gevuld is.\n        Daarbij geldt:\n            X is "+c.expr+"."))
		if c.want != "" {
			if got := strings.Join(codes(ds), " "); got != c.want {
				t.Errorf("%s: %q\n%v", c.expr, got, ds)
			}
			continue
		}
		if len(ds) > 0 {
			t.Errorf("%s: %v", c.expr, ds)
			continue
		}
		if got := regelspraak.Print(r); !strings.Contains(got, "X is "+c.expr+".") {
			t.Errorf("%s is printed as\n%s", c.expr, got)
		}
	}
	_, ds := parseRule(m, wrap("De geboortedatum van een persoon moet berekend worden als de eerste dag van de maand van de peildatum plus 10 dg."))
	if len(ds) != 1 || !strings.Contains(ds[0].Message, "als «(de eerste dag van de maand van de peildatum) plus 10 dg» en als «de eerste dag van de maand van (de peildatum plus 10 dg)»") {
		t.Error("the message does not show both readings:", ds)
	}
}
