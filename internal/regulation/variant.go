package regulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// variantsFolder holds the variants of a regulation.
const variantsFolder = "varianten"

// lapses is the word for a rule or step that ends.
const lapses = "vervalt"

// Variant is a set of changes laid over a Set from a date on. An adopted
// version in an installation is the same thing.
type Variant struct {
	ID     string    // "ruimere-grens"
	Name   string    // "Inkomensgrens naar 120 %"
	From   rule.Date // first day on which the changes hold
	Source string    // where new values come from, may be empty
	// Parameters maps parameter ids to new values in Dutch notation ("120 %").
	// A new value replaces everything from From on, later values included.
	Parameters []Override
	// Rules maps rule ids to the text of the new rule ("Regel …"), or to
	// "vervalt". Versions of the old rule end on the day before From.
	Rules []Override
	// Steps changes single fields of steps, or removes them.
	Steps []StepChange
	// Help is what the executor does so that more people do a step.
	Help []Help
	// Phases say who goes over when; none: everybody on From. They change no rule.
	Phases []Phase
}

// Override is a new value or text for an id.
type Override struct {
	ID   string
	Text string
	Pos  rule.Pos
}

// StepChange changes one step ("regeling.stap").
type StepChange struct {
	ID     string
	Remove bool // "vervalt"
	// Fields are the changed keys of stappen.yaml with their new value as YAML
	// in flow form ("ja", `[{"naam": "loket"}]`).
	Fields []Override
	Pos    rule.Pos
}

// ReadVariant reads a variant file. Whether its ids exist is only known when
// it is laid over a set.
func ReadVariant(name string, data []byte) (Variant, rule.Diagnostics) {
	var v Variant
	d := notation.NewDoc(name)
	top := d.Parse(data)
	if top == nil {
		return v, d.Diags
	}
	d.Fields(top, "een variant", variantFields(d, &v))
	checkPhases(d, top, &v)
	if v.ID != "" && !validID(v.ID) {
		d.Fail(top, "id", "gebruik kleine letters, cijfers en streepjes", "%q is geen bruikbaar id", v.ID)
	}
	if v.Empty() && d.Diags.Err() == nil {
		d.Fail(top, "lege-variant", "noem parameters, regels, stappen of ingrepen", "de variant verandert niets")
	}
	return v, d.Diags
}

// variantFields are the keys of a variant file.
func variantFields(d *notation.Doc, v *Variant) map[string]notation.Field {
	return map[string]notation.Field{
		"variant!":  d.Text(&v.ID, "variant"),
		"naam!":     d.Text(&v.Name, "naam"),
		"vanaf!":    d.Date(&v.From, "vanaf"),
		"bron":      d.Text(&v.Source, "bron"),
		"ingrepen":  readHelp(d, v),
		"invoering": readPhases(d, v),
		"parameters": func(_, n *notation.Node) {
			d.Each(n, "parameters", func(id string, k, n *notation.Node) {
				text, ok := d.Scalar(n, id)
				if !ok {
					return
				}
				if n.Tag == "!!float" && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
					d.Fail(n, "dubbelzinnig-getal", "zet het getal tussen aanhalingstekens: \"1.234\" is duizend, \"1,5\" is anderhalf",
						"%s: %s zonder aanhalingstekens is dubbelzinnig", id, text)
					return
				}
				v.Parameters = append(v.Parameters, Override{id, text, d.Pos(n)})
			})
		},
		"regels": func(_, n *notation.Node) {
			d.Each(n, "regels", func(id string, k, n *notation.Node) {
				text, ok := d.Scalar(n, id)
				if !ok {
					return
				}
				pos := d.Pos(n)
				if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
					pos.Line, pos.Column = pos.Line+1, 1
				}
				v.Rules = append(v.Rules, Override{id, text, pos})
			})
		},
		"stappen": func(_, n *notation.Node) {
			d.Each(n, "stappen", func(id string, k, n *notation.Node) {
				change := StepChange{ID: id, Pos: d.Pos(k)}
				switch {
				case notation.IsMap(n):
					d.Each(n, id, func(key string, k, n *notation.Node) {
						change.Fields = append(change.Fields, Override{key, flow(n), d.Pos(n)})
					})
				case n.Value == lapses:
					change.Remove = true
				default:
					d.Fail(n, "stap", "schrijf de velden die veranderen, of vervalt", "%s: dit is geen verandering van een stap", id)
				}
				v.Steps = append(v.Steps, change)
			})
		},
	}
}

