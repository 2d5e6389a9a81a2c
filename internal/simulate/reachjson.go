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

func burdenJSON(b Burden) jsonBurden {
	return jsonBurden{b.Actions, b.Repeated, b.Hours(), b.Proofs, b.Known}
}

type jsonHelp struct {
	Step     string                    `json:"stap"`
	Article  string                    `json:"artikel"`
	Kinds    []regulation.Intervention `json:"ingrepen"`
	Letters  int64                     `json:"brieven"`
	Wrong    int64                     `json:"brievenZonderRecht"`
	Answered int64                     `json:"doetDeStapNaBrief"`
	Hours    int64                     `json:"urenUitvoering"`
}

func helpJSON(list []StepHelp) []jsonHelp {
	out := []jsonHelp{}
	for _, h := range list {
		out = append(out, jsonHelp{h.ID, h.Article, h.Kinds, h.Letters, h.Wrong, h.Answered, (h.Minutes + 30) / 60})
	}
	return out
}

type jsonGroup struct {
	Kind      string     `json:"soort"`
	Name      string     `json:"groep"`
	Rows      int        `json:"inDeSteekproef"`
	Entitled  jsonAmount `json:"rechthebbend"`
	Received  jsonAmount `json:"ontvangt"`
	Automatic jsonAmount `json:"automatisch"`
	Unclaimed jsonAmount `json:"nietGebruikt"`
	// Lost has an entry per step, in the order of the steps.
	Lost   []jsonAmount `json:"haaktAfPerStap"`
	Burden jsonBurden   `json:"lastVoorInwoners"`
}

func groupsJSON(list []Group) []jsonGroup {
	out := []jsonGroup{}
	for _, g := range list {
		x := jsonGroup{g.Kind, g.Name, g.Rows, amountJSON(g.Entitled), amountJSON(g.Received), amountJSON(g.Automatic), amountJSON(g.Unclaimed), []jsonAmount{}, burdenJSON(g.Burden)}
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

func fitJSON(schemes []SchemeResult) []jsonFit {
	out := []jsonFit{}
	for _, s := range schemes {
		for _, f := range s.Fit {
			out = append(out, jsonFit{s.ID, f.Group, f.Observed, [2]float64{f.Low, f.High}, f.Drawn, f.Rows, f.Assumed, f.Source})
		}
	}
	return out
}
