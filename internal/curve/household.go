package curve

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/rule"
)

// Household describes a household in a few words, for who has no case file.
type Household struct {
	// Age of the adults on the date, in years.
	Age int
	// Partner: there are two adults, who are married; PartnerWage is what the second
	// earns in a year, in euros.
	Partner     bool
	PartnerWage int
	// Children are the ages of the children, in years.
	Children []int
	// Rent is the bare rent in euros a month; 0: the dwelling is their own.
	Rent int
	// Care is how many hours a month each child under 4 goes to day care; those of
	// 4 to 11 go to after-school care for AfterSchool hours.
	Care, AfterSchool int
	// Wealth in euros, all of it of the first adult.
	Wealth int
}

// Limits of a Household.
const (
	maxChildren = 8
	maxAge      = 100
	maxHours    = 230 // a month: what the law pays for at most
	maxEuros    = 10_000_000
)

// Preset is a Household with a name.
type Preset struct {
	ID, Name string
	Household
}

// Presets are examples of households to begin with. Their rent is an example,
// nothing that was measured; the hours of care are the means of Statistics
// Netherlands, third quarter of 2022.
func Presets() []Preset {
	return []Preset{
		{"alleen", "Alleen, in een huurhuis", Household{Age: 40, Rent: 700}},
		{"alleen-koop", "Alleen, in een eigen huis", Household{Age: 40}},
		{"paar", "Paar zonder kinderen, in een huurhuis", Household{Age: 40, Partner: true, Rent: 700}},
		{"eenouder", "Eenoudergezin met twee kinderen en opvang, in een huurhuis", Household{Age: 35, Children: []int{3, 7}, Rent: 700, Care: 90, AfterSchool: 42}},
		{"gezin", "Paar met twee kinderen en opvang, in een huurhuis", Household{Age: 35, Partner: true, PartnerWage: 20_000, Children: []int{3, 7}, Rent: 700, Care: 90, AfterSchool: 42}},
	}
}

// Named gives a preset by its id.
func Named(id string) (Preset, bool) {
	all := Presets()
	i := slices.IndexFunc(all, func(p Preset) bool { return p.ID == id })
	if i < 0 {
		return Preset{}, false
	}
	return all[i], true
}

// Check says what is wrong with a household, as a sentence; nil: nothing.
func (h Household) Check() error {
	wrong := func(format string, a ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrSpec}, a...)...)
	}
	switch {
	case h.Age < 18 || h.Age > maxAge:
		return wrong("een leeftijd van %d kan niet; kies 18 tot en met %d", h.Age, maxAge)
	case len(h.Children) > maxChildren:
		return wrong("%d kinderen kan niet; kies er hoogstens %d", len(h.Children), maxChildren)
	case h.Rent < 0 || h.Rent > maxEuros:
		return wrong("een huur van %d euro kan niet", h.Rent)
	case h.PartnerWage < 0 || h.PartnerWage > MaxIncome:
		return wrong("een loon van de partner van %d euro kan niet; kies 0 tot en met %d", h.PartnerWage, MaxIncome)
	case h.PartnerWage > 0 && !h.Partner:
		return wrong("er is loon van een partner, en geen partner")
	case h.Wealth < 0 || h.Wealth > maxEuros:
		return wrong("een vermogen van %d euro kan niet; kies 0 tot en met %d", h.Wealth, maxEuros)
	case h.Care < 0 || h.Care > maxHours || h.AfterSchool < 0 || h.AfterSchool > maxHours:
		return wrong("kies 0 tot en met %d uren opvang in een maand", maxHours)
	}
	for _, age := range h.Children {
		if age < 0 || age > 17 {
			return wrong("een kind van %d jaar kan niet; kies 0 tot en met 17", age)
		}
	}
	return nil
}

