package simulate

import "lemniscaat/internal/regulation"

type jsonAmount struct {
	Units int64  `json:"aantal"`
	Year  string `json:"euroPerJaar"`
}

func amountJSON(a Amount) jsonAmount { return jsonAmount{a.Units, Decimal(a.Cents)} }

type jsonBurden struct {
	Actions  int64 `json:"handelingen"`
	Repeated int64 `json:"waarvanElkJaar"`
	Hours    int64 `json:"uren"`
	Proofs   int64 `json:"bewijzen"`
	Known    int64 `json:"waarvanBekend"`
}

// burdenJSON gives null for what is not shown of real people: own.
func burdenJSON(b Burden, own bool) *jsonBurden {
	if own && b == (Burden{}) {
		return nil
	}
	return &jsonBurden{b.Actions, b.Repeated, b.Hours(), b.Proofs, b.Known}
}

type jsonHelp struct {
	Step     string                    `json:"stap"`
	Article  string                    `json:"artikel"`
	Kinds    []regulation.Intervention `json:"ingrepen"`
	Letters  int64                     `json:"brieven"`
	Wrong    int64                     `json:"brievenZonderRecht"`
	Answered int64                     `json:"doetDeStapNaBrief"`
	Hours    int64                     `json:"urenUitvoering"`
	Rows     int                       `json:"inDeSteekproef"`
}

func helpJSON(list []StepHelp) []jsonHelp {
	out := []jsonHelp{}
	for _, h := range list {
		out = append(out, jsonHelp{h.ID, h.Article, h.Kinds, h.Letters, h.Wrong, h.Answered, (h.Minutes + 30) / 60, h.Rows})
	}
	return out
}

type jsonCounted struct {
	Units int64  `json:"aantal"`
	Year  string `json:"euroPerJaar"`
	Rows  int    `json:"inDeSteekproef"`
}

func countedJSON(c Counted) jsonCounted { return jsonCounted{c.Units, Decimal(c.Cents), c.Rows} }

type jsonReclaimClass struct {
	Label string `json:"klasse"`
	jsonCounted
}

type jsonAdvanceGroup struct {
	Kind      string      `json:"soort"`
	Name      string      `json:"groep"`
	TooHigh   jsonCounted `json:"teHoog"`
	TooLow    jsonCounted `json:"teLaag"`
	Reclaimed jsonCounted `json:"teruggevorderd"`
}

type jsonAdvances struct {
	Parameter string             `json:"drempelParameter"`
	Threshold string             `json:"drempel"`
	Awards    jsonAmount         `json:"toekenningen"`
	Corrected int64              `json:"gecorrigeerd"`
	TooHigh   jsonCounted        `json:"teHoog"`
	TooLow    jsonCounted        `json:"teLaag"`
	Reclaimed jsonCounted        `json:"teruggevorderd"`
	Waived    jsonCounted        `json:"nietTeruggevorderd"`
	NoRight   jsonCounted        `json:"voorschotZonderRecht"`
	Unknown   jsonCounted        `json:"nietUitTeRekenen"`
	Classes   []jsonReclaimClass `json:"teruggevorderdNaarBedrag"`
	Groups    []jsonAdvanceGroup `json:"groepen"`
}

// advancesJSON is null when nothing is settled.
func advancesJSON(a *Advances) *jsonAdvances {
	if a == nil {
		return nil
	}
	out := &jsonAdvances{Parameter: a.Parameter, Threshold: Decimal(a.Threshold), Awards: amountJSON(a.Awards), Corrected: a.Corrected(),
		TooHigh: countedJSON(a.TooHigh), TooLow: countedJSON(a.TooLow), Reclaimed: countedJSON(a.Reclaimed), Waived: countedJSON(a.Waived),
		NoRight: countedJSON(a.NoRight), Unknown: countedJSON(a.Unknown), Classes: []jsonReclaimClass{}, Groups: []jsonAdvanceGroup{}}
	for _, c := range a.Classes {
		out.Classes = append(out.Classes, jsonReclaimClass{c.Label, countedJSON(c.Counted)})
	}
	for _, g := range a.Groups {
		out.Groups = append(out.Groups, jsonAdvanceGroup{g.Kind, g.Name, countedJSON(g.TooHigh), countedJSON(g.TooLow), countedJSON(g.Reclaimed)})
	}
	return out
}

