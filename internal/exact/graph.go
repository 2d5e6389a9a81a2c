package exact

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// overlaps reports versions of one rule that hold on one day.
func (c *compiler) overlaps() {
	byRule := map[*rule.Rule][]*version{}
	for _, v := range slices.Concat(c.p.rules, c.p.checks) {
		for _, w := range byRule[v.rule] {
			if overlap(v.src, w.src) {
				c.report(CodeConflict, v.src.Pos, anchor(v.rule),
					fmt.Sprintf("Twee versies van regel %s gelden tegelijk (%s en %s).", v.rule.ID, interval(w.src), interval(v.src)),
					"Laat de ene eindigen op de dag voordat de andere begint.")
			}
		}
		byRule[v.rule] = append(byRule[v.rule], v)
	}
}

// conflicts reports rules that surely write one attribute of one object at the
// same time: two assignments, initialisaties or beslistabellen that always
// apply to the same subject, or two such rows of one beslistabel. Whatever
// depends on the case is reported per case.
func (c *compiler) conflicts() {
	for _, v := range c.p.rules {
		sure := 0
		for i, row := range v.rows {
			if row.cond != nil {
				continue
			}
			if sure > 0 {
				c.report(CodeConflict, row.src.Pos, anchor(v.rule),
					fmt.Sprintf("Rij %d en rij %d van de beslistabel in regel %s gelden allebei altijd.", sure, i+1, v.rule.ID),
					"Laat één van beide rijen vervallen, of vul een voorwaarde in.")
				break
			}
			sure = i + 1
		}
	}
	byTarget := map[*rule.Attribute][]*version{}
	var order []*rule.Attribute
	for _, v := range c.p.rules {
		a := v.src.Writes()
		if byTarget[a] == nil {
			order = append(order, a)
		}
		byTarget[a] = append(byTarget[a], v)
	}
	for _, a := range order {
		vs := byTarget[a]
		for i, v := range vs {
			for _, w := range vs[:i] {
				if v.rule == w.rule || v.grants || v.initial != w.initial || !v.surely() || !w.surely() || !overlap(v.src, w.src) {
					continue
				}
				if v.subject != w.subject && v.subject >= 0 && w.subject >= 0 {
					continue
				}
				c.report(CodeConflict, v.src.Pos, anchor(v.rule),
					fmt.Sprintf("De regels %s en %s geven allebei een waarde aan %s, zonder voorwaarde en tegelijk.", w.rule.ID, v.rule.ID, a.Article+" "+a.Name),
					"Geef beide regels een voorwaarde die de andere uitsluit, of laat er één vervallen.")
			}
		}
	}
}

func interval(v *rule.Version) string {
	switch {
	case v.From.IsZero() && v.Until.IsZero():
		return "altijd"
	case v.Until.IsZero():
		return "vanaf " + v.From.String()
	case v.From.IsZero():
		return "tot en met " + v.Until.String()
	}
	return v.From.String() + " tot en met " + v.Until.String()
}

func overlap(a, b *rule.Version) bool {
	return (a.Until.IsZero() || compareDates(b.From, a.Until) <= 0) &&
		(b.Until.IsZero() || compareDates(a.From, b.Until) <= 0)
}

// dependency is one edge of the graph: to compute from, rule v reads to.
type dependency struct {
	to *rule.Attribute
	v  *version
}

