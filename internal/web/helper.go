package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"

	"github.com/a-h/templ"

	"lemniscaat/internal/chart"
)

// tight keeps a number and its unit on one line: "€ 640", "110 %".
func tight(s string) string {
	return strings.NewReplacer("€ ", "€\u00a0", " %", "\u00a0%").Replace(s)
}

// amountPer is an amount per time in the notation of the rules: "421,53 €/kw".
var amountPer = regexp.MustCompile(`([-−]?[0-9][0-9.,]*) €/(jr|kw|mnd|uur)`)

// perTime writes amounts per time as people read them: "€ 421,53 per kwartaal".
func (p *page) perTime(s string) string {
	return amountPer.ReplaceAllStringFunc(s, func(a string) string {
		m := amountPer.FindStringSubmatch(a)
		return p.T("bedrag-per."+m[2], "bedrag", "€\u00a0"+m[1])
	})
}

// tourCurrent marks the step of the tour where the turn is.
func tourCurrent(s screen.TourStep) templ.Attributes {
	if s.Current {
		return templ.Attributes{"aria-current": "step"}
	}
	return nil
}

// recentRows is how much of what happened is shown unfolded.
const recentRows = 10

// lidID is the fragment of a lid, so that a link can point to it.
func lidID(lid string) string {
	if lid == "" {
		return ""
	}
	return "lid-" + slug(lid)
}

// tileID and oftenID give the first choice the id that the error summary
// links to.
func tileID(i int, t screen.Tile) string {
	if i == 0 {
		return fieldID("signaal", "soort")
	}
	return fieldID("signaal", "soort-"+string(t))
}

func oftenID(i int, f screen.Frequency) string {
	if i == 0 {
		return fieldID("signaal", "hoe-vaak")
	}
	return fieldID("signaal", "hoe-vaak-"+string(f))
}

// faultAttrs ties a group of choices to its refusal.
func faultAttrs(p *page, form, name string) templ.Attributes {
	if p.fault(form, name) == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": fieldID(form, name) + "-fout", "aria-invalid": "true"}
}

type group struct {
	name    string
	options []screen.AnchorOption
}

// groups puts choices under their regulation, in the order in which they come.
func groups(options []screen.AnchorOption) []group {
	var out []group
	for _, o := range options {
		if n := len(out); n == 0 || out[n-1].name != o.Group {
			out = append(out, group{name: o.Group})
		}
		out[len(out)-1].options = append(out[len(out)-1].options, o)
	}
	return out
}

func chosenPlace(a screen.Anchor) string {
	if a.Regulation == "" || a.Article == "" {
		return ""
	}
	return a.Regulation + "/" + a.Article
}

// loop draws the figure of a regulation, or of all.
func (p *page) loop(name string, v screen.LoopView) string {
	f := chart.LoopFigure{
		Head: chart.Head{ID: "lus", Title: p.T("lus.titel", "regeling", name), Desc: p.T("lus.uitleg")},
		Left: p.T("lus.beleid"), Right: p.T("lus.uitvoering"),
		LeftNote: p.T("lus.beleid-zin"), RightNote: p.T("lus.uitvoering-zin"),
		HereLabel: p.T("kop.hier-kort"), Slow: -1,
	}
	for i, s := range v.Stations {
		if i >= len(f.Stations) {
			break
		}
		st := chart.LoopStation{
			Name: p.station(s.Station), Count: p.Number(int64(s.Count)), Unit: s.Unit, Href: s.Href,
			Here: s.Station == p.Here, Empty: s.Count == 0,
		}
		if s.Oldest != nil {
			st.Note = p.T("lus.oudste", "dagen", p.Days(s.Oldest.Days))
		}
		if s.Station == v.Slowest {
			f.Slow = i
		}
		f.Stations[i] = st
	}
	return chart.Loop(f)
}

