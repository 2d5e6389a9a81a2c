package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/chart"
)

var update = flag.Bool("update", false, "write golden files")

func head(id string) chart.Head {
	return chart.Head{ID: id, Title: "Wie het krijgt", Desc: "Meer mensen krijgen het."}
}

func percent(v float64) string { return strings.ReplaceAll(num(v), ".", ",") + " %" }

func num(v float64) string {
	s := strings.TrimRight(strings.TrimRight(strings.TrimSpace(strconv.FormatFloat(v, 'f', 2, 64)), "0"), ".")
	return s
}

func samples() map[string]string {
	nan := math.NaN()
	stations := [7]chart.LoopStation{
		{Name: "Regel", Count: "1", Unit: "versie", Href: "/regel", Here: true},
		{Name: "Toets", Count: "2", Unit: "te doen", Note: "oudste: 3 dagen", Href: "/toets"},
		{Name: "Simuleer", Count: "0", Empty: true},
		{Name: "Besluit samen", Count: "1"},
		{Name: "Voer uit", Count: "214"},
		{Name: "Signaleer", Count: "41", Note: "oudste: 41 dagen", Href: "/signaal?a=1&b=2"},
		{Name: "Meet", Count: "1"},
	}
	out := map[string]string{}
	for name, f := range figures() {
		out[name], out[name+"-smal"] = f.Draw(chart.Wide), f.Draw(chart.Narrow)
	}
	for name, svg := range map[string]string{
		"line": chart.Line(chart.LineChart{Head: head("line"), Baseline: 41, BaselineLabel: "nu", Tripwire: 45, TripwireLabel: "alarm", PredictedLabel: "Voorspeld", MeasuredLabel: "Gemeten", BandLabel: "Band", Axis: percent, Points: []chart.Point{
			{Label: "jan", Low: 40, Predicted: 44, High: 49, Measured: 43.1, MeasuredLow: 41.5, MeasuredHigh: 44.8, Text: "43,1 %"},
			{Label: "feb", Low: 44, Predicted: 49, High: 55, Measured: nan},
		}}),
		"interval": chart.Interval(chart.IntervalChart{Head: head("int"), Min: 0, Max: 100, Low: 52, High: 64, Baseline: 41, Value: 54.8, Tripwire: 45, BandText: "52 tot 64 %", BaselineText: "nu 41 %", ValueText: "54,8 %", TripwireText: "alarm"}),
		"loop":     chart.Loop(chart.LoopFigure{Head: head("loop"), Left: "Beleid", Right: "Uitvoering", HereLabel: "u bent hier", Stations: stations, Slow: 5}),
		"mark":     chart.Mark(head("mark"), 5),
	} {
		out[name] = svg
	}
	return out
}

