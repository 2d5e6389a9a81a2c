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
	return map[string]string{
		"bars": chart.Bars(chart.BarChart{Head: head("bars"), Groups: []chart.Group{
			{Label: "Recht", Bars: []chart.Bar{{Label: "Nu", Value: 312, Low: 280, High: 343, Text: "312", Pattern: true}, {Label: "Straks", Value: 373, Text: "373"}}},
			{Label: "Krijgt", Bars: []chart.Bar{{Label: "Nu", Value: nan, Text: "onbekend"}, {Label: "Straks", Value: 0, Text: "0"}}},
		}}),
		"diverging": chart.Diverging(chart.DivergingChart{Head: head("div"), LossLabel: "Achteruit", GainLabel: "Vooruit", Rows: []chart.Pair{
			{Label: "1", Gain: 40, GainText: "40"}, {Label: "2", Loss: 10, Gain: 20, LossText: "10", GainText: "20"},
		}}),
		"funnel": chart.Funnel(chart.FunnelChart{Head: head("fun"), Steps: []chart.FunnelStep{
			{Label: "Heeft recht", Left: 312, Text: "312 over"},
			{Label: "Vraagt aan", Left: 158, Text: "158 over", LostText: "154 haken af", Largest: true},
			{Label: "Krijgt het", Left: 128, Text: "128 over", LostText: "30 haken af"},
		}}),
		"line": chart.Line(chart.LineChart{Head: head("line"), Baseline: 41, BaselineLabel: "nu", Tripwire: 45, TripwireLabel: "alarm", PredictedLabel: "Voorspeld", MeasuredLabel: "Gemeten", BandLabel: "Band", Axis: percent, Points: []chart.Point{
			{Label: "jan", Low: 40, Predicted: 44, High: 49, Measured: 43.1, MeasuredLow: 41.5, MeasuredHigh: 44.8, Text: "43,1 %"},
			{Label: "feb", Low: 44, Predicted: 49, High: 55, Measured: nan},
		}}),
		"interval": chart.Interval(chart.IntervalChart{Head: head("int"), Min: 0, Max: 100, Low: 52, High: 64, Baseline: 41, Value: 54.8, Tripwire: 45, BandText: "52 tot 64 %", BaselineText: "nu 41 %", ValueText: "54,8 %", TripwireText: "alarm"}),
		"loop":     chart.Loop(chart.LoopFigure{Head: head("loop"), Left: "Beleid", Right: "Uitvoering", HereLabel: "u bent hier", Stations: stations, Slow: 5}),
		"mark":     chart.Mark(head("mark"), 5),
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
	for _, name := range []string{"bars", "diverging", "funnel"} {
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
	svg := chart.Bars(chart.BarChart{Head: head("x"), Groups: []chart.Group{{Bars: []chart.Bar{{Value: 50, Text: "a"}, {Value: 100, Text: "b"}}}}})
	var widths []string
	for _, e := range parse(t, svg) {
		if e.attrs["class"] == "chart-accent" && e.attrs["height"] == "18" {
			widths = append(widths, e.attrs["width"])
		}
	}
	if d := cmp.Diff([]string{"170", "340"}, widths); d != "" {
		t.Error(d)
	}
}

// TestMissingIsNotZero: what is not known is not drawn.
func TestMissingIsNotZero(t *testing.T) {
	t.Parallel()
	svg := chart.Bars(chart.BarChart{Head: head("x"), Groups: []chart.Group{{Bars: []chart.Bar{{Label: "Nu", Value: math.NaN(), Text: "onbekend"}}}}})
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
		var ps []chart.Pair
		var fs []chart.FunnelStep
		var ls []chart.Point
		for range n {
			g.Bars = append(g.Bars, chart.Bar{Label: s(), Value: v(), Low: v(), High: v(), Text: s()})
			ps = append(ps, chart.Pair{Label: s(), Loss: v(), Gain: v(), LossText: s(), GainText: s()})
			fs = append(fs, chart.FunnelStep{Label: s(), Left: v(), Text: s(), LostText: s()})
			ls = append(ls, chart.Point{Label: s(), Low: v(), High: v(), Predicted: v(), Measured: v(), MeasuredLow: v(), MeasuredHigh: v(), Text: s()})
		}
		for _, svg := range []string{
			chart.Bars(chart.BarChart{Head: h, Groups: []chart.Group{g}}),
			chart.Diverging(chart.DivergingChart{Head: h, Rows: ps}),
			chart.Funnel(chart.FunnelChart{Head: h, Steps: fs}),
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
