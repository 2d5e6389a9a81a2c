package check

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Cliff is a place where one step of one datum changes an outcome by much:
// alles of niets.
type Cliff struct {
	// Regulation and Outcome say what is lost; Rule is the rule whose
	// condition flips there, Article the article it stands in.
	Regulation    string
	Outcome       *rule.Attribute
	Label         string // "individuele inkomenstoeslag"
	Rule, Article string
	// Input is the datum that moves, Whose the id of its object in the example.
	Input *rule.Attribute
	Whose string
	// Last is the value on the better side, Over the value one step further:
	// one euro, one day, one whole number, or yes against no.
	Last, Over rule.Datum
	// Compared is the value that the rule compares there, with its own values
	// on both sides: the joint income of two people, where Input is the income
	// of one. It is Input itself when the rule compares that, or when what it
	// compares has no name.
	Compared                   *rule.Attribute
	ComparedLast, ComparedOver rule.Datum
	// Best and Worst are the outcomes there; Loss their difference in euros
	// per year.
	Best, Worst rule.Datum
	Loss        *big.Rat
	// Condition is the condition that turns over there, as the rule has it.
	Condition string
	// Who describes the case in which it was found, with the rules of Date;
	// Example is the worked example that it is, "" for another case. Of is the
	// role by which the datum is reached, when it is of somebody else than who
	// gets the outcome and the rule looks at that person alone.
	Who, Example string
	Of           *rule.Role
	Date         rule.Date
}

// Key names the cliff so that two versions of a regulation can be compared: it
// does not hold the place or the amount.
func (k *Cliff) Key() string {
	return k.Regulation + "/alles-of-niets/" + k.Outcome.ID() + "/" + k.Input.ID()
}

// id names the cliff among those of one search, as of whom a role leads to.
func (k *Cliff) id(of *rule.Role) string {
	whose := ""
	if of != nil {
		whose = of.ID()
	}
	return strings.Join([]string{k.Key(), whose, k.Rule, k.Condition}, "/")
}

// birth is the datum that ages are counted from.
const birth = "geboortedatum"

// Cliffs searches for cliffs in the first outcome in euros of each regulation,
// as the rules stand on a date (Options.Date; the zero date: the date of each
// worked example, and then no other cases). It starts from the worked examples,
// from households of every kind in Options.Cases, and from cases made to meet
// the conditions of the rules. Each datum of such a case is moved to both sides
// of every value at which a condition of the rules turns over, and of every
// comparison that they made; between two neighbouring values whose outcomes
// differ by more than the loss, the largest jump is halved until it is one step
// wide. A slope thus never counts, however steep.
func Cliffs(set *regulation.Set, o Options) []*Cliff {
	var out []*Cliff
	subjects := map[*rule.Attribute]bool{}
	for _, r := range set.Model.Rules {
		for _, v := range r.Versions {
			if v.Subject.Kenmerk != nil {
				subjects[v.Subject.Kenmerk] = true
			}
		}
	}
	for _, reg := range set.Regulations {
		if len(o.Regulations) > 0 && !slices.Contains(o.Regulations, reg.ID) {
			continue
		}
		p, _ := set.Program(reg.ID)
		if p == nil {
			continue
		}
		i := slices.IndexFunc(reg.Outcomes, func(x regulation.Outcome) bool {
			a := p.Attribute(x.Attribute)
			return a != nil && a.Type.Kind == rule.Amount
		})
		if i < 0 {
			continue
		}
		s := &search{p: p, on: o.Date, reg: reg, outcome: reg.Outcomes[i], a: p.Attribute(reg.Outcomes[i].Attribute), loss: o.loss(),
			cases: o.Cases, best: map[string]*Cliff{}, curves: map[string]*curve{}, subjects: subjects, roles: map[*rule.Role]bool{}}
		if unit := s.a.Type.Unit; unit != "€" {
			s.yearly, _ = rule.NewUnits(p.Model().Units).Factor(unit, "€/jr")
		}
		s.edges = s.turning()
		for _, x := range s.seeds() {
			s.try(x)
		}
		for _, id := range slices.Sorted(maps.Keys(s.best)) {
			if k := s.best[id]; k.Of == nil || k.Input.Name != birth || s.best[k.id(nil)] == nil {
				out = append(out, k) // the age of a partner is asked as one's own is
			}
		}
	}
	return out
}

type search struct {
	p       *exact.Program
	reg     *regulation.Regulation
	outcome regulation.Outcome
	a       *rule.Attribute
	loss    *big.Rat
	yearly  *big.Rat  // times the outcome is one a year; nil for euros
	on      rule.Date // zero: the date of the example
	cases   Cases
	seed    seed // being tried
	c       *exact.Case
	spent   int               // values computed
	derived *exact.Derivation // the outcome as the seed has it
	// subjects are the kenmerken that only say whom a rule is about.
	subjects map[*rule.Attribute]bool
	edges    map[*rule.Attribute][]int64 // places at which a condition turns over
	roles    map[*rule.Role]bool         // that the rules of the outcome follow
	best     map[string]*Cliff           // per datum and condition, the one that costs most
	curves   map[string]*curve           // per world and datum: see world
}

