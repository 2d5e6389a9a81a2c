package simulate

// The part of the JSON form that is about income. Amounts are decimal strings
// in euros, numbers are whole, shares are parts of 1.

type jsonFigure struct {
	Value int64 `json:"waarde"`
	Low   int64 `json:"laag"`
	High  int64 `json:"hoog"`
}

type jsonMoney struct {
	Value string `json:"waarde"`
	Low   string `json:"laag"`
	High  string `json:"hoog"`
}

type jsonRatio struct {
	Value float64 `json:"waarde"`
	Low   float64 `json:"laag"`
	High  float64 `json:"hoog"`
}

func moneyJSON(f Figure) jsonMoney {
	return jsonMoney{Decimal(f.Value), Decimal(f.Low), Decimal(f.High)}
}

type jsonPoverty struct {
	Line        string     `json:"grensAlleenstaande"`
	Households  jsonFigure `json:"huishoudens"`
	Persons     jsonFigure `json:"personen"`
	Children    jsonFigure `json:"kinderen"`
	PersonShare jsonRatio  `json:"deelVanPersonen"`
	ChildShare  jsonRatio  `json:"deelVanKinderen"`
	Gap         jsonMoney  `json:"tekort"`
	MeanGap     string     `json:"gemiddeldTekort"`
	Rows        int        `json:"rijen"`
}

func povertyJSON(p Poverty) jsonPoverty {
	return jsonPoverty{Decimal(p.Line), jsonFigure(p.Households), jsonFigure(p.Persons), jsonFigure(p.Children),
		jsonRatio(p.PersonShare), jsonRatio(p.ChildShare), moneyJSON(p.Gap), Decimal(p.MeanGap), p.Rows}
}

type jsonPressed struct {
	Key        string                      `json:"groep,omitempty"`
	Households int64                       `json:"huishoudensMetWerk"`
	Rows       int                         `json:"rijen"`
	Classes    [PressureClasses]jsonFigure `json:"klassen"`
	Median     jsonRatio                   `json:"mediaan"`
	Above80    jsonRatio                   `json:"deelBoven80"`
}

type jsonPressure struct {
	jsonPressed
	Cliff   jsonIncomeCliff `json:"afgrond"`
	Deciles []jsonPressed   `json:"inkomensgroepen"`
	Types   []jsonPressed   `json:"huishoudtypen"`
	Skipped int64           `json:"nietUitgerekend"`
}

type jsonIncomeCliff struct {
	Households jsonFigure `json:"huishoudens"`
	Mean       string     `json:"gemiddeldVerlies"`
	Max        string     `json:"grootsteVerlies"`
	Rows       int        `json:"rijen"`
}

func pressedJSON(g PressureGroup) jsonPressed {
	out := jsonPressed{Key: g.Key, Households: g.Households, Rows: g.Rows, Median: jsonRatio(g.Median), Above80: jsonRatio(g.Above80)}
	for i, f := range g.Classes {
		out.Classes[i] = jsonFigure(f)
	}
	return out
}

func pressureJSON(p *Pressure) *jsonPressure {
	if p == nil {
		return nil
	}
	out := &jsonPressure{jsonPressed: pressedJSON(p.PressureGroup), Skipped: p.Skipped, Deciles: []jsonPressed{}, Types: []jsonPressed{},
		Cliff: jsonIncomeCliff{jsonFigure(p.Cliff.Households), Decimal(p.Cliff.MeanLoss), Decimal(p.Cliff.MaxLoss), p.Cliff.Rows}}
	for _, g := range p.Deciles {
		out.Deciles = append(out.Deciles, pressedJSON(g))
	}
	for _, g := range p.Types {
		out.Types = append(out.Types, pressedJSON(g))
	}
	return out
}

