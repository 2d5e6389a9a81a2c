package simulate

import (
	"encoding/json"

	"lemniscaat/internal/rule"
)

// Decimal writes cents as a decimal amount of euros: "1234.50".
func Decimal(cents int64) string { return rule.Fixed(cents, 2) }

type jsonMeasure struct {
	Units     int64     `json:"aantal"`
	UnitRange [2]int64  `json:"aantalTussen"`
	Year      string    `json:"euroPerJaar"`
	YearRange [2]string `json:"euroPerJaarTussen"`
}

// measureJSON gives null for what is hidden.
func measureJSON(m Measure) *jsonMeasure {
	if m.Hidden {
		return nil
	}
	return &jsonMeasure{m.Units, [2]int64{m.UnitsLow, m.UnitsHigh}, Decimal(m.Cents), [2]string{Decimal(m.CentsLow), Decimal(m.CentsHigh)}}
}

type jsonStep struct {
	ID      string `json:"id"`
	Article string `json:"artikel"`
	Reached int64  `json:"bereikt"`
	Lost    int64  `json:"haaktAf"`
	Year    string `json:"euroPerJaar"`
	Most    bool   `json:"verliestDeMeeste"`
}

type jsonCliff struct {
	Input string   `json:"gegeven"`
	Units int64    `json:"aantal"`
	Range [2]int64 `json:"aantalTussen"`
	Mean  string   `json:"gemiddeldVerlies"`
	Max   *string  `json:"grootsteVerlies"` // null: it is that of one real person
}

type jsonFailure struct {
	Code    string `json:"code"`
	Rule    string `json:"regel"`
	Message string `json:"melding"`
	Units   *int64 `json:"aantal"` // null: too few to say
	Example string `json:"voorbeeld"`
}

type jsonWork struct {
	Applications int64 `json:"aanvragen"`
	Refused      int64 `json:"afwijzingen"`
	Judgements   int64 `json:"beoordelingen"`
	Hours        int64 `json:"urenUitvoering"`
	Proofs       int64 `json:"bewijzen"`
	Known        int64 `json:"bewijzenBekend"`

	HourRange     [2]int64   `json:"urenTussen"`
	FTE           float64    `json:"fte"`
	FTERange      [2]float64 `json:"fteTussen"`
	Staffing      float64    `json:"formatie"`
	Caseload      int64      `json:"caseload"`
	Professionals float64    `json:"medewerkersBijCaseload"`
}

type jsonScheme struct {
	ID        string        `json:"id"`
	Entitled  *jsonMeasure  `json:"rechthebbend"`
	Received  *jsonMeasure  `json:"ontvangt"`
	Automatic *jsonMeasure  `json:"automatisch"`
	Steps     []jsonStep    `json:"stappen"`
	Cliffs    []jsonCliff   `json:"afgronden"`
	Work      *jsonWork     `json:"werk"`
	Burden    *jsonBurden   `json:"lastVoorInwoners"`
	Groups    []jsonGroup   `json:"groepen"`
	Help      []jsonHelp    `json:"ingrepen"`
	Advances  *jsonAdvances `json:"voorschotten"`
	Failures  []jsonFailure `json:"fouten"`
}