// figures are the charts that are drawn for two widths.
func figures() map[string]chart.Figure {
	nan := math.NaN()
	return map[string]chart.Figure{
		"bars": chart.BarChart{Head: head("bars"), Groups: []chart.Group{
			{Label: "Recht", Bars: []chart.Bar{{Label: "Nu", Value: 312, Low: 280, High: 343, Text: "312", Pattern: true}, {Label: "Straks", Value: 373, Text: "373"}}},
			{Label: "Krijgt", Bars: []chart.Bar{{Label: "Nu", Value: nan, Text: "onbekend"}, {Label: "Straks", Value: 0, Text: "0"}}},
		}},
		"bands": chart.BandChart{
			Head: head("bands"), Groups: "Inkomensgroep", SameLabel: "blijft gelijk",
			Labels: [chart.Bands]string{"meer dan 5 % erbij", "tot 5 % erbij", "blijft gelijk", "tot 5 % eraf", "meer dan 5 % eraf"},
			Rows: []chart.BandRow{
				{Label: "1 (laagste)", Shares: [chart.Bands]float64{0.01, 0.04, 0.92, 0.02, 0.01}, LossText: "3 %", GainText: "5 %", Same: "92 %"},
				{Label: "2", Shares: [chart.Bands]float64{0, 0.02, 0.98, 0, 0}, GainText: "2 %", Same: "98 %"},
				{Label: "3", Absent: "te weinig om te tonen"},
				{Label: "Een groep met een naam die veel te lang is", Shares: [chart.Bands]float64{nan, 0, 1, 0, 0.1}, LossText: "10 %", Same: "90 %"},
			},
		},
		"columns": chart.ColumnChart{Head: head("col"), Series: []string{"Nu", "Straks"}, Under: "inkomensgroep", Axis: percent, Sets: []chart.ColumnSet{
			{Label: "1", Columns: []chart.Column{{Value: 12, Low: 10, High: 15, Text: "12"}, {Value: -4, Low: -6, High: -3, Text: "−4"}}},
			{Label: "2", Columns: []chart.Column{{Value: nan, Text: "onbekend"}, {Value: 0, Text: "0"}}},
		}},
		"columns-one": chart.ColumnChart{Head: head("one"), Under: "inkomensgroep", Axis: percent, Sets: []chart.ColumnSet{{Label: "1", Columns: []chart.Column{{Value: 3, Low: 2, High: 5, Text: "3"}}}}},
		"dots": chart.DotChart{Head: head("dots"), Axis: percent, Rows: []chart.DotRow{
			{Label: "Armoede", Dots: []chart.Dot{{Label: "nu", Value: 3.1, Low: 2.9, High: 3.3, Text: "3,1 %"}, {Label: "straks", Value: 2.8, Low: 2.6, High: 3, Text: "2,8 %"}}},
			{Label: "Kinderen", Dots: []chart.Dot{{Label: "nu", Value: 3.6, Text: "3,6 %"}, {Label: "straks", Value: nan, Text: "onbekend"}}},
		}},
		"curve": chart.CurveChart{
			Head: head("curve"), Under: "bruto per jaar", Up: "besteedbaar per jaar", XAxis: num, YAxis: num,
			Marks: []chart.CurveMark{{X: 20000, Label: "a", Side: 0}, {X: 99000, Label: "b"}},
			Lines: []chart.CurveLine{
				{Label: "nu", Points: []chart.CurvePoint{{X: 0, Y: 17000}, {X: 19999, Y: 21000}, {X: 20000, Y: 18000}, {X: 40000, Y: 30000}}},
				{Label: "straks", Points: []chart.CurvePoint{{X: 0, Y: 17000}, {X: 20000, Y: nan}, {X: 30000, Y: 27000}, {X: 40000, Y: 30500}}},
			},
		},
		"funnel": chart.FunnelChart{Head: head("fun"), Steps: []chart.FunnelStep{
			{Label: "Heeft recht", Left: 312, Text: "312 over"},
			{Label: "Vraagt aan", Left: 158, Text: "158 over", LostText: "154 haken af", Largest: true},
			{Label: "Krijgt het", Left: 20, Text: "20 over", LostText: "138 haken af"},
		}},
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, got := range samples() {
		file := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got+"\n"); d != "" {
			t.Errorf("%s (−golden +got):\n%s", name, d)
		}
	}
}

// element is what a test wants to know of an SVG element.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

func parse(t interface{ Fatalf(string, ...any) }, svg string) []element {
	var out []element
	var open []int
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			e := element{tok.Name.Local, map[string]string{}, ""}
			for _, a := range tok.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open = append(open, len(out))
			out = append(out, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, i := range open {
				out[i].text += string(tok)
			}
		}
	}
}

// TestAccessible checks what every chart owes to people who do not see it, and
// to the content security policy.
func TestAccessible(t *testing.T) {
	t.Parallel()
	for name, svg := range samples() {
		es := parse(t, svg)
		root := es[0]
		if root.attrs["role"] != "img" && name != "loop" {
			t.Errorf("%s: role is %q", name, root.attrs["role"])
		}
		ids := map[string]bool{}
		for _, e := range es {
			if id := e.attrs["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: id %s is there twice", name, id)
				}
				ids[id] = true
			}
			if _, ok := e.attrs["style"]; ok || e.name == "script" || e.name == "style" {
				t.Errorf("%s: inline style or script", name)
			}
		}
		if es[1].name != "title" || es[1].text != "Wie het krijgt" || es[2].name != "desc" || es[2].text != "Meer mensen krijgen het." {
			t.Errorf("%s: no title and description in front", name)
		}
		for ref := range strings.FieldsSeq(root.attrs["aria-labelledby"] + " " + root.attrs["aria-describedby"]) {
			if !ids[ref] {
				t.Errorf("%s: names %s, which is not there", name, ref)
			}
		}
	}
}

// TestPattern: the two sides of a comparison differ without colour.
func TestPattern(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bars", "bars-smal", "bands", "bands-smal", "funnel", "funnel-smal"} {
		var hatched, plain int
		for _, e := range parse(t, samples()[name]) {
			if e.name != "rect" || e.attrs["height"] != "18" {
				continue
			}
			if strings.HasPrefix(e.attrs["fill"], "url(#") {
				hatched++
			} else {
				plain++
			}
		}
		if hatched == 0 || plain == 0 {
			t.Errorf("%s: %d hatched and %d plain bars, want both", name, hatched, plain)
		}
	}
}