// turning gives the places at which a condition turns over of every rule that
// the outcome can rest on, and notes the roles that these follow.
func (s *search) turning() map[*rule.Attribute][]int64 {
	out := map[*rule.Attribute][]int64{}
	on := cmp.Or(s.on, s.latest())
	space := logic.New(s.p.Model(), on, true)
	seen := map[*rule.Attribute]bool{}
	var visit func(a *rule.Attribute)
	visit = func(a *rule.Attribute) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, r := range s.p.Writers(a, on) {
			v := r.At(on)
			conditions := []rule.Condition{v.Condition}
			rule.Inspect(v.Action, func(n any) bool {
				if row, ok := n.(*rule.TableRow); ok {
					conditions = append(conditions, row.When)
				}
				return true
			})
			for _, cond := range conditions {
				for _, e := range space.Edges(v, cond) {
					if low, high, ok := scaleOf(e.Attribute).around(e.At); ok {
						out[e.Attribute] = append(out[e.Attribute], low, high)
					}
				}
			}
			rule.Reads(v, visit, func(r *rule.Role) { s.roles[r] = true })
		}
	}
	visit(s.a)
	for a, places := range out {
		slices.Sort(places)
		places = slices.Compact(places)
		out[a] = places[:min(len(places), maxEdges)]
	}
	return out
}

// latest gives the date of the last worked example.
func (s *search) latest() rule.Date {
	var last rule.Date
	for _, ex := range s.reg.Examples() {
		if ex.Date.After(last) {
			last = ex.Date
		}
	}
	return last
}

// maxEdges bounds the places of one datum that are tried in every case.
const maxEdges = 40

// try searches from one case.
func (s *search) try(x seed) {
	s.seed, s.c = x, x.c
	if s.p.IsInput(s.a, s.c.Date()) {
		return
	}
	w := worldOf(s.c)
	for obj := range s.c.Len() {
		if s.c.TypeOf(obj) != s.a.Owner {
			continue
		}
		d := s.c.Derive(obj, s.a)
		if s.derived = d; d.Err != nil {
			continue
		}
		for _, st := range d.Steps {
			// Who the applicant is, is a matter of the case, not of the law. What
			// is leeg moves when rules compare it with something.
			moves := !st.Value.IsEmpty() || len(s.edges[st.Attribute]) > 0
			if st.Origin == exact.Given && moves && !s.subjects[st.Attribute] && s.spent < maxValues {
				id := fmt.Sprint(obj, "\n", w.but(st.Object, st.Attribute))
				cu := s.curves[id]
				if cu == nil {
					cu = &curve{scale: scaleOf(st.Attribute), kept: map[int64]bool{}}
					s.curves[id] = cu
				}
				s.datum(obj, st, d, cu)
			}
		}
	}
}

// highest gives the highest outcome in the case.
func (s *search) highest() *big.Rat {
	var most *big.Rat
	for obj := range s.c.Len() {
		if s.c.TypeOf(obj) != s.a.Owner {
			continue
		}
		if v := s.value(obj); v != nil && (most == nil || v.Cmp(most) > 0) {
			most = v
		}
	}
	return most
}

// value gives the outcome in euros per year as the case stands; nil when there
// is none.
func (s *search) value(obj int) *big.Rat {
	if s.spent++; s.spent > maxValues {
		return nil
	}
	v, err := s.c.Value(obj, s.a)
	switch {
	case err != nil:
		return nil
	case v.Num == nil:
		return new(big.Rat)
	case s.yearly != nil:
		return new(big.Rat).Mul(v.Num, s.yearly)
	case s.outcome.Period == "maand":
		return new(big.Rat).Mul(v.Num, big.NewRat(12, 1))
	case s.outcome.Period == "kwartaal":
		return new(big.Rat).Mul(v.Num, big.NewRat(4, 1))
	}
	return v.Num
}

// with is value with a datum moved; nil also when the datum cannot be that. The
// datum stays there: see restore.
func (s *search) with(obj int, st *exact.Step, to rule.Datum) *big.Rat {
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return nil
	}
	return s.value(obj)
}

// restore puts a datum back where the example has it.
func (s *search) restore(st *exact.Step) {
	if err := s.c.Set(st.Object, st.Attribute, st.Value); err != nil {
		panic("BUG: a datum that was accepted is refused: " + err.Error())
	}
}

// over reports whether two outcomes differ by more than the loss that counts.
func (s *search) over(a, b *big.Rat) bool {
	if a == nil || b == nil {
		return false
	}
	if a.Cmp(b) == 0 {
		return false
	}
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(s.loss) > 0
}