// schemeJSON gives null for what is not shown of real people: own.
func schemeJSON(id string, s SideResult, own bool) jsonScheme {
	out := jsonScheme{ID: id, Entitled: measureJSON(s.Entitled), Received: measureJSON(s.Received), Automatic: measureJSON(s.Automatic),
		Steps: []jsonStep{}, Cliffs: []jsonCliff{}, Failures: failuresJSON(s.Failures),
		Work: &jsonWork{s.Work.Applications, s.Work.Refused, s.Work.Judgements, s.Work.Hours(), s.Burden.Proofs, s.Burden.Known,
			[2]int64{s.Work.HoursLow, s.Work.HoursHigh}, s.Work.FTE, [2]float64{s.Work.FTELow, s.Work.FTEHigh}, s.Work.Staffing, s.Work.Caseload, s.Work.Professionals},
		Burden: burdenJSON(s.Burden, own), Groups: groupsJSON(s.Groups, own), Help: helpJSON(s.Help), Advances: advancesJSON(s.Advances)}
	if own && s.Work == (Work{}) {
		out.Work = nil
	}
	for i, x := range s.Steps {
		out.Steps = append(out.Steps, jsonStep{x.ID, x.Article, x.Reached, x.Lost, Decimal(x.Cents), i == s.Worst})
	}
	for _, c := range s.Cliffs {
		x := jsonCliff{c.Input, c.Units, [2]int64{c.UnitsLow, c.UnitsHigh}, Decimal(c.MeanLoss), nil}
		if most := Decimal(c.MaxLoss); !own {
			x.Max = &most
		}
		out.Cliffs = append(out.Cliffs, x)
	}
	return out
}

func failuresJSON(list []Failure) []jsonFailure {
	out := []jsonFailure{}
	for _, f := range list {
		x := jsonFailure{f.Code, f.Rule, f.Message, &f.Units, f.Example}
		if f.Hidden {
			x.Units = nil
		}
		out = append(out, x)
	}
	return out
}

type jsonChange struct {
	Key        string   `json:"groep"`
	Households int64    `json:"huishoudens"`
	Bands      []*int64 `json:"banden"` // null: not told apart
	Mean       string   `json:"gemiddeldeVerandering"`
	Total      string   `json:"verandering"`

	Rows        int        `json:"rijen"`
	Persons     int64      `json:"personen"`
	BandPersons []*int64   `json:"bandenPersonen"`
	Median      string     `json:"mediaanVerandering"`
	MeanAll     string     `json:"gemiddeldOverAllen"`
	Gain        jsonFigure `json:"vooruit"`
	Loss        jsonFigure `json:"achteruit"`
	Sum         jsonMoney  `json:"veranderingTussen"`
	Income      *[2]int64  `json:"besteedbaarTussen,omitempty"`
}

func changesJSON(list []Change) []jsonChange {
	out := []jsonChange{}
	for _, c := range list {
		out = append(out, changeJSON(c))
	}
	return out
}

func changeJSON(c Change) jsonChange {
	out := jsonChange{c.Key, c.Households, bandsJSON(c.Bands, c.Coarse), Decimal(c.MeanChange), Decimal(c.Total),
		c.Rows, c.Persons, bandsJSON(c.BandPersons, c.Coarse), Decimal(c.MedianChange), Decimal(c.Mean), jsonFigure(c.Gaining), jsonFigure(c.Losing), moneyJSON(c.Sum), nil}
	if c.From != 0 || c.To != 0 {
		out.Income = &[2]int64{c.From, c.To}
	}
	return out
}

func bandsJSON(bands [Bands]int64, coarse bool) []*int64 {
	out := make([]*int64, Bands)
	for i := range bands {
		if !coarse || i != GainMuch && i != LossMuch {
			out[i] = &bands[i]
		}
	}
	return out
}

type jsonLack struct {
	Datum string `json:"gegeven"`
	Rule  string `json:"regel"`
	Ruled bool   `json:"geenRegelOpDezeDag"`
}

type jsonSkipped struct {
	ID     string     `json:"id"`
	Reason string     `json:"waarom"`
	Lacks  []jsonLack `json:"ontbreekt"`
}

func skippedJSON(list []Skipped) []jsonSkipped {
	out := []jsonSkipped{}
	for _, s := range list {
		lacks := []jsonLack{}
		for _, l := range s.Lacks {
			lacks = append(lacks, jsonLack(l))
		}
		out = append(out, jsonSkipped{s.ID, s.Reason, lacks})
	}
	return out
}

type jsonAssumption struct {
	ID    string  `json:"id"`
	Text  string  `json:"tekst"`
	Value float64 `json:"waarde"`
	Low   float64 `json:"laag"`
	High  float64 `json:"hoog"`
	Unit  string  `json:"eenheid"`
	Basis string  `json:"grond"`
}