type jsonRepaymentOver struct {
	Percent    int   `json:"procentVanInkomen"`
	Households int64 `json:"huishoudens"`
	Rows       int   `json:"inDeSteekproef"`
}

type jsonRepayment struct {
	Households int64               `json:"huishoudens"`
	Year       string              `json:"euroPerJaar"`
	Rows       int                 `json:"inDeSteekproef"`
	Over       []jsonRepaymentOver `json:"meerDan"`
}

// repaymentJSON is null when nothing is settled.
func repaymentJSON(r *Repayment) *jsonRepayment {
	if r == nil {
		return nil
	}
	out := &jsonRepayment{r.Households, Decimal(r.Cents), r.Rows, []jsonRepaymentOver{}}
	for _, o := range r.Over {
		out.Over = append(out.Over, jsonRepaymentOver(o))
	}
	return out
}

// jsonRepayments also says which regulations are not settled, and why.
type jsonRepayments struct {
	Today     *jsonRepayment    `json:"nu"`
	Then      *jsonRepayment    `json:"variant"`
	Unsettled map[string]string `json:"nietAfgerekend"`
}

func repaymentsJSON(r *Result) jsonRepayments {
	out := jsonRepayments{repaymentJSON(r.Repayment), repaymentJSON(r.RepaymentThen), map[string]string{}}
	for _, s := range r.Schemes {
		if s.Unsettled != "" {
			out.Unsettled[s.ID] = s.Unsettled
		}
	}
	return out
}

type jsonGroup struct {
	Kind      string      `json:"soort"`
	Name      string      `json:"groep"`
	Rows      int         `json:"inDeSteekproef"`
	Entitled  jsonAmount  `json:"rechthebbend"`
	Received  jsonAmount  `json:"ontvangt"`
	Automatic *jsonAmount `json:"automatisch"` // null: not shown
	Unclaimed jsonAmount  `json:"nietGebruikt"`
	// Lost has an entry per step, in the order of the steps.
	Lost   []jsonAmount `json:"haaktAfPerStap"`
	Burden *jsonBurden  `json:"lastVoorInwoners"`
}

func groupsJSON(list []Group, own bool) []jsonGroup {
	out := []jsonGroup{}
	for _, g := range list {
		x := jsonGroup{g.Kind, g.Name, g.Rows, amountJSON(g.Entitled), amountJSON(g.Received), nil, amountJSON(g.Unclaimed), []jsonAmount{}, burdenJSON(g.Burden, own)}
		if a := amountJSON(g.Automatic); !g.Partly {
			x.Automatic = &a
		}
		for _, l := range g.Lost {
			x.Lost = append(x.Lost, amountJSON(l.Amount))
		}
		out = append(out, x)
	}
	return out
}

type jsonFit struct {
	ID       string     `json:"regeling"`
	Group    string     `json:"groep"`
	Observed float64    `json:"gemeten"`
	Range    [2]float64 `json:"gemetenTussen"`
	Drawn    float64    `json:"inDezeRun"`
	Rows     int        `json:"inDeSteekproef"`
	Assumed  bool       `json:"aanname"`
	Source   string     `json:"bron"`
}

func fitJSON(r *Result) []jsonFit {
	out := []jsonFit{}
	add := func(id string, list []Fit) {
		for _, f := range list {
			out = append(out, jsonFit{id, f.Group, f.Observed, [2]float64{f.Low, f.High}, f.Drawn, f.Rows, f.Assumed, f.Source})
		}
	}
	for _, s := range r.Schemes {
		add(s.ID, s.Fit)
	}
	add("", r.SettledFit)
	return out
}