type jsonIncomeSide struct {
	Households int64         `json:"huishoudens"`
	Total      jsonMoney     `json:"besteedbaarPerJaar"`
	Median     jsonMoney     `json:"mediaanGestandaardiseerd"`
	Gini       jsonRatio     `json:"gini"`
	Poverty    jsonPoverty   `json:"armoede"`
	LowIncome  jsonPoverty   `json:"laagInkomen"`
	Pressure   *jsonPressure `json:"marginaleDruk"`
}

func incomeSideJSON(s IncomeSide) jsonIncomeSide {
	return jsonIncomeSide{s.Households, moneyJSON(s.Total), moneyJSON(s.Median), jsonRatio(s.Gini), povertyJSON(s.Poverty), povertyJSON(s.LowIncome), pressureJSON(s.Pressure)}
}

type jsonPovertyDifference struct {
	Households jsonFigure `json:"huishoudens"`
	Persons    jsonFigure `json:"personen"`
	Children   jsonFigure `json:"kinderen"`
	Gap        jsonMoney  `json:"tekort"`
}

func povertyDifferenceJSON(d PovertyDifference) jsonPovertyDifference {
	return jsonPovertyDifference{jsonFigure(d.Households), jsonFigure(d.Persons), jsonFigure(d.Children), moneyJSON(d.Gap)}
}

type jsonIncomeDifference struct {
	Total     jsonMoney             `json:"besteedbaarPerJaar"`
	Median    jsonMoney             `json:"mediaanGestandaardiseerd"`
	Gini      jsonRatio             `json:"gini"`
	Poverty   jsonPovertyDifference `json:"armoede"`
	LowIncome jsonPovertyDifference `json:"laagInkomen"`
	Pressed   jsonFigure            `json:"marginaleDrukBoven80"`
}

type jsonIncome struct {
	Regulation string                `json:"volgensRegeling"`
	Drawn      bool                  `json:"uitPopulatie"`
	Claimed    []string              `json:"geheelAangevraagd"`
	Baseline   jsonIncomeSide        `json:"regelsVanNu"`
	Variant    *jsonIncomeSide       `json:"variant"`
	Difference *jsonIncomeDifference `json:"verschil"`
	Failures   []jsonFailure         `json:"fouten"`
}

func incomeJSON(i *Income) *jsonIncome {
	if i == nil {
		return nil
	}
	out := &jsonIncome{Regulation: i.Regulation, Drawn: i.Regulation == "", Claimed: append([]string{}, i.Claimed...),
		Baseline: incomeSideJSON(i.Baseline), Failures: failuresJSON(i.Failures)}
	if i.Variant != nil {
		v, d := incomeSideJSON(*i.Variant), i.Difference
		out.Variant = &v
		out.Difference = &jsonIncomeDifference{moneyJSON(d.Total), moneyJSON(d.Median), jsonRatio(d.Gini), povertyDifferenceJSON(d.Poverty), povertyDifferenceJSON(d.LowIncome), jsonFigure(d.Pressed)}
	}
	return out
}

type jsonProfile struct {
	Text       string   `json:"wie"`
	Households int64    `json:"huishoudens"`
	Rows       int      `json:"rijen"`
	Mean       string   `json:"gemiddeldVerlies"`
	Income     [2]int64 `json:"besteedbaarTussen"`
}

type jsonWorst struct {
	Households int64         `json:"huishoudens"`
	Rows       int           `json:"rijen"`
	Mean       string        `json:"gemiddeldVerlies"`
	Income     int64         `json:"gemiddeldBesteedbaar"`
	Profiles   []jsonProfile `json:"groepen"`
	Other      int64         `json:"kleinereGroepen"`
}

func worstJSON(w *Worst) *jsonWorst {
	if w == nil {
		return nil
	}
	out := &jsonWorst{w.Households, w.Rows, Decimal(w.MeanLoss), w.MeanIncome, []jsonProfile{}, w.Other}
	for _, p := range w.Profiles {
		out.Profiles = append(out.Profiles, jsonProfile{p.Text, p.Households, p.Rows, Decimal(p.MeanLoss), [2]int64{p.IncomeFrom, p.IncomeTo}})
	}
	return out
}