// quantity writes a measured value with its unit.
func (p *page) quantity(v float64, unit string) string {
	switch unit {
	case "%":
		return p.Percent(v / 100)
	case "€":
		if math.Abs(v) < 1e13 && !math.IsNaN(v) {
			return p.Euro(int64(math.Round(v * 100)))
		}
	}
	s := p.Decimal(v, 1)
	if len(s) > 2 && s[len(s)-2:] == ",0" {
		s = s[:len(s)-2]
	}
	return s
}

// measureChart draws predicted against measured.
func (p *page) measureChart(e screen.MeasuredExpectation) string {
	c := chart.LineChart{
		Head:     chart.Head{ID: "meting-" + slug(e.ID), Title: p.T("meten.grafiek", "wat", e.Indicator), Desc: e.Sentence},
		Baseline: e.Baseline, BaselineLabel: p.T("meten.nul"), Tripwire: math.NaN(),
		PredictedLabel: p.T("meten.voorspeld"), MeasuredLabel: p.T("meten.gemeten"), BandLabel: p.T("meten.band"),
		Axis: func(v float64) string { return p.quantity(v, e.Unit) },
	}
	if e.HasTripwire {
		c.Tripwire, c.TripwireLabel = e.Tripwire, p.T("meten.grens")
	}
	for _, q := range e.Points {
		pt := chart.Point{Label: q.Period, Low: q.Low, High: q.High, Predicted: q.Predicted, Measured: math.NaN()}
		if q.Measured != nil {
			pt.Measured, pt.Text = *q.Measured, q.Shown
		}
		if q.MeasuredLow != nil && q.MeasuredHigh != nil {
			pt.MeasuredLow, pt.MeasuredHigh = *q.MeasuredLow, *q.MeasuredHigh
		}
		c.Points = append(c.Points, pt)
	}
	return chart.Line(c)
}

func kindID(i int, k screen.AnswerKind) string {
	if i == 0 {
		return fieldID("antwoord", "soort")
	}
	return fieldID("antwoord", "soort-"+string(k))
}

// suffix makes the ids of a group of choices differ; the first has none.
func suffix(i int) string {
	if i == 0 {
		return ""
	}
	return "-" + strconv.Itoa(i)
}

// roadCurrent marks where a proposal is on its road.
func roadCurrent(s screen.ProposalStep) templ.Attributes {
	if s.Current {
		return templ.Attributes{"aria-current": "step"}
	}
	return nil
}

// paramForm is the id of the form of one parameter in one sentence.
func paramForm(sentence, piece int) string {
	return "parameter-" + strconv.Itoa(sentence) + "-" + strconv.Itoa(piece)
}

func paramDescribed(p *page, sentence, piece int) string {
	id := paramForm(sentence, piece)
	s := id + "-uitleg"
	if p.fault(id, "waarde") != "" {
		s += " " + fieldID(id, "waarde") + "-fout"
	}
	return s
}

// size is the width of a field inside a sentence.
func size(value string) string {
	return strconv.Itoa(min(max(utf8.RuneCountInString(value)+1, 5), 16))
}

// simulateKind makes running the simulation the main act until there is one.
func simulateKind(v screen.ProposalView) string {
	if v.Simulation == nil || v.Simulation.Stale {
		return "primary-action"
	}
	return "secondary-action"
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func optionLabel(options []screen.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func itemLabel(i screen.AssessmentItem) string {
	if i.Unit == "" {
		return i.Label
	}
	return i.Label + " (" + i.Unit + ")"
}

func computedHint(p *page, i screen.AssessmentItem) string {
	if i.Computed == "" {
		return i.Help
	}
	return strings.TrimSpace(i.Help + " " + p.T("voorstel.berekend", "waarde", optionLabel(i.Options, i.Computed)))
}

func indicatorOptions(p *page, all []screen.IndicatorOption) []screen.Option {
	var out []screen.Option
	for _, i := range all {
		label := i.Label
		switch {
		case i.Baseline != "" && i.Predicted != "":
			label = p.T("voorstel.indicator-voorspeld", "indicator", i.Label, "nu", i.Baseline, "straks", i.Predicted)
		case i.Baseline != "":
			label = p.T("voorstel.indicator-nu", "indicator", i.Label, "nu", i.Baseline)
		}
		out = append(out, screen.Option{Value: i.Value, Label: label})
	}
	return out
}

func firstIndicator(all []screen.IndicatorOption) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Value
}

func firstLow(all []screen.IndicatorOption) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Low
}