func TestBarsDrawToScale(t *testing.T) {
	t.Parallel()
	c := chart.BarChart{Head: head("x"), Groups: []chart.Group{{Bars: []chart.Bar{{Value: 50, Text: "a"}, {Value: 100, Text: "b"}}}}}
	for z, want := range map[chart.Size][]string{chart.Wide: {"170", "340"}, chart.Narrow: {"87", "174"}} {
		var widths []string
		for _, e := range parse(t, c.Draw(z)) {
			if e.attrs["class"] == "chart-accent" && e.attrs["height"] == "18" {
				widths = append(widths, e.attrs["width"])
			}
		}
		if d := cmp.Diff(want, widths); d != "" {
			t.Error(d)
		}
	}
}

// TestBandsDrawToScale: who loses stands left of the line and who gains right
// of it, each as wide as its share, and the line is where they meet.
func TestBandsDrawToScale(t *testing.T) {
	t.Parallel()
	c := chart.BandChart{Head: head("x"), Rows: []chart.BandRow{{Label: "1", Shares: [chart.Bands]float64{0.1, 0.3, 0.3, 0.2, 0.1}}}}
	type piece struct{ fill, x, width string }
	var got []piece
	line := ""
	for _, e := range parse(t, c.Draw(chart.Wide)) {
		switch {
		case e.name == "rect" && e.attrs["height"] == "18":
			fill := e.attrs["fill"]
			if strings.HasPrefix(fill, "url(#x-") {
				fill = strings.TrimSuffix(strings.TrimPrefix(fill, "url(#x-"), ")")
			}
			got = append(got, piece{fill, e.attrs["x"], e.attrs["width"]})
		case e.attrs["class"] == "chart-axis":
			line = e.attrs["x1"]
		}
	}
	// Half of 640 − 186 − 62 − 2 × 52 units is 144; the largest side is 40 %.
	want := []piece{{"v", "310", "72"}, {"#a63c16", "274", "36"}, {"w", "382", "108"}, {"#0b5d5e", "490", "36"}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(piece{})); d != "" {
		t.Error(d)
	}
	if line != "382" {
		t.Errorf("the line stands at %s", line)
	}
}

// TestColumnsStandOnZero: a gain stands on the line of zero, a loss hangs under
// it, and a value that is not known has no column.
func TestColumnsStandOnZero(t *testing.T) {
	t.Parallel()
	var rects [][2]float64
	zero := 0.0
	for _, e := range parse(t, figures()["columns"].Draw(chart.Wide)) {
		y, _ := strconv.ParseFloat(e.attrs["y"], 64)
		h, _ := strconv.ParseFloat(e.attrs["height"], 64)
		switch {
		case e.name == "rect" && e.attrs["width"] == "42": // 44 wide, with a seam
			rects = append(rects, [2]float64{y, y + h})
		case e.attrs["class"] == "chart-axis":
			zero, _ = strconv.ParseFloat(e.attrs["y1"], 64)
		}
	}
	if len(rects) != 3 {
		t.Fatalf("%d columns, want those of 12, −4 and 0", len(rects))
	}
	up, down, nothing := rects[0], rects[1], rects[2]
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.05 }
	if !near(up[1], zero) || !near(down[0], zero) || !near(nothing[0], nothing[1]) || !near((up[1]-up[0])/3, down[1]-down[0]) {
		t.Errorf("12: %v, −4: %v, 0: %v, line of zero %v", up, down, nothing, zero)
	}
}

// TestCurveBreaks: where a curve has no value it is not drawn, and a cliff
// outside the range has no mark.
func TestCurveBreaks(t *testing.T) {
	t.Parallel()
	var parts []int
	marks := 0
	for _, e := range parse(t, figures()["curve"].Draw(chart.Wide)) {
		switch {
		case e.name == "path":
			parts = append(parts, strings.Count(e.attrs["d"], "M"))
		case e.attrs["class"] == "chart-trip":
			marks++
		}
	}
	if d := cmp.Diff([]int{1, 2}, parts); d != "" {
		t.Error(d)
	}
	if marks != 1 {
		t.Errorf("%d cliffs are marked", marks)
	}
}

// TestMissingIsNotZero: what is not known is not drawn.
func TestMissingIsNotZero(t *testing.T) {
	t.Parallel()
	svg := chart.BarChart{Head: head("x"), Groups: []chart.Group{{Bars: []chart.Bar{{Label: "Nu", Value: math.NaN(), Text: "onbekend"}}}}}.Draw(chart.Wide)
	for _, e := range parse(t, svg) {
		if e.name == "rect" && e.attrs["height"] == "18" {
			t.Error("a missing value has a bar")
		}
	}
	if !strings.Contains(svg, "onbekend") {
		t.Error("a missing value is silent")
	}
	line := chart.Line(chart.LineChart{Head: head("y"), Baseline: math.NaN(), Tripwire: math.NaN(), Axis: percent, Points: []chart.Point{{Label: "jan", Low: 1, High: 3, Predicted: 2, Measured: math.NaN()}}})
	if n := strings.Count(line, `class="chart-measured"`); n != 1 { // the legend
		t.Errorf("%d dots for no measurement, want the legend only", n)
	}
}