// keep notes a cliff between two neighbouring values.
func (s *search) keep(obj int, st *exact.Step, a, b rule.Datum, va, vb *big.Rat) {
	last, over, best, worst := a, b, va, vb
	if va.Cmp(vb) < 0 {
		last, over, best, worst = b, a, vb, va
	}
	// Amounts: say it in whole euros, the step that people know. The outcome a
	// euro further has to be as bad.
	if last.Kind == rule.Amount {
		euro := big.NewRat(1, 1)
		if over.Num.Cmp(last.Num) < 0 {
			euro.Neg(euro)
		}
		further := rule.Datum{Kind: rule.Amount, Num: new(big.Rat).Add(last.Num, euro)}
		if v := s.with(obj, st, further); s.over(best, v) {
			over, worst = further, v
		}
	}
	k := &Cliff{
		Regulation: s.reg.ID, Outcome: s.a, Label: s.a.Name,
		Input: st.Attribute, Whose: st.ObjectID, Last: last, Over: over,
		Best: rule.Datum{Kind: rule.Amount, Num: best}, Worst: rule.Datum{Kind: rule.Amount, Num: worst},
		Loss: new(big.Rat).Sub(best, worst), Example: s.seed.example, Who: s.seed.who, Date: s.c.Date(),
	}
	k.Compared, k.ComparedLast, k.ComparedOver = k.Input, last, over
	if at, past := s.guard(obj, st, last, over); at.rule != nil {
		k.Rule, k.Article, k.Condition = at.rule.ID, at.rule.Article, at.said()
		left, value := at.left()
		if _, next := past.left(); left != nil && left.Kind == rule.Value && value.Kind == last.Kind && next.Kind == last.Kind {
			k.Compared, k.ComparedLast, k.ComparedOver = left, value, next
		}
	}
	if k.Compared == k.Input {
		k.Of = s.relation(obj, st.Object)
	}
	id := k.id(k.Of)
	old := s.best[id]
	more := 1
	if old != nil {
		more = k.Loss.Cmp(old.Loss)
	}
	// Of two that lose as much a household says more than an example does.
	if more > 0 || more == 0 && s.seed.household && old.Example != "" {
		s.best[id] = k
	}
}

// Inherent reports whether the step cannot be made smaller by another rule: an
// age, or a yes-or-no condition of the entitlement itself.
func (k *Cliff) Inherent() bool {
	return k.Last.Kind == rule.Boolean || k.Input.Name == birth
}

// Text says the cliff in one Dutch sentence.
func (k *Cliff) Text() string {
	label := k.Label
	for _, per := range []string{" per jaar", " per kwartaal", " per maand"} {
		label = strings.TrimSuffix(label, per)
	}
	loss := explain.Short(rule.Datum{Kind: rule.Amount, Num: k.Loss}, rule.Type{Kind: rule.Amount, Unit: "€"}) + " " + label + " per jaar"
	last, over := k.ComparedLast, k.ComparedOver
	of := k.Compared.Article + " " + k.Compared.Name
	if k.Of != nil {
		of += " van " + k.Of.Article + " " + k.Of.Name
	}
	between := fmt.Sprintf("(%s in plaats van %s)", explain.Show(over, k.Compared.Type).Text, explain.Show(last, k.Compared.Type).Text)
	switch {
	case last.Kind == rule.Boolean && k.Of != nil:
		not := ""
		if last.Bool {
			not = "niet "
		}
		return fmt.Sprintf("Als %s %s %svoldoet aan ‘%s’, kost dat %s.", k.Of.Article, k.Of.Name, not, k.Input.Name, loss)
	case last.Kind == rule.Boolean:
		if last.Bool {
			return fmt.Sprintf("Wie niet voldoet aan ‘%s’, krijgt %s minder.", k.Input.Name, loss)
		}
		return fmt.Sprintf("Wie voldoet aan ‘%s’, krijgt %s minder.", k.Input.Name, loss)
	case last.Kind == rule.DateKind:
		when := "later"
		if over.Date.Before(last.Date) {
			when = "eerder"
		}
		return fmt.Sprintf("Bij %s kost één dag %s %s %s.", of, when, between, loss)
	}
	step, more := "één", "meer"
	if last.Kind == rule.Amount {
		step = "één euro"
		if diff := new(big.Rat).Sub(over.Num, last.Num); diff.Abs(diff).Cmp(big.NewRat(1, 1)) != 0 {
			step = "een kleine stap"
		}
	}
	if over.Num.Cmp(last.Num) < 0 {
		more = "minder"
	}
	return fmt.Sprintf("Bij %s kost %s %s %s %s.", of, step, more, between, loss)
}

// relation gives the role by which the rules get from one object to another; nil
// for the same one, and when there is none.
func (s *search) relation(from, to int) *rule.Role {
	for _, f := range s.p.Model().Facts {
		for _, r := range f.Roles {
			if from != to && s.roles[r] && r.Owner == s.c.TypeOf(from) && slices.Contains(s.c.Linked(r, from), to) {
				return r
			}
		}
	}
	return nil
}

func (c *checker) cliffs() {
	if c.program == nil {
		return
	}
	for _, k := range Cliffs(c.set, c.o) {
		severity := rule.Warning
		if k.Inherent() {
			severity = rule.Info
		}
		f := c.add(CodeCliff, "%s", k.Text()).less(severity)
		f.Cliff = k
		f.in(k.Regulation, k.Article, rule.Pos{})
		if r, ok := c.set.Rule(k.Rule); ok {
			f.at(r, r.Pos)
		}
	}
}
