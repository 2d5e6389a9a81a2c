package webtest

import (
	"context"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// made is a run with every measure in it, made up, and laid out like a real
// one.
func (f *Fake) made() *simulate.Result {
	m := func(n, euro int64) simulate.Measure {
		return simulate.Measure{Units: n, UnitsLow: n * 9 / 10, UnitsHigh: n * 11 / 10, Cents: euro * 100, CentsLow: euro * 90, CentsHigh: euro * 110}
	}
	difference := func(a, b simulate.Measure) *simulate.Measure {
		n, c := b.Units-a.Units, b.Cents-a.Cents
		return &simulate.Measure{Units: n, UnitsLow: n * 8 / 10, UnitsHigh: n * 12 / 10, Cents: c, CentsLow: c * 8 / 10, CentsHigh: c * 12 / 10}
	}
	step := func(id, action, article string, reached, lost int64) simulate.StepLoss {
		return simulate.StepLoss{ID: id, Action: f.long(action), Article: article, Reached: reached, Lost: lost, Cents: lost * 44_500}
	}
	group := func(name string, entitled, received int64, rows int) simulate.Group {
		a := func(n int64) simulate.Amount { return simulate.Amount{Units: n, Cents: n * 44_500} }
		return simulate.Group{Kind: simulate.ByType, Name: name, Rows: rows, Entitled: a(entitled), Received: a(received), Automatic: a(entitled * 95 / 100), Unclaimed: a(entitled - received),
			Lost: []simulate.GroupLoss{{Amount: a((entitled - received) / 2), Rows: rows / 3}, {Amount: a((entitled - received) / 3), Rows: rows / 4}, {Amount: a((entitled - received) / 6), Rows: rows / 5}}}
	}
	now := simulate.SideResult{
		Entitled: m(312_000, 139_000_000), Received: m(128_000, 57_000_000), Automatic: m(301_000, 134_000_000), Worst: 1,
		Unclaimed: simulate.Amount{Units: 184_000, Cents: 8_200_000_000},
		Steps:     []simulate.StepLoss{step("weten", "Weet ervan", "artikel-5", 312_000, 71_000), step("aanvragen", "Vraagt aan", "artikel-5", 241_000, 83_000), step("bewijs", "Stuurt bewijs mee", "artikel-5", 158_000, 30_000)},
		Groups:    []simulate.Group{group("alleenstaand", 190_000, 80_000, 400), group("paar met kinderen", 51_000, 21_000, 90), group("zelfstandigen", 900, 300, 2)},
		Cliffs:    []simulate.Cliff{{Input: "gemiddeld-inkomen", Units: 9_000, Rows: 30, MeanLoss: 44_500, MaxLoss: 63_600}},
		Work:      simulate.Work{Applications: 40_000, Refused: 6_000, Judgements: 1_200, Minutes: 1_800_000, HoursLow: 27_000, HoursHigh: 33_000, FTE: 21.4, FTELow: 19.3, FTEHigh: 23.6, Staffing: 22, Caseload: 1_500, Professionals: 26.7},
		Burden:    simulate.Burden{Actions: 120_000, Repeated: 80_000, Minutes: 3_600_000, Proofs: 80_000, Known: 61_000},
	}
	count := func(n int64) simulate.Counted {
		return simulate.Counted{Amount: simulate.Amount{Units: n, Cents: n * 30_000}, Rows: int(n / 400)}
	}
	now.Advances = &simulate.Advances{Threshold: 14_100, Awards: simulate.Amount{Units: 128_000, Cents: 5_700_000_000}, TooHigh: count(38_000), TooLow: count(31_000), Reclaimed: count(30_000), Waived: count(8_000), NoRight: count(2_000)}
	then := now
	then.Help = []simulate.StepHelp{{ID: "aanvragen", Article: "artikel-5", Action: "Vraagt aan", Kinds: []regulation.Intervention{regulation.Letter, regulation.Prefilled, regulation.Awarded}, Letters: 90_000, Wrong: 12_000, Answered: 38_000, Minutes: 30_000, Rows: 200}}
	then.Entitled, then.Received, then.Automatic = m(373_000, 163_000_000), m(149_000, 66_000_000), m(360_000, 158_000_000)
	then.Unclaimed = simulate.Amount{Units: 224_000, Cents: 9_700_000_000}
	then.Steps = []simulate.StepLoss{step("weten", "Weet ervan", "artikel-5", 373_000, 84_000), step("aanvragen", "Vraagt aan", "artikel-5", 289_000, 103_000), step("bewijs", "Stuurt bewijs mee", "artikel-5", 186_000, 37_000)}
	then.Groups = []simulate.Group{group("alleenstaand", 221_000, 95_000, 440), group("paar met kinderen", 66_000, 28_000, 110), group("zelfstandigen", 1_100, 400, 3)}
	then.Work.Applications, then.Work.Minutes = 46_000, 2_070_000
	then.Work.FTE, then.Work.FTELow, then.Work.FTEHigh = 24.6, 22.2, 27.1
	res := &simulate.Result{
		Population: simulate.Population{ID: "nl:20000", Rows: 20_000, PersonRows: 42_133, Households: 8_374_404, Persons: 17_653_766},
		RuleSet:    "b7719ac0f2d4", Date: rule.MustDate("2027-01-01"), Seed: 1, Seconds: 6.4,
		Variant: &simulate.VariantInfo{ID: "grens-120", Name: "Inkomensgrens naar 120 %", RuleSet: "51e0cc93a8f7"},
		Schemes: []simulate.SchemeResult{{
			ID: reg, Name: f.long("Individuele inkomenstoeslag"), Baseline: now, Variant: &then,
			Entitled: difference(now.Entitled, then.Entitled), Received: difference(now.Received, then.Received),
			Fit: []simulate.Fit{{Group: "allen", Observed: 0.35, Low: 0.2, High: 0.5, Drawn: 0.344, Assumed: true, Source: "geen meting: als de bijstand", Rows: 500}},
		}},
		Assumptions: []population.Assumption{
			{ID: "gebruik-last", Text: "Elk punt last van een stap maakt de kans kleiner.", Value: 0.3, Low: 0.2, High: 0.4, Basis: "eigen schatting"},
			{ID: "instroom", Text: "Elk jaar komt dit deel er nieuw bij.", Value: 0.15, Low: 0.1, High: 0.25, Unit: "aandeel", Basis: "eigen schatting"},
			{ID: "inkomen-laatste-jaar", Text: "Het inkomen van de jaren ervoor is nagebootst uit het inkomen nu."},
		},
	}
	gain := [10]int64{0, 9000, 31000, 17000, 4000}
	loss := [10]int64{0, 0, 400, 1200}
	for i := range 10 {
		c := simulate.Change{Key: string(rune('1' + i)), Label: "groep", Households: 837_000, Rows: 2000, From: int64(i) * 9000, To: int64(i)*9000 + 8999}
		if i == 9 {
			c.Key = "10"
		}
		c.Bands = [simulate.Bands]int64{gain[i] / 3, gain[i] - gain[i]/3, 837_000 - gain[i] - loss[i], loss[i] - loss[i]/4, loss[i] / 4}
		if gain[i]+loss[i] > 0 {
			c.MeanChange, c.MedianChange, c.Total = 43_217, 41_000, (gain[i]-loss[i])*43_217
			c.Sum = simulate.Figure{Value: c.Total, Low: c.Total * 9 / 10, High: c.Total * 11 / 10}
		}
		res.Deciles = append(res.Deciles, c)
	}
	res.Types = []simulate.Change{
		{Key: "alleenstaand", Label: "alleenstaand", Households: 3_340_000, Rows: 8000, Bands: [simulate.Bands]int64{12_000, 25_000, 3_301_400, 1_600, 0}, MeanChange: 41_000},
		{Key: "overig", Label: "overig huishouden", Households: 4_000, Rows: 8, Bands: [simulate.Bands]int64{0, 0, 4_000, 0, 0}},
	}
	for key, list := range map[string]*[]simulate.Change{"huurwoning van een corporatie": &res.Tenures, "100.000 inwoners of meer": &res.Municipalities, "loon": &res.Sources} {
		c := res.Types[0]
		c.Key, c.Label = key, key
		*list = []simulate.Change{c}
	}
	everyone := simulate.Change{Label: "alle huishoudens", Households: 8_374_404, Rows: 20_000, Bands: [simulate.Bands]int64{20_333, 40_667, 8_311_804, 1_200, 400}, MeanChange: 43_217}
	everyone.Gaining, everyone.Losing = simulate.Figure{Value: 61_000, Low: 55_000, High: 67_000}, simulate.Figure{Value: 1_600, Low: 900, High: 2_300}
	res.Everyone = &everyone
	res.Income = income()
	res.Moments = []simulate.Moment{
		{From: rule.MustDate("2027-01-01"), Words: "nieuwe gevallen", Households: 900_000, Gain: 15_000, Budget: simulate.Figure{Value: 220_000_000, Low: 180_000_000, High: 260_000_000}},
		{From: rule.MustDate("2028-01-01"), Words: "iedereen", Hidden: true},
	}
	res.Repayment = &simulate.Repayment{Households: 30_000, Rows: 75, Over: []simulate.RepaymentOver{{Percent: 1, Households: 20_000, Rows: 50}, {Percent: 10, Households: 1_200, Rows: 3}}}
	res.RepaymentThen = res.Repayment
	res.Worst = &simulate.Worst{Households: 1_600, MeanLoss: 21_000, MeanIncome: 19_400, Rows: 40, Profiles: []simulate.Profile{{Text: "alleenstaand, 27 tot 45, corporatie", Households: 1_200, Rows: 30, MeanLoss: 20_000, IncomeFrom: 10_000, IncomeTo: 20_000}}, Other: 400, Examples: []simulate.Example{{Text: "alleenstaand, 40 tot 50 jaar, werknemer", Loss: 52_000, Income: 18_300}}}
	if f.State == Empty {
		res.Variant, res.Deciles, res.Types, res.Worst, res.Assumptions = nil, nil, nil, nil, nil
		res.Moments, res.Repayment, res.RepaymentThen = nil, nil, nil
		res.Income, res.Everyone, res.Tenures, res.Municipalities, res.Sources = nil, nil, nil, nil, nil
		res.Schemes = []simulate.SchemeResult{{ID: reg, Name: "Individuele inkomenstoeslag", Baseline: simulate.SideResult{Worst: -1}}}
	}
	return res
}

// Diagnosis is made up.
func (f *Fake) Diagnosis(context.Context) (*population.Diagnosis, error) {
	d := &population.Diagnosis{ID: "nl:20000", Households: 20_000, Persons: 42_133}
	add := func(id, use, label, unit string, value, model float64) {
		d.Checks = append(d.Checks, population.Check{Model: model, Margin: population.Margin{ID: id, Use: use, Label: f.long(label), Value: value, Unit: unit, Table: "CBS 37975", Period: "2024-01-01", Status: "definitief", License: "CC BY 4.0"}})
	}
	add("huishoudens", "marge", "particuliere huishoudens", "huishoudens", 8_374_404, 8_374_404)
	add("P10", "toets", "gestandaardiseerd inkomen, P10", "euro", 22_002, 19_741)
	add("leeftijd", "toets", "gemiddelde leeftijd van de bevolking", "jaar", 42.5, 42.4)
	add("samen", "toets", "aandeel AOW naar de norm voor wie samenwoont", "%", 62.5, 66.7)
	add("huur", "ijking", "huishoudens met huurtoeslag", "huishoudens", 1_500_000, 1_471_321)
	return d, f.Fail
}

func (f *Fake) Inhabitants(ctx context.Context, _ string) (screen.RunView, error) {
	d, err := f.Diagnosis(ctx)
	if err != nil {
		return screen.RunView{}, err
	}
	return exhibit.People(d, f.made().Assumptions), nil
}

// income is poverty, inequality and marginal pressure, before and after.
func income() *simulate.Income {
	ratio := func(v float64) simulate.Ratio { return simulate.Ratio{Value: v, Low: v * 0.95, High: v * 1.05} }
	figure := func(n int64) simulate.Figure { return simulate.Figure{Value: n, Low: n * 9 / 10, High: n * 11 / 10} }
	side := func(poor float64, n int64) simulate.IncomeSide {
		p := simulate.Poverty{Line: 1_848_000, Rows: 400, Households: figure(n / 2), Persons: figure(n), Children: figure(n / 5), PersonShare: ratio(poor), ChildShare: ratio(poor * 1.1), Gap: figure(n * 90_000), MeanGap: 180_000}
		low := p
		low.Line, low.PersonShare = 2_380_000, ratio(poor*3)
		all := simulate.PressureGroup{Key: "allen", Label: "alle huishoudens met werk", Households: 5_000_000, Rows: 12_000, Median: ratio(0.47), Above80: ratio(0.061)}
		for i, part := range [...]int64{4, 90, 1200, 2706, 695, 275, 30} {
			all.Classes[i] = figure(part * 1000)
		}
		tenth, few := all, all
		tenth.Key, tenth.Label = "1", "groep 1 van 10"
		few.Key, few.Label, few.Rows = "2", "groep 2 van 10", 3
		kind := all
		kind.Key, kind.Label = "eenoudergezin", "eenoudergezin"
		return simulate.IncomeSide{
			Households: 8_300_000, Rows: 19_900, Total: figure(46_000_000_000_000), Median: figure(4_100_000), Gini: ratio(0.288), Poverty: p, LowIncome: low,
			Pressure: &simulate.Pressure{PressureGroup: all, Cliff: simulate.IncomeCliff{Households: figure(30_000), Rows: 70, MeanLoss: 61_000, MaxLoss: 240_000}, Deciles: []simulate.PressureGroup{tenth, few}, Types: []simulate.PressureGroup{kind}},
		}
	}
	then := side(0.029, 512_000)
	return &simulate.Income{
		Regulation: "besteedbaar-inkomen", Name: "Besteedbaar inkomen", Baseline: side(0.031, 547_000), Variant: &then,
		Difference: &simulate.IncomeDifference{Poverty: simulate.PovertyDifference{
			Persons: simulate.Figure{Value: -35_000, Low: -41_000, High: -29_000}, Children: simulate.Figure{Value: -7_000, Low: -9_000, High: -5_000},
			Households: simulate.Figure{Value: -17_500, Low: -20_000, High: -15_000}, Gap: simulate.Figure{Value: -3_150_000_000, Low: -3_600_000_000, High: -2_700_000_000},
		}},
	}
}

// runNames are the words of the made-up run.
type runNames struct{}

func (runNames) Attribute(string) string { return "gemiddelde maandinkomen" }

func (runNames) Article(_, id string) screen.Ref {
	return screen.Ref{Text: "Artikel 5, lid 1", Href: "/regelingen/" + reg + "/" + id}
}

// Result is that of a run that is done.
func (f *Fake) Result(_ context.Context, _, id string) (*simulate.Result, error) {
	if id == "bestaat-niet" || id == "r-bezig" || id == "r-mislukt" {
		return nil, screen.ErrNotFound
	}
	return f.made(), f.Fail
}

func (f *Fake) run() screen.RunView {
	return exhibit.View(f.made(), exhibit.Options{Names: runNames{}, Focus: reg, Run: "r-1", Files: "/simulaties/r-1"})
}
