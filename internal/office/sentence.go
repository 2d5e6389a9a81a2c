package office

import (
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// parametersOf gives the parameters that a rule version reads, in the order of
// its sentence.
func parametersOf(set *regulation.Set, v *rule.Version) []*rule.Parameter {
	var out []*rule.Parameter
	for _, f := range regelspraak.PrintParameterised(v) {
		if f.Kind != regelspraak.FragmentParameter {
			continue
		}
		if p, ok := set.Parameter(f.Ref); ok && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// pieces gives the canonical sentence of a version with a field in the place of
// each parameter. A parameter that is read twice is a field once. A piece that
// begins a line says how deep it is; the line with the validity is left out.
func pieces(ver *rule.Version, d draft) []view.Piece {
	var out []view.Piece
	seen := map[string]bool{}
	for n, l := range split(ver) {
		if n == 0 {
			continue
		}
		first := true
		for _, f := range l.parts {
			pc := view.Piece{Text: f.Text}
			if f.Kind == regelspraak.FragmentParameter && !seen[f.Ref] && strings.HasPrefix(f.Ref, d.reg+".") {
				if p, ok := d.base.Parameter(f.Ref); ok {
					seen[f.Ref] = true
					pc = parameterPiece(p, d)
				}
			}
			if first {
				pc.NewLine, pc.Depth, pc.Bullet, first = true, l.depth, l.bullet, false
			} else if k := len(out) - 1; pc.Param == "" && out[k].Param == "" {
				out[k].Text += pc.Text
				continue
			}
			out = append(out, pc)
		}
	}
	return out
}

// printed is one line of a canonical text.
type printed struct {
	depth  int
	bullet bool
	parts  []regelspraak.Fragment
}

func (l printed) text() string {
	var b strings.Builder
	for _, f := range l.parts {
		b.WriteString(f.Text)
	}
	return b.String()
}

// split breaks the canonical text of a version into lines: four spaces are one
// step of depth, and a bullet has one mark more than the bullet around it.
func split(ver *rule.Version) []printed {
	var out []printed
	line := printed{depth: -1}
	flush := func() {
		if len(line.parts) > 0 {
			line.depth = max(0, line.depth)
			out = append(out, line)
		}
		line = printed{depth: -1}
	}
	for _, f := range regelspraak.PrintParameterised(ver) {
		for k, part := range strings.Split(f.Text, "\n") {
			if k > 0 {
				flush()
			}
			if line.depth < 0 && part != "" {
				trimmed := strings.TrimLeft(part, " ")
				line.depth = (len(part) - len(trimmed)) / 4
				if b := strings.TrimLeft(trimmed, "-•"); b != trimmed {
					line.bullet, trimmed = true, strings.TrimLeft(b, " ")
				}
				part = trimmed
			}
			if part != "" {
				f.Text = part
				line.parts = append(line.parts, f)
			}
		}
	}
	flush()
	return out
}

// ruleView gives a rule as both sides read it, in the version that is in force
// today or, when there is none, in its first.
func (o *Office) ruleView(r *regulation.Regulation, ru *rule.Rule) view.RuleView {
	today := o.today()
	v := view.RuleView{ID: ru.ID, Name: ru.Name, Anchor: o.anchorView(loop.Anchor{Regulation: r.ID, Article: ru.Article, Rule: ru.ID}, "")}
	ver := ru.At(today)
	if ver == nil {
		ver = ru.Versions[0]
	}
	v.Valid = interval(ver)
	if dg, ok := o.rules.set.VersionDigest(ru.ID, today); ok {
		v.Digest = short(string(dg))
	}
	for _, s := range ru.Source {
		v.Sources = append(v.Sources, view.Ref{Text: s})
	}
	for _, i := range o.world.IssuesAt(loop.Anchor{Regulation: r.ID, Article: ru.Article, Rule: ru.ID}) {
		if i.State.Live() {
			v.Issues++
		}
	}
	v.Lines = o.lines(r.ID, ver)
	return v
}

// lines gives the canonical text of a version with its words linked to what
// they mean.
func (o *Office) lines(reg string, ver *rule.Version) []view.RuleLine {
	var out []view.RuleLine
	var table *view.RuleTable
	for _, l := range split(ver) {
		if cells := amendment.Cells(l.text()); cells != nil {
			switch {
			case table == nil:
				table = &view.RuleTable{Head: cells[1:]}
				out = append(out, view.RuleLine{Depth: l.depth, Table: table})
			case strings.Trim(cells[0], "-") != "":
				table.Rows = append(table.Rows, cells[1:])
			}
			continue
		}
		line := view.RuleLine{Depth: l.depth, Bullet: l.bullet}
		for _, f := range l.parts {
			run := view.Run{Text: f.Text, Strong: f.Kind == regelspraak.FragmentKeyword}
			switch f.Kind {
			case regelspraak.FragmentParameter:
				run.Param = f.Ref
				if p, ok := o.rules.set.Parameter(f.Ref); ok {
					run.Href = "#p-" + parameterSlug(f.Ref)
					if now, ok := p.At(o.today()); ok {
						run.Title = "nu " + written(now.Value, p.Type)
					}
				}
			case regelspraak.FragmentAttribute, regelspraak.FragmentKenmerk:
				run.Href, run.Title = o.definition(reg, f.Ref)
			}
			line.Runs = append(line.Runs, run)
		}
		out = append(out, line)
	}
	return out
}

// definition links a word of a regulation to the rule that gives it there, or says that it is a datum
// of the case.
func (o *Office) definition(reg, id string) (href, title string) {
	a, ok := o.rules.set.Attribute(id)
	if !ok {
		return "", ""
	}
	program, _ := o.rules.set.Program(reg)
	if program == nil {
		return "", ""
	}
	for _, ru := range program.Writers(a, o.today()) {
		return articleHref(ru.Regulation, ru.Article) + "#" + parameterSlug(ru.ID), "volgt uit de regel ‘" + ru.Name + "’"
	}
	return "", "een gegeven van de aanvraag"
}

// blocks gives the text of an article in paragraphs and numbered leden.
func blocks(a *regulation.Article) []view.Block {
	var out []view.Block
	leden := a.Leden
	for _, p := range strings.Split(a.Text, "\n\n") {
		p = strings.TrimSpace(p)
		switch {
		case len(leden) > 0 && p == leden[0].Number+". "+leden[0].Text:
			out = append(out, view.Block{Kind: view.Paragraph, Lid: leden[0].Number, Runs: []view.Run{{Text: leden[0].Text}}})
			leden = leden[1:]
		case p != "" && p != a.Title:
			out = append(out, view.Block{Kind: view.Paragraph, Runs: []view.Run{{Text: p}}})
		}
	}
	return out
}

func (o *Office) exampleRow(e *regulation.Example) view.ExampleRow {
	row := view.ExampleRow{Name: e.Name, Source: e.Source, Date: e.Date, Passed: true}
	row.Given = inputs(e.Given)
	names := called(e.Given)
	bad := map[string]regulation.Mismatch{}
	unlike := map[rule.Pos]string{}
	program, ds := o.rules.set.Program(e.Regulation)
	if ds.Err() != nil {
		row.Passed, row.Error = false, ds.Err().Error()
		return row
	}
	for _, m := range e.Run(program) {
		row.Passed = false
		if m.Expected.Attribute == nil {
			row.Error = m.Err.Error()
			unlike[m.Expected.Pos] = m.Err.Error()
			continue
		}
		bad[m.Expected.Object+m.Expected.Attribute.ID()] = m
	}
	for _, x := range e.Expect {
		c := view.ExampleCheck{Name: names(x.Object) + ": " + x.Attribute.Name, Expected: written(x.Value, x.Attribute.Type), OK: true}
		c.Got = c.Expected
		if m, wrong := bad[x.Object+x.Attribute.ID()]; wrong {
			c.OK = false
			if c.Got = written(m.Got, x.Attribute.Type); m.Err != nil {
				c.Got = m.Err.Error()
			}
		}
		row.Expected = append(row.Expected, c)
	}
	other := func(name, expected string, pos rule.Pos) {
		got, wrong := unlike[pos]
		if !wrong {
			got = expected
		}
		row.Expected = append(row.Expected, view.ExampleCheck{Name: name, Expected: expected, Got: got, OK: !wrong})
	}
	for _, x := range e.Faults {
		other(names(x.Object)+": "+x.Attribute.Name, "fout: "+strings.ReplaceAll(string(x.Code), "-", " "), x.Pos)
	}
	for _, x := range e.Violations {
		other("regel ‘"+x.Rule.Name+"’", "niet nageleefd door "+strings.Join(x.Objects, ", "), x.Pos)
	}
	return row
}

func (o *Office) stepRow(r *regulation.Regulation, s regulation.Step) view.StepRow {
	row := view.StepRow{Name: s.Action, Trigger: s.Trigger, Nothing: s.IfNothing}
	if s.Deadline > 0 {
		row.Deadline = texts.Days(s.Deadline)
	}
	for _, e := range s.Evidence {
		row.Evidence = append(row.Evidence, view.EvidenceRow{Name: e.Name, Known: e.Register})
	}
	var ch []string
	for _, c := range s.Channels {
		ch = append(ch, c.Name)
	}
	row.Channel = texts.List(ch)
	for _, f := range o.stepFindings(r, s.ID) {
		if f.Weighty {
			row.Weighty, row.WeightyAs = true, f.Text
		}
	}
	return row
}
