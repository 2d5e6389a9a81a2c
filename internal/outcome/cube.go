package outcome

import (
	"cmp"
	"strings"

	"lemniscaat/internal/rule"
)

// Cell is one cell of the cube: where, when, about whom and how it ended. In an
// answer to a Query the dimensions that were not asked for are empty.
type Cell struct {
	Regulation string
	Article    string // "" also: rows that name no article
	Step       string // only for Abandoned
	// Group is "" for everybody, or one attribute with its value:
	// "huishouden=alleenstaand". A row counts once under "", and once under
	// each of its attributes: never add those up.
	Group  string
	Class  Class
	Ground string    // "" also: no maatwerk
	Week   rule.Date // its Monday
}

// Counts is what a cell counts. Amounts are sums of the middles of bands, in
// whole cents.
type Counts struct {
	N          int64 // rows
	Weighs     int64 // burdensome
	Unheard    int64 // burdensome, nobody spoken to, and no legal exception: the contact gate was passed by
	Unreached  int64 // of Weighs: somebody tried, and did not reach the person
	Excepted   int64 // of Weighs: a legal exception is named
	Late       int64 // after the legal term
	Asked      int64 // asked though known
	Synthetic  int64
	Amount     int64 // cents a year
	Loss       int64 // cents
	Shares     int64 // recoveries that say what part of the income they take
	ShareTenth int64 // sum of those parts, in tenths of a percent
}

// Add adds other counts.
func (c *Counts) Add(o Counts) {
	c.N += o.N
	c.Weighs += o.Weighs
	c.Unheard += o.Unheard
	c.Unreached += o.Unreached
	c.Excepted += o.Excepted
	c.Late += o.Late
	c.Asked += o.Asked
	c.Synthetic += o.Synthetic
	c.Amount += o.Amount
	c.Loss += o.Loss
	c.Shares += o.Shares
	c.ShareTenth += o.ShareTenth
}

// Counted is one line of an answer.
type Counted struct {
	Cell
	Counts
}

// By names dimensions to keep apart.
type By uint8

// The dimensions of the cube.
const (
	ByRegulation By = 1 << iota
	ByArticle
	ByStep
	ByGroup
	ByClass
	ByGround
	ByWeek
)

// Query asks the cube. The zero Query gives one line: everything.
type Query struct {
	Regulation string   // empty: all
	Articles   []string // empty: all
	// Group keeps one attribute: "huishouden". Without ByGroup or Group only
	// the totals of everybody are read; with ByGroup those are there too,
	// under "".
	Group string
	// From and Until bound the weeks, both included: a week belongs to them when
	// its Monday does. Zero: no bound. With Exact they bound days, and groups
	// are not kept apart: days are counted for everybody only.
	From, Until rule.Date
	Exact       bool
	By          By
}

// Reduce keeps only the dimensions that were asked for.
func (q Query) Reduce(c Cell) Cell {
	if q.By&ByRegulation == 0 {
		c.Regulation = ""
	}
	if q.By&ByArticle == 0 {
		c.Article = ""
	}
	if q.By&ByStep == 0 {
		c.Step = ""
	}
	if q.By&ByGroup == 0 && q.Group == "" {
		c.Group = ""
	}
	if q.By&ByClass == 0 {
		c.Class = ""
	}
	if q.By&ByGround == 0 {
		c.Ground = ""
	}
	if q.By&ByWeek == 0 {
		c.Week = rule.Date{}
	}
	return c
}

// Wants reports whether a cell belongs in the answer, apart from its time.
func (q Query) Wants(c Cell) bool {
	if q.Regulation != "" && c.Regulation != q.Regulation {
		return false
	}
	if len(q.Articles) > 0 {
		in := false
		for _, a := range q.Articles {
			in = in || a == c.Article
		}
		if !in {
			return false
		}
	}
	switch {
	case c.Group == "":
		return q.Group == "" || q.By&ByGroup != 0
	case q.Exact:
		return false
	case q.Group != "":
		return strings.HasPrefix(c.Group, q.Group+"=")
	}
	return q.By&ByGroup != 0
}

// CompareCells orders an answer: by regulation, article, step, group, class,
// ground, week.
func CompareCells(a, b Counted) int {
	return cmp.Or(
		cmp.Compare(a.Regulation, b.Regulation), cmp.Compare(a.Article, b.Article), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.Class, b.Class), cmp.Compare(a.Ground, b.Ground), a.Week.Compare(b.Week),
	)
}

// Counts gives what the fact adds to each of its cells.
func (f Fact) Counts() Counts {
	one := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	c := Counts{
		N: 1, Weighs: one(f.Weighs), Unheard: one(f.Unheard()), Unreached: one(f.Weighs && f.Contact == NotReached),
		Excepted: one(f.Weighs && f.Exception != ""), Late: one(f.Late), Asked: one(f.Asked), Synthetic: one(f.Synthetic), Loss: f.Loss.Middle(),
	}
	if f.Class == Awarded {
		c.Amount = f.Amount.Middle()
	}
	if !f.Share.IsZero() {
		c.Shares, c.ShareTenth = 1, f.Share.Middle()/10
	}
	return c
}

// Cells gives the cells that the fact counts in: everybody first, then one for
// each group attribute, in order.
func (f Fact) Cells() []Cell {
	c := Cell{Regulation: f.Regulation, Article: f.Article, Step: f.Step, Class: f.Class, Ground: f.Ground, Week: Week(f.Date)}
	out := make([]Cell, 1, 1+len(f.Groups))
	out[0] = c
	for _, g := range f.groupList() {
		c.Group = g
		out = append(out, c)
	}
	return out
}
