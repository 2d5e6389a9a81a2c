package loop

// AnswerFigures say how a group of knelpunten was answered: what the public
// figures are made of.
type AnswerFigures struct {
	Issues    int // knelpunten, those that were merged left out
	Answered  int // those that got an answer
	Median    int // days until the first answer; -1: none was given
	Forwards  int // times that one was sent on
	Solved    int
	Confirmed int // reporters who said of a solved one that it is right
	Silent    int // those who said nothing
	Disputed  int // those who said no
	Late      int // live ones past their date today

	days []int
}

// AnswerFigures counts how knelpunten were answered, in groups; late says
// whether one is past its date. A knelpunt may be in several groups, or in none.
func (w *World) AnswerFigures(groups func(*Issue) []string, late func(*Issue) bool) map[string]AnswerFigures {
	out := map[string]AnswerFigures{}
	for _, i := range w.issues {
		if i.State == Merged {
			continue
		}
		for _, g := range groups(i) {
			f := out[g]
			f.Issues++
			f.Forwards += i.Forwards
			if len(i.Answers) > 0 {
				f.Answered++
				f.days = append(f.days, daysFrom(i))
			}
			if i.State == Solved {
				f.Solved++
				f.Confirmed += i.Ending.Confirmed
				f.Silent += i.Ending.Silent
				f.Disputed += i.Ending.Disputed
			}
			if i.State.Live() && late(i) {
				f.Late++
			}
			out[g] = f
		}
	}
	for g, f := range out {
		f.Median = median(f.days)
		out[g] = f
	}
	return out
}