func TestLoop(t *testing.T) {
	t.Parallel()
	var links, thick []string
	for _, e := range parse(t, samples()["loop"]) {
		switch {
		case e.name == "a":
			links = append(links, e.attrs["href"]+": "+strings.Join(strings.Fields(e.text), " "))
		case strings.Contains(e.attrs["class"], "loop-slow"):
			thick = append(thick, e.attrs["stroke-width"])
		}
	}
	want := []string{"/regel: Regel 1 versie u bent hier", "/toets: Toets 2 te doen oudste: 3 dagen", "/signaal?a=1&b=2: Signaleer 41 oudste: 41 dagen"}
	if d := cmp.Diff(want, links); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"13"}, thick); d != "" {
		t.Error("one segment is thick:", d)
	}
}

// TestAnyData: any numbers and any texts give well-formed SVG without NaN.
func TestAnyData(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 1e300, math.SmallestNonzeroFloat64}))
		text := rapid.StringMatching(`[ -~éë€<>&"']{0,60}`)
		h := chart.Head{ID: "x", Title: text.Draw(t, "title"), Desc: text.Draw(t, "desc")}
		v := func() float64 { return value.Draw(t, "v") }
		s := func() string { return text.Draw(t, "s") }
		n := rapid.IntRange(0, 5).Draw(t, "n")
		var g chart.Group
		var bs []chart.BandRow
		var cs []chart.ColumnSet
		var ds []chart.DotRow
		var line chart.CurveLine
		var fs []chart.FunnelStep
		var ls []chart.Point
		for range n {
			g.Bars = append(g.Bars, chart.Bar{Label: s(), Value: v(), Low: v(), High: v(), Text: s()})
			bs = append(bs, chart.BandRow{Label: s(), Shares: [chart.Bands]float64{v(), v(), v(), v(), v()}, LossText: s(), GainText: s(), Same: s()})
			cs = append(cs, chart.ColumnSet{Label: s(), Columns: []chart.Column{{Value: v(), Low: v(), High: v(), Text: s()}, {Value: v(), Text: s()}}})
			ds = append(ds, chart.DotRow{Label: s(), Dots: []chart.Dot{{Label: s(), Value: v(), Low: v(), High: v(), Text: s()}, {Value: v()}}})
			line.Points = append(line.Points, chart.CurvePoint{X: v(), Y: v()})
			fs = append(fs, chart.FunnelStep{Label: s(), Left: v(), Text: s(), LostText: s()})
			ls = append(ls, chart.Point{Label: s(), Low: v(), High: v(), Predicted: v(), Measured: v(), MeasuredLow: v(), MeasuredHigh: v(), Text: s()})
		}
		axis := func(float64) string { return "x" }
		z := rapid.SampledFrom([]chart.Size{chart.Wide, chart.Narrow}).Draw(t, "size")
		for _, svg := range []string{
			chart.BarChart{Head: h, Groups: []chart.Group{g}}.Draw(z),
			chart.BandChart{Head: h, Rows: bs, SameLabel: s()}.Draw(z),
			chart.ColumnChart{Head: h, Sets: cs, Series: []string{s(), s()}, Axis: axis}.Draw(z),
			chart.DotChart{Head: h, Rows: ds, Axis: axis}.Draw(z),
			chart.CurveChart{Head: h, Lines: []chart.CurveLine{line, line}, Marks: []chart.CurveMark{{X: v(), Label: s()}}, XAxis: axis, YAxis: axis}.Draw(z),
			chart.FunnelChart{Head: h, Steps: fs}.Draw(z),
			chart.Line(chart.LineChart{Head: h, Points: ls, Baseline: v(), Tripwire: v(), Axis: func(float64) string { return "x" }}),
			chart.Interval(chart.IntervalChart{Head: h, Min: v(), Max: v(), Low: v(), High: v(), Baseline: v(), Value: v(), Tripwire: v()}),
			chart.Mark(h, rapid.IntRange(-3, 12).Draw(t, "here")),
		} {
			for _, e := range parse(t, svg) {
				for k, a := range e.attrs {
					if strings.Contains(a, "NaN") || strings.Contains(a, "Inf") {
						t.Fatalf("%s %s=%q", e.name, k, a)
					}
				}
			}
		}
	})
}
