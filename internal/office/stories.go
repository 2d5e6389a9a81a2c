package office

import (
	"context"

	"lemniscaat/internal/likeness"
	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// maxTold bounds how many signals are compared for the stories; the latest ones
// count.
const maxTold = 300

// told is a signal with words, ready to compare.
type told struct {
	s       *loop.Signal
	words   likeness.Text
	outcome string // what was decided in its case
}

// stories gives at most three signals that differ as much as they can: the
// first that came, and each time the one that is furthest from those before.
// How far, and in what, can be said in a few words.
func (o *Office) stories(ctx context.Context, who string, i *loop.Issue) []view.Story {
	var all []told
	decided := o.decided(i)
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" {
			all = append(all, told{s: s, words: likeness.New(id, "", "", s.What.Words), outcome: decided[s.Case]})
		}
	}
	if len(all) > maxTold {
		all = append(all[:1:1], all[len(all)-maxTold+1:]...)
	}
	var out []view.Story
	var chosen []told
	add := func(t told, why string) {
		chosen = append(chosen, t)
		sawSignal(ctx, t.s)
		out = append(out, view.Story{
			Text: o.detectorWords(t.s), Tile: tileOf(t.s.Kind), Who: texts.T("kanaal." + string(t.s.Channel)), Date: loop.DateOf(t.s.At),
			Frequency: frequencyOf(t.s.Frequency), Why: why, Files: o.fileRefs(who, t.s),
		})
		if o.sees(o.readerOf(ctx, who), t.s.Reporter, t.s.Anchor, loop.DateOf(t.s.At)) {
			out[len(out)-1].Case = t.s.Case
		}
		if t.s.Origin != nil {
			out[len(out)-1].Who = originText(t.s.Origin)
		}
		if t.s.Channel == loop.Professional && o.seesReporter(who, t.s) {
			out[len(out)-1].Reporter = o.name(ctx, t.s.Reporter)
		}
	}
	for len(chosen) < min(3, len(all)) {
		if len(chosen) == 0 {
			add(all[0], texts.T("verhaal.eerste"))
			continue
		}
		best, far, why := -1, -1.0, ""
		for k, t := range all {
			near, reason := 9.0, ""
			for _, c := range chosen {
				if d, r := differ(t, c); d < near {
					near, reason = d, r
				}
			}
			// Of equals the latest: it is closest to today.
			if near > 0 && near >= far {
				best, far, why = k, near, reason
			}
		}
		if best < 0 {
			break // the rest says the same
		}
		add(all[best], texts.T("verhaal."+why))
	}
	return out
}

// differ says how far two signals are apart, and in what most.
func differ(a, b told) (float64, string) {
	words := likeness.Distance(a.words, b.words)
	sum, most, why := words, words, "woorden"
	for _, x := range []struct {
		differs bool
		weight  float64
		why     string
	}{
		{a.s.Channel != b.s.Channel, 1, "kant"},
		{a.outcome != b.outcome && a.outcome != "" && b.outcome != "", 1.2, "uitkomst"},
		{a.s.Kind != b.s.Kind, 1.1, "soort"},
		{a.s.Anchor.Key() != b.s.Anchor.Key(), 0.5, "plek"},
		{a.s.Frequency != b.s.Frequency, 0.8, "hoe-vaak"},
	} {
		if x.differs {
			sum += x.weight
			if x.weight >= most {
				most, why = x.weight, x.why
			}
		}
	}
	return sum, why
}

// decided gives what was decided last in the cases of a knelpunt.
func (o *Office) decided(i *loop.Issue) map[string]string {
	out := map[string]string{}
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.Case != "" {
			out[s.Case] = ""
		}
	}
	if len(out) == 0 {
		return out
	}
	for _, d := range o.world.Decisions() {
		if _, asked := out[d.Case]; asked {
			out[d.Case] = string(d.Kind)
		}
	}
	return out
}