// Variants reads the variants that stand beside regulations, in the order of
// their files: "individuele-inkomenstoeslag/varianten/ruimere-grens.yaml".
func Variants(fsys fs.FS) ([]Variant, rule.Diagnostics) {
	var out []Variant
	var diags rule.Diagnostics
	names, err := fs.Glob(fsys, "*/"+variantsFolder+"/*.yaml")
	if err != nil {
		panic("BUG: " + err.Error()) // the pattern is well formed
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			diags = append(diags, rule.Diagnostic{Severity: rule.Error, Code: "bestand", Pos: rule.Pos{File: name}, Message: "dit bestand is niet te lezen: " + err.Error()})
			continue
		}
		v, ds := ReadVariant(name, data)
		diags = append(diags, ds...)
		if ds.Err() == nil {
			out = append(out, v)
		}
	}
	return out, diags
}

// Empty reports that a variant changes nothing.
func (v Variant) Empty() bool {
	return len(v.Parameters)+len(v.Rules)+len(v.Steps)+len(v.Help) == 0
}

// Touches names the regulations whose parameters, rules or steps a variant
// changes, or where it helps people, sorted.
func (v Variant) Touches() []string {
	var out []string
	add := func(id string) {
		reg, _, _ := strings.Cut(id, ".")
		out = append(out, reg)
	}
	for _, o := range slices.Concat(v.Parameters, v.Rules) {
		add(o.ID)
	}
	for _, s := range v.Steps {
		add(s.ID)
	}
	for _, h := range v.Help {
		add(h.Target)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// flow writes a YAML value on one line, every text in double quotes, so that
// reading it again gives the same value.
func flow(n *notation.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		var parts []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, quote(n.Content[i].Value)+": "+flow(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			parts = append(parts, flow(c))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "null"
		}
		return quote(n.Value)
	}
	return "null"
}

func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("BUG: a string that JSON cannot write: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// YAML writes the variant as ReadVariant reads it.
func (v Variant) YAML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "variant: %s\nnaam: %s\nvanaf: %s\n", quote(v.ID), quote(v.Name), v.From)
	if v.Source != "" {
		fmt.Fprintf(&b, "bron: %s\n", quote(v.Source))
	}
	overrides := func(key string, list []Override) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(&b, "%s:\n", key)
		for _, o := range list {
			fmt.Fprintf(&b, "  %s: %s\n", quote(o.ID), quote(o.Text))
		}
	}
	overrides("parameters", v.Parameters)
	overrides("regels", v.Rules)
	if len(v.Steps) > 0 {
		b.WriteString("stappen:\n")
		for _, s := range v.Steps {
			if s.Remove {
				fmt.Fprintf(&b, "  %s: %s\n", quote(s.ID), lapses)
				continue
			}
			var parts []string
			for _, f := range s.Fields {
				parts = append(parts, quote(f.ID)+": "+f.Text)
			}
			fmt.Fprintf(&b, "  %s: {%s}\n", quote(s.ID), strings.Join(parts, ", "))
		}
	}
	if len(v.Help) > 0 {
		b.WriteString("ingrepen:\n")
		for _, h := range v.Help {
			b.WriteString(h.yaml())
		}
	}
	if len(v.Phases) > 0 {
		b.WriteString("invoering:\n")
		for _, p := range v.Phases {
			fmt.Fprintf(&b, "  - %s\n", p.yaml())
		}
	}
	return b.Bytes()
}

// Laid gives the variants that were laid over what was loaded and added, in
// order.
func (s *Set) Laid() []Variant { return slices.Clone(s.source.variants()) }

// With lays a variant over the set. Unknown ids, values of another type and
// rules that do not parse are errors; the set is nil then. The original is not
// changed.
func (s *Set) With(v Variant) (*Set, rule.Diagnostics) {
	b := bundle{folders: s.source.folders, overlays: append(slices.Clone(s.source.overlays), v), local: s.source.local}
	diags := s.unknownIDs(v)
	if diags.Err() != nil {
		return nil, diags
	}
	laid := func() (*Set, rule.Diagnostics) { return build(b) }
	if len(v.Rules) == 0 && s.scopes != nil && s.scopes.of == s.Model {
		laid = func() (*Set, rule.Diagnostics) { return s.lay(v, b) }
	}
	set, more := laid()
	diags = append(diags, more...)
	if diags.Err() != nil {
		return nil, diags
	}
	return set, diags
}