// MarshalJSON gives the form that scripts rely on. Amounts are decimal strings
// in euros, numbers of units are whole.
func (r *Result) MarshalJSON() ([]byte, error) {
	type people struct {
		ID         string `json:"id"`
		Rows       int    `json:"huishoudens"`
		PersonRows int    `json:"personen"`
		Households int64  `json:"staanVoorHuishoudens"`
		Persons    int64  `json:"staanVoorPersonen"`
		Synthetic  bool   `json:"synthetisch"`
		Name       string `json:"naam,omitempty"`
		Source     string `json:"bron,omitempty"`
	}
	type variant struct {
		ID      string       `json:"id"`
		Name    string       `json:"naam"`
		RuleSet string       `json:"regelset"`
		Schemes []jsonScheme `json:"regelingen"`
		Deciles []jsonChange `json:"inkomensgroepen"`
		Types   []jsonChange `json:"huishoudtypen"`
		Ages    []jsonChange `json:"leeftijden"`

		Tenures        []jsonChange `json:"woningen"`
		Municipalities []jsonChange `json:"gemeentegrootten"`
		Sources        []jsonChange `json:"inkomensbronnen"`
		Everyone       *jsonChange  `json:"alleHuishoudens"`
		Worst          *jsonWorst   `json:"zwaarstGeraakt"`
		Moments        []jsonMoment `json:"invoering"`
	}
	out := struct {
		ID          string           `json:"run"`
		People      people           `json:"populatie"`
		RuleSet     string           `json:"regelset"`
		Date        string           `json:"datum"`
		Seed        uint64           `json:"zaad"`
		Seconds     float64          `json:"seconden"`
		Schemes     []jsonScheme     `json:"regelingen"`
		Skipped     []jsonSkipped    `json:"nietDoorgerekend"`
		Fit         []jsonFit        `json:"gebruikGetoetst"`
		Repayment   jsonRepayments   `json:"terugbetalen"`
		Variant     *variant         `json:"variant"`
		Income      *jsonIncome      `json:"inkomen"`
		Assumptions []jsonAssumption `json:"aannames"`
		Withheld    []string         `json:"nietGetoond,omitempty"` // of real people
	}{
		ID:      r.ID(),
		People:  people{r.Population.ID, r.Population.Rows, r.Population.PersonRows, r.Population.Households, r.Population.Persons, !r.Population.Own, r.Population.Name, r.Population.Source},
		RuleSet: r.RuleSet, Date: r.Date.String(), Seed: r.Seed, Seconds: r.Seconds, Schemes: []jsonScheme{}, Skipped: skippedJSON(r.Skipped), Fit: fitJSON(r),
		Repayment: repaymentsJSON(r),
		Income:    incomeJSON(r.Income), Assumptions: []jsonAssumption{}, Withheld: r.Withheld,
	}
	if v := r.Variant; v != nil {
		out.Variant = &variant{v.ID, v.Name, v.RuleSet, []jsonScheme{}, changesJSON(r.Deciles), changesJSON(r.Types), changesJSON(r.Ages),
			changesJSON(r.Tenures), changesJSON(r.Municipalities), changesJSON(r.Sources), nil, worstJSON(r.Worst), momentsJSON(r.Moments)}
		if r.Everyone != nil {
			all := changeJSON(*r.Everyone)
			out.Variant.Everyone = &all
		}
	}
	for _, s := range r.Schemes {
		out.Schemes = append(out.Schemes, schemeJSON(s.ID, s.Baseline, r.Population.Own))
		if s.Variant != nil {
			out.Variant.Schemes = append(out.Variant.Schemes, schemeJSON(s.ID, *s.Variant, r.Population.Own))
		}
	}
	for _, a := range r.Assumptions {
		out.Assumptions = append(out.Assumptions, jsonAssumption{a.ID, a.Text, a.Value, a.Low, a.High, a.Unit, a.Basis})
	}
	return json.Marshal(out)
}