// File makes a case file of a household on a date, for the rules of a model. An
// hour of care costs what the law pays for at most. What the description does
// not say, the file assumes and names.
func (h Household) File(on rule.Date, m *rule.Model) (*dossier.File, error) {
	if err := h.Check(); err != nil {
		return nil, err
	}
	var b, contracts strings.Builder
	fmt.Fprintf(&b, "datum: %s\npersonen:\n", on)
	// One day older than their birthday, so that an age holds on the date.
	born := func(age int) rule.Date { return on.AddYears(-age).AddDays(-1) }
	renter := "nee"
	if h.Rent > 0 {
		renter = fmt.Sprintf(`ja, kale-huur: "%d", een-handicap: nee`, h.Rent)
	}
	adult := func(id, busy string) {
		fmt.Fprintf(&b, "  %s: {geboortedatum: %s, bezigheid: %s, verzekerd: ja, rechtmatig-verblijf-voor-de-bijstand: ja, uitgesloten-van-bijstand: nee, aantal-jaren-zonder-aow-verzekering: 0", id, born(h.Age), busy)
		if len(h.Children) > 0 {
			fmt.Fprint(&b, ", verzekerd-voor-de-kinderbijslag: ja")
		}
	}
	adult("p1", "betaald werk")
	fmt.Fprintf(&b, ", vermogen: %q, huurder-van-een-zelfstandige-woning: %s}\n", fmt.Sprint(h.Wealth), renter)
	if h.Partner {
		busy := "anders"
		if h.PartnerWage > 0 {
			busy = "betaald werk"
		}
		adult("p2", busy)
		fmt.Fprintf(&b, ", vermogen: \"0\", loon: %q}\n", fmt.Sprint(h.PartnerWage))
	}
	facts := ""
	if h.Partner {
		facts += "  - huwelijk: [p1, p2]\n"
	}
	for i, age := range h.Children {
		id := fmt.Sprintf("k%d", i+1)
		fmt.Fprintf(&b, "  %s: {geboortedatum: %s, intensieve-zorg-nodig: nee, uitwonend-voor-onderwijs: nee, schoolgaand: ja, leerling-in-het-voortgezet-onderwijs: %s}\n", id, born(age), yes(age >= 12))
		facts += fmt.Sprintf("  - ouderschap: [p1, %s]\n", id)
		if h.Partner {
			facts += fmt.Sprintf("  - ouderschap: [p2, %s]\n", id)
		}
		kind, hours := "dagopvang", h.Care
		if age >= 4 {
			kind, hours = "buitenschoolse opvang", h.AfterSchool
		}
		if hours == 0 || age > 11 {
			continue
		}
		price, ok := hourly(m, kind, on)
		if !ok {
			return nil, fmt.Errorf("%w: op %s is geen uurprijs van %s bekend", ErrSpec, on, kind)
		}
		fmt.Fprintf(&contracts, "  o%d: {opgevangen-kind: %s, opvangsoort: %s, aantal-uren-opvang: %d uur, uurprijs: %q, gesloten-met-een-geregistreerde-opvang: ja, schriftelijk-vastgelegd: ja}\n", i+1, id, kind, hours, price)
	}
	if contracts.Len() > 0 {
		b.WriteString("opvangovereenkomsten:\n" + contracts.String())
	}
	if facts != "" {
		b.WriteString("feiten:\n" + facts)
	}
	f, ds := dossier.Read("huishouden", []byte(b.String()), m)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	f.Assumptions = []dossier.Assumption{{ID: "voorbeeldhuishouden", Text: h.words()}}
	return f, nil
}

// words says what the file of a household takes for granted.
func (h Household) words() string {
	s := "Dit is een verzonnen huishouden. Iedereen woont en is verzekerd in Nederland. Wie hier meer of minder loon krijgt, heeft werk, ook bij een loon van nul."
	if h.Rent > 0 {
		s += " Niemand in huis heeft een handicap."
	}
	if h.Care > 0 || h.AfterSchool > 0 {
		s += " Een uur opvang kost wat de wet hoogstens vergoedt."
	}
	if h.Partner {
		s += " De twee volwassenen zijn partners voor elke wet."
		if h.PartnerWage == 0 && len(h.Children) > 0 {
			s += " De partner werkt niet. Daarom is er geen kinderopvangtoeslag."
		}
	}
	return s
}

// hourly writes what the law pays at most for an hour of care.
func hourly(m *rule.Model, kind string, on rule.Date) (string, bool) {
	i := slices.IndexFunc(m.Parameters, func(p *rule.Parameter) bool {
		return p.ID == "kinderopvangtoeslag."+rule.Slug("hoogste uurprijs van "+kind)
	})
	if i < 0 {
		return "", false
	}
	v, ok := m.Parameters[i].At(on)
	if !ok || v.Value.IsEmpty() {
		return "", false
	}
	return strings.ReplaceAll(v.Value.Num.FloatString(2), ".", ",") + " €/uur", true
}

func yes(b bool) string {
	if b {
		return "ja"
	}
	return "nee"
}