func firstHigh(all []screen.IndicatorOption) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].High
}

// plain writes a number for an attribute.
func (p *page) plain(n int) string { return strconv.Itoa(n) }

// sentenceLine is one line of an editable sentence.
type sentenceLine struct {
	depth  int
	bullet bool
	pieces []placedPiece
}

// placedPiece is a piece with its place in the sentence, which names its form.
type placedPiece struct {
	piece screen.Piece
	at    int
}

func sentenceLines(pieces []screen.Piece) []sentenceLine {
	var out []sentenceLine
	for i, x := range pieces {
		if x.NewLine || len(out) == 0 {
			out = append(out, sentenceLine{depth: x.Depth, bullet: x.Bullet})
		}
		l := &out[len(out)-1]
		l.pieces = append(l.pieces, placedPiece{x, i})
	}
	// The sentence itself stands at the edge.
	for k := range out {
		out[k].depth = max(0, out[k].depth-pieces[0].Depth)
	}
	return out
}

// traceGroup is a line of the derivation with the finer ones under it.
type traceGroup struct {
	line screen.TraceLine
	more []screen.TraceLine
}

// traceShown is how deep a derivation is shown at once; what is deeper opens.
const traceShown = 1

func traceGroups(lines []screen.TraceLine) []traceGroup {
	var out []traceGroup
	for _, l := range lines {
		if n := len(out); l.Depth > traceShown && n > 0 {
			out[n-1].more = append(out[n-1].more, l)
			continue
		}
		out = append(out, traceGroup{line: l})
	}
	return out
}

// quarter writes "2027-Q1" for people.
func quarter(p *page, q string) string {
	year, n, ok := strings.Cut(q, "-Q")
	if !ok {
		return q
	}
	return p.T("kwartaal", "n", n, "jaar", year)
}

func claimValue(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func firstGoal(all []screen.IndicatorOption) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Goal
}

// nextYear is the day that the demo clock offers: the next 2 January.
func (p *page) nextYear() string {
	return iso(rule.Date{Year: p.Frame.Today.Year + 1, Month: 1, Day: 2})
}

// foldExamples gives the worked examples that are shown at once, those that do
// not come out first, and the ones that unfold.
func foldExamples(all []screen.ExampleRow) (first, rest []screen.ExampleRow) {
	for _, e := range all {
		if !e.Passed {
			first = append(first, e)
		}
	}
	for _, e := range all {
		switch {
		case !e.Passed:
		case len(first) < shownExamples:
			first = append(first, e)
		default:
			rest = append(rest, e)
		}
	}
	return first, rest
}

// beforeText says how the outcome under the version before compares.
func beforeText(b *screen.DecisionBefore) string {
	if b.Same {
		return "beslissing.eerder-zelfde"
	}
	return "beslissing.eerder"
}

// percents writes the shares of the stages of a roll-out: "1 %", "10 %".
func percents(all []screen.PlanStage) []string {
	var out []string
	for _, s := range all {
		out = append(out, strconv.Itoa(s.Percent)+" %")
	}
	return out
}

// stageRows gives the stages that can be filled in: those that there are, and
// empty ones.
func stageRows(all []screen.PlanStage) []screen.PlanStage {
	out := make([]screen.PlanStage, max(stages, len(all)))
	copy(out, all)
	return out
}

// optionSpare is how many empty options the form offers beside those that there
// are.
const optionSpare = 1

// optionFields gives the options as fields: with room for one more.
func optionFields(all []screen.OptionRow) []screen.OptionRow {
	out := append([]screen.OptionRow{}, all...)
	for range optionSpare {
		out = append(out, screen.OptionRow{})
	}
	return out
}