// cycles reports rules that need each other. The graph is one of attributes,
// not of objects: a rule that reads the same attribute of a partner can go
// round, so it counts. A cycle is an error only when all its rules are in
// force on one day.
func (c *compiler) cycles() {
	graph := map[*rule.Attribute][]dependency{}
	written := map[*rule.Attribute]bool{}
	for _, v := range c.p.rules {
		written[v.src.Writes()] = true
	}
	var order []*rule.Attribute
	for i, v := range c.p.rules {
		from := v.src.Writes()
		if graph[from] == nil {
			order = append(order, from)
		}
		for _, to := range c.edges[i] {
			if written[to] {
				graph[from] = append(graph[from], dependency{to, v})
			}
		}
	}
	// First without looking at dates: nearly always there is no cycle at all.
	if findCycle(order, graph, rule.Date{}) == nil {
		c.depth(order, graph)
		return
	}
	seen := map[string]bool{}
	var dates []rule.Date
	tried := map[rule.Date]bool{}
	for _, v := range c.p.rules {
		d := v.src.From
		if d.IsZero() {
			d = rule.Date{Year: minYear, Month: 1, Day: 1}
		}
		if !tried[d] {
			tried[d] = true
			dates = append(dates, d)
		}
	}
	for _, d := range dates {
		path := findCycle(order, graph, d)
		if path == nil {
			continue
		}
		key := path[0].v.rule.ID
		var b strings.Builder
		for i, step := range path {
			if i > 0 {
				b.WriteString(" → ")
			}
			from := step.v.src.Writes()
			fmt.Fprintf(&b, "%s %s (regel %s)", from.Article, from.Name, step.v.rule.ID)
			key = min(key, step.v.rule.ID)
		}
		last := path[len(path)-1].to
		fmt.Fprintf(&b, " → %s %s", last.Article, last.Name)
		if seen[key] {
			continue
		}
		seen[key] = true
		v := path[0].v
		c.report(CodeCycle, v.src.Pos, anchor(v.rule), "Deze regels hebben elkaar nodig en komen dus nooit klaar: "+b.String()+".",
			"Haal uit een van deze regels de verwijzing weg die de kring sluit.")
	}
	if c.diags.Err() == nil {
		c.depth(order, graph)
	}
}

// depth refuses chains that would nest too deep to evaluate.
func (c *compiler) depth(order []*rule.Attribute, graph map[*rule.Attribute][]dependency) {
	// The depth is the number of attributes in a row; there are never more
	// than attributes that rules write, so most programs need no search.
	if len(order) <= maxDepth {
		return
	}
	depth := map[*rule.Attribute]int{}
	var visit func(a *rule.Attribute) int
	visit = func(a *rule.Attribute) int {
		if d, ok := depth[a]; ok {
			return d
		}
		depth[a] = 1 // also ends a cycle that never exists on one day
		d := 1
		for _, e := range graph[a] {
			d = max(d, 1+visit(e.to))
		}
		depth[a] = d
		return d
	}
	for _, a := range order {
		if visit(a) > maxDepth {
			c.report(CodeLimit, a.Pos, "", fmt.Sprintf("Meer dan %d regels hebben elkaar achter elkaar nodig, te beginnen bij %s %s.", maxDepth, a.Article, a.Name), "Verkort de keten van regels.")
			return
		}
	}
}

// findCycle gives the edges of one cycle, or nil. With a zero date every
// version counts. It keeps its own stack: a long chain must not overflow.
func findCycle(order []*rule.Attribute, graph map[*rule.Attribute][]dependency, on rule.Date) []dependency {
	const (
		fresh = iota
		open
		done
	)
	state := map[*rule.Attribute]int{}
	type frame struct {
		at   *rule.Attribute
		next int
	}
	for _, root := range order {
		if state[root] != fresh {
			continue
		}
		stack := []frame{{at: root}}
		var edges []dependency // edges[i] leads from stack[i] to stack[i+1]
		state[root] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(graph[top.at]) {
				state[top.at] = done
				stack = stack[:len(stack)-1]
				if len(edges) > 0 {
					edges = edges[:len(edges)-1]
				}
				continue
			}
			e := graph[top.at][top.next]
			top.next++
			if !on.IsZero() && !holds(e.v.src, on) {
				continue
			}
			switch state[e.to] {
			case open:
				for i := range stack {
					if stack[i].at == e.to {
						return append(append([]dependency{}, edges[i:]...), e)
					}
				}
			case fresh:
				state[e.to] = open
				edges = append(edges, e)
				stack = append(stack, frame{at: e.to})
			}
		}
	}
	return nil
}
