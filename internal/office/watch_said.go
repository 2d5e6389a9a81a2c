package office

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/detect"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
)

// alarmSentence says an alarm in one sentence: "Artikel 26: minstens 10 van minstens 90
// besluiten in week 31 tot en met 34 met maatwerk (verwacht: ten hoogste 3 %)." Its weeks
// are part of a quarter that is published: exact numbers would give away the rest of it.
func (o *Office) alarmSentence(s series, a detect.Alarm) string {
	place := o.regulationName(s.anchor.Regulation)
	if r, ok := o.rules.set.Get(s.anchor.Regulation); ok {
		if art, ok := r.Article(s.anchor.Article); ok {
			place = art.Title
		}
	}
	args := []any{
		"plek", place, "weken", weeksText(a.From, a.Until), "keer", atLeast(a.K), "gevallen", atLeast(a.N),
		"verwacht", expectText(s.kind, a.Expect, s.times), "groep", groupText(s.group),
	}
	switch s.kind {
	case detect.Burden:
		args = append(args, "deel", texts.Percent(a.Rate()))
	case detect.Outside:
		args = append(args, "gemeten", s.said, "van", strconv.FormatFloat(a.Low, 'f', -1, 64), "tot", strconv.FormatFloat(a.High, 'f', -1, 64))
	case detect.Unclaimed:
		args = append(args, "hadden", texts.Number(int64(a.Expect*a.N+0.5)))
	}
	out := texts.T("detector.zin."+string(s.kind), args...)
	if a.Again {
		out += " " + texts.T("detector.nog-steeds")
	}
	return out
}

// atLeast writes a count down to tens.
func atLeast(n float64) string {
	if n := privacy.Tens(int64(n + 0.5)); n > 0 {
		return texts.T("detector.minstens", "n", texts.Number(n))
	}
	return texts.T("detector.minder-dan-tien")
}

// detectorWords gives what a detector said, for everybody who reads. Those of older logs
// say exact numbers: of them only what went off, where and when.
func (o *Office) detectorWords(s *loop.Signal) string {
	words := s.What.Words
	if s.Channel != loop.Detector || words == "" || slices.ContainsFunc([]string{"minstens", "minder dan 10", "≥", "< ", "–"}, func(m string) bool { return strings.Contains(words, m) }) {
		return words
	}
	w := o.world.Watch(s.Anchor.Regulation)
	if w == nil {
		return words
	}
	for _, c := range w.Crossed {
		if c.Signal == s.ID {
			return texts.T("detector.van-eerder", "naam", texts.T("detector.naam."+c.Detector), "weken", weeksText(c.From, c.Until))
		}
	}
	return words // reported by the program, and not about a number
}

// expectText writes what was expected.
func expectText(k detect.Kind, part, times float64) string {
	switch {
	case k == detect.Group:
		return texts.Decimal(times, decimals(times))
	case k == detect.Unclaimed:
		return texts.Number(int64(part + 0.5))
	}
	return texts.Decimal(part*100, decimals(part*100)) + " %"
}

func decimals(f float64) int {
	if f == float64(int64(f)) {
		return 0
	}
	return 1
}

// groupText writes "huishouden=alleenstaand" as "huishouden: alleenstaand".
func groupText(s string) string { return strings.Replace(s, "=", ": ", 1) }

// seenText says which part was seen, down to a step, and from what to what it may be. The
// interval is that of all that would be said in the same way.
func seenText(hits, n float64) string {
	cases := privacy.Tens(int64(n))
	step := privacy.Step(big.NewRat(100, max(1, cases)))
	if step.Cmp(big.NewRat(50, 1)) > 0 {
		return ""
	}
	part := new(big.Rat).SetFloat64(100 * min(hits, n) / n)
	down, _ := privacy.Down(part, step).Float64()
	wide, _ := step.Float64()
	low, _ := detect.Wilson(down/100*float64(cases), float64(cases))
	_, high := detect.Wilson(min(1, (down+wide)/100)*float64(cases), float64(cases))
	return texts.T("detector.gezien", "deel", texts.Percent(down/100), "laag", texts.Percent(low), "hoog", texts.Percent(high), "gevallen", texts.Number(cases))
}