func (s *Set) unknownIDs(v Variant) rule.Diagnostics {
	var diags rule.Diagnostics
	fail := func(pos rule.Pos, code, format string, a ...any) {
		diags = append(diags, rule.Diagnostic{Severity: rule.Error, Code: code, Pos: pos, Message: fmt.Sprintf(format, a...)})
	}
	if !v.From.Valid() || v.From.IsZero() {
		fail(rule.Pos{}, "vanaf", "de variant %q zegt niet vanaf welke dag zij geldt", v.ID)
	}
	var parameters, rules []string
	for _, p := range s.Model.Parameters {
		parameters = append(parameters, p.ID)
	}
	for _, r := range s.Model.Rules {
		rules = append(rules, r.ID)
	}
	seen := map[string]bool{}
	check := func(kind string, o Override, known []string) {
		if !slices.Contains(known, o.ID) {
			fail(o.Pos, "onbekend-id", "er is geen %s %q%s", kind, o.ID, notation.Suggest(o.ID, known))
		}
		if seen[kind+o.ID] {
			fail(o.Pos, "dubbel-id", "%s %q staat twee keer in de variant", kind, o.ID)
		}
		seen[kind+o.ID] = true
	}
	for _, o := range v.Parameters {
		check("parameter", o, parameters)
	}
	for _, o := range v.Rules {
		check("regel", o, rules)
	}
	for _, c := range v.Steps {
		check("stap", Override{ID: c.ID, Pos: c.Pos}, s.source.stepIDs())
	}
	s.unknownHelp(v, fail)
	diags.Sort()
	return diags
}

// overlayParameters lays the new values of variants over the parameters.
func (b *builder) overlayParameters() {
	for _, v := range b.bundle.overlays {
		for _, o := range v.Parameters {
			p, ok := b.set.Parameter(o.ID)
			if !ok {
				b.fail(o.Pos, "onbekend-id", fmt.Sprintf("er is geen parameter %q", o.ID), "")
				continue
			}
			b.overlayParameter(p, v, o)
		}
	}
}

func (b *builder) overlayParameter(p *rule.Parameter, v Variant, o Override) {
	dat, err := notation.Parse(o.Text, p.Type)
	if err != nil {
		b.fail(o.Pos, "waarde", fmt.Sprintf("%s: %v", o.ID, err), "")
		return
	}
	val := rule.ParameterValue{From: v.From, Value: dat, Verified: true, Source: v.Source}
	if val.Source == "" {
		val.Source = v.Name
	}
	i := 0
	for i < len(p.Values) && p.Values[i].From.Before(v.From) {
		val.Example = p.Values[i].Example
		i++
	}
	p.Values = append(slices.Clone(p.Values[:i]), val)
}

// overlayRules lays the new rules of variants over the old ones.
func (b *builder) overlayRules() {
	for _, v := range b.bundle.overlays {
		for _, o := range v.Rules {
			old, ok := b.set.Rule(o.ID)
			if !ok {
				b.fail(o.Pos, "onbekend-id", fmt.Sprintf("er is geen regel %q", o.ID), "")
				continue
			}
			var next []*rule.Version
			if strings.TrimSpace(o.Text) != lapses {
				fresh := b.parseRule(old, o)
				if fresh == nil {
					continue
				}
				next = clip(fresh.Versions, v.From, rule.Date{})
				old.Name = fresh.Name
				if len(next) == 0 || next[0].From.After(v.From) {
					b.warn(o.Pos, "gat", fmt.Sprintf("de nieuwe regel %s geldt niet meteen vanaf %s", o.ID, v.From), "laat 'geldig' eerder beginnen")
				}
			}
			old.Versions = append(clip(old.Versions, rule.Date{}, v.From.AddDays(-1)), next...)
		}
	}
}

// parseRule reads the text of one rule against the declarations of the set.
func (b *builder) parseRule(old *rule.Rule, o Override) *rule.Rule {
	text, line := o.Text, max(1, o.Pos.Line)
	if !strings.Contains(text, "// Id:") {
		head := "// Id: " + old.ID + "\n"
		if !strings.Contains(text, "// Bron:") {
			for _, s := range old.Source {
				head += "// Bron: " + s + "\n"
			}
		}
		line -= strings.Count(head, "\n")
		text = head + text
	}
	rules, diags := regelspraak.ParseRules(b.set.Model, regelspraak.Source{
		File: o.Pos.File, Line: line, Regulation: old.Regulation, Article: old.Article, Text: text,
	})
	b.diags = append(b.diags, diags...)
	if diags.Err() != nil {
		return nil
	}
	if len(rules) != 1 || rules[0].ID != old.ID {
		b.fail(o.Pos, "een-regel", fmt.Sprintf("voor %s hoort hier precies één regel met dat id", o.ID), "schrijf één Regel, zonder // Id of met hetzelfde id")
		return nil
	}
	return rules[0]
}

// clip gives the versions as far as they lie between two dates, both included;
// a zero date is no bound.
func clip(versions []*rule.Version, from, until rule.Date) []*rule.Version {
	var out []*rule.Version
	for _, v := range versions {
		c := *v
		if !from.IsZero() && c.From.Before(from) {
			c.From = from
		}
		if !until.IsZero() && (c.Until.IsZero() || c.Until.After(until)) {
			c.Until = until
		}
		if c.Until.IsZero() || !c.Until.Before(c.From) {
			out = append(out, &c)
		}
	}
	return out
}
