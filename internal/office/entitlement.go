package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// How large a household and an explanation may be.
const (
	maxAdults   = 8
	maxChildren = 12
	maxWay      = 3 // how deep an explanation goes among those of all others
)

// Ids of who are in a household.
const (
	applicantID = "aanvrager"
	partnerID   = "partner"
	carePrefix  = "opvang-" // and the id of the child
)

// Entitlement computes what a household is entitled to. Nothing of it is kept,
// in the store or in the log. Without input it asks who are in the household.
func (o *Office) Entitlement(ctx context.Context, _ string, in *view.EntitlementInput) (view.EntitlementView, error) {
	o.mu.RLock()
	set, today := o.rules.set, o.today()
	o.mu.RUnlock()
	h := &asked{set: set, lang: i18n.Language(ctx), v: view.EntitlementView{MaxAdults: maxAdults, MaxChildren: maxChildren}}
	if in == nil {
		h.v.In = view.EntitlementInput{Date: today.String(), Adults: "1", Children: "0", Care: "0", Partner: view.PartnerNone, Both: true}
		h.choices(nil)
		return h.v, nil
	}
	if err := o.trying.enter(ctx); err != nil {
		return h.v, err
	}
	defer o.trying.leave()
	h.v.In = *in
	h.choices(in)
	if !h.household() {
		h.keep(func(string) bool { return true })
		return h.v, nil
	}
	if err := h.answers(); err != nil {
		return h.v, err
	}
	return h.v, h.decide(o)
}

// asked is one household while it is computed.
type asked struct {
	lang string // of the reader
	set  *regulation.Set
	v    view.EntitlementView
	ids  []string
	file *dossier.File
	// given are the answers that are in the file, by field; wrong are fields
	// with an answer that cannot be read.
	given map[string]bool
	wrong map[string]bool
	// registers hold a datum already; see entitlement.Registers.
	registers map[string][]string
	// counted are the regulations of a datum that may be left out; see optional.
	counted map[*rule.Attribute][]string
}

// choices lists what can be ticked. Without input every regulation is.
func (h *asked) choices(in *view.EntitlementInput) {
	for _, r := range h.set.Regulations {
		if !r.Decides() {
			continue
		}
		c := view.Choice{Value: r.ID, Label: spelling.Capital(entitlement.Name(r)), Chosen: in == nil || slices.Contains(in.Regulations, r.ID)}
		if c.Chosen {
			h.ids = append(h.ids, r.ID)
		}
		h.v.Regulations = append(h.v.Regulations, c)
	}
	h.v.AsksCare = entitlement.CareType(h.set.Model) != nil
	for _, role := range dossier.Partners(h.set.Model) {
		fact := rule.Slug(role.Fact.Name)
		h.v.PartnerFor = append(h.v.PartnerFor, view.Choice{Value: fact, Label: role.Name, Chosen: in != nil && slices.Contains(in.PartnerFor, fact)})
	}
}

func (h *asked) fault(field, key string, args ...any) {
	h.v.Faults = append(h.v.Faults, view.FieldError{Field: field, Text: texts.T("recht."+key, args...)})
}

// household makes the case of who are in the household; false when what was
// said about that is not good.
func (h *asked) household() bool {
	in := h.v.In
	if len(h.ids) == 0 {
		h.fault("regeling", "geen-regeling")
	}
	on, err := typedDate(in.Date)
	if err != nil {
		h.fault("datum", "datum")
	}
	adults, ok := count(in.Adults, 1, maxAdults)
	if !ok {
		h.fault("volwassenen", "aantal", "van", 1, "tot", maxAdults)
	}
	children, ok := count(in.Children, 0, maxChildren)
	if !ok {
		h.fault("kinderen", "aantal", "van", 0, "tot", maxChildren)
	}
	care, ok := count(cmp.Or(strings.TrimSpace(in.Care), "0"), 0, maxChildren)
	switch {
	case !ok:
		h.fault("opvang", "aantal", "van", 0, "tot", maxChildren)
	case len(h.v.Faults) == 0 && care > children:
		h.fault("opvang", "opvang-te-veel")
	}
	m := entitlement.Members{Adults: []string{applicantID}, Married: in.Partner == view.PartnerMarried}
	partner := m.Married || in.Partner == view.PartnerOther
	switch {
	case !partner && in.Partner != view.PartnerNone:
		h.fault("partner", "partner-kies")
	case partner && adults == 1:
		h.fault("partner", "partner-alleen")
	}
	if in.Partner == view.PartnerOther {
		for _, role := range dossier.Partners(h.set.Model) {
			if slices.Contains(in.PartnerFor, rule.Slug(role.Fact.Name)) {
				m.Partner = append(m.Partner, role)
			}
		}
		if len(m.Partner) == 0 {
			h.fault("partner-voor", "partner-voor")
		}
	}
	if len(h.v.Faults) > 0 {
		return false
	}
	m.Both = in.Both && partner
	for n := 2; n <= adults; n++ {
		id := fmt.Sprintf("volwassene-%d", n)
		if n == 2 && partner {
			id = partnerID
		}
		m.Adults = append(m.Adults, id)
	}
	m.Care = map[string]string{}
	for n := range children {
		id := fmt.Sprintf("kind-%d", n+1)
		m.Children = append(m.Children, id)
		if n < care && h.v.AsksCare {
			m.Care[id] = carePrefix + id
		}
	}
	f, ds := dossier.Read("huishouden", m.Case(on), h.set.Model)
	if ds.Err() != nil {
		panic("BUG: een huishouden zonder gegevens is geen dossier: " + ds.Err().Error())
	}
	// The page asked who applies and who live together: that is not assumed.
	f.Assumptions = slices.DeleteFunc(f.Assumptions, func(a dossier.Assumption) bool {
		return a.ID == "aanvrager-eerste-persoon" || a.ID == "een-huishouden"
	})
	h.file, h.v.Date = f, on
	return true
}

// count reads a whole number within bounds.
func count(s string, lo, hi int) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil && n >= lo && n <= hi
}

// typedDate reads a date as people type it: "2-4-1990" or "1990-04-02".
func typedDate(s string) (rule.Date, error) {
	s = strings.TrimSpace(s)
	if p := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("-/. ", c) }); len(p) == 3 && len(p[2]) == 4 && len(p[0]) <= 2 && len(p[1]) <= 2 {
		if d, err := notation.Date(fmt.Sprintf("%s-%02s-%02s", p[2], p[1], p[0])); err == nil {
			return d, nil
		}
	}
	return notation.Date(s) // what is wrong is said of what was typed
}

// fieldName names the field of a datum: "kind-1.geboortedatum".
func fieldName(object string, a *rule.Attribute) string { return object + "." + rule.Slug(a.Name) }

// typed gives what was typed for a datum. Who was another adult and is the
// partner now, or was, keeps the answers.
func (h *asked) typed(object string, a *rule.Attribute) string {
	s := h.v.In.Answers[fieldName(object, a)]
	switch object {
	case partnerID:
		s = cmp.Or(s, h.v.In.Answers[fieldName("volwassene-2", a)])
	case "volwassene-2":
		s = cmp.Or(s, h.v.In.Answers[fieldName(partnerID, a)])
	}
	return strings.TrimSpace(s)
}

// answers puts what was answered in the case. An answer that is not good is said
// at its field, and the datum then is missing.
func (h *asked) answers() error {
	program, ds := h.set.Program(h.ids...)
	if err := ds.Err(); err != nil {
		return fmt.Errorf("regels samen: %w", err)
	}
	c, ds := h.file.Case(program, h.v.Date)
	if err := ds.Err(); err != nil {
		return fmt.Errorf("huishouden: %w", err)
	}
	h.given, h.wrong = map[string]bool{}, map[string]bool{}
	known := map[string]bool{}
	for i, obj := range h.file.Objects {
		for _, a := range obj.Type.Attributes {
			s := h.typed(obj.ID, a)
			if s == "" || program.Attribute(a.ID()) == nil || !program.IsInput(a, h.v.Date) || a.Kind == rule.Noun {
				continue
			}
			name := fieldName(obj.ID, a)
			known[name] = true
			d, err := parse(s, a.Type)
			if err == nil {
				err = c.Set(i, a, d)
			}
			if err != nil {
				h.wrong[name] = true
				h.v.Faults = append(h.v.Faults, view.FieldError{Field: name, Text: spelling.Capital(strings.TrimSuffix(err.Error(), ".")) + "."})
				continue
			}
			h.given[name] = true
			h.file = h.file.With(i, a, d)
		}
	}
	h.keep(func(name string) bool {
		id, _, _ := strings.Cut(name, ".")
		_, there := h.file.Object(id)
		return there && !known[name]
	})
	return nil
}

// parse reads an answer; a date may be written as people do.
func parse(s string, t rule.Type) (rule.Datum, error) {
	if t.Kind == rule.DateKind && !strings.EqualFold(s, "leeg") {
		d, err := typedDate(s)
		return rule.Datum{Kind: rule.DateKind, Date: d}, err
	}
	return notation.Parse(s, t)
}

// keep sends answers along that are not asked for now.
func (h *asked) keep(which func(name string) bool) {
	for name, s := range h.v.In.Answers {
		if s != "" && which(name) {
			h.v.Kept = append(h.v.Kept, view.Option{Value: name, Label: s})
		}
	}
	slices.SortFunc(h.v.Kept, func(a, b view.Option) int { return strings.Compare(a.Value, b.Value) })
}

// personName names one of the household in the language of the reader.
func (h *asked) personName(id string) string {
	if h.lang == "en" {
		return englishName(id)
	}
	return personName(id)
}

// englishName is personName in English.
func englishName(id string) string {
	if child, ok := strings.CutPrefix(id, carePrefix); ok {
		return "the childcare of " + englishName(child)
	}
	kind, n, ok := strings.Cut(id, "-")
	word := map[string]string{applicantID: "applicant", partnerID: "partner", "kind": "child", "volwassene": "adult", "huishouden": "household"}[kind]
	switch {
	case word == "":
		return personName(id)
	case ok:
		return word + " " + n
	}
	return "the " + word
}

// personName names one of the household: "kind 1".
func personName(id string) string {
	switch id {
	case applicantID, partnerID:
		return "de " + id
	}
	if child, ok := strings.CutPrefix(id, carePrefix); ok {
		return "de opvang van " + personName(child)
	}
	if kind, n, ok := strings.Cut(id, "-"); ok {
		return kind + " " + n
	}
	return "het " + id
}

// decide computes the answers, and asks what is missing.
func (h *asked) decide(o *Office) error {
	names := map[string]string{}
	for _, obj := range h.file.Objects {
		if obj.ID != applicantID && obj.ID != partnerID && !obj.Assumed() {
			names[obj.ID] = h.personName(obj.ID)
		}
	}
	all, ds := entitlement.Decide(h.set, h.file, entitlement.Options{Date: h.v.Date, Lang: h.lang, People: names}, h.ids...)
	if err := ds.Err(); err != nil {
		return fmt.Errorf("huishouden: %w", err)
	}
	h.v.Computed = true
	for _, a := range all.Assumptions {
		h.v.Assumptions = append(h.v.Assumptions, spelling.Capital(a))
	}
	h.registers, h.counted = entitlement.Registers(h.set, h.v.Date), map[*rule.Attribute][]string{}
	used := map[string][]string{} // by field: who used the answer
	for _, a := range all.Answers {
		h.v.Results = append(h.v.Results, h.result(o, all, a, used))
	}
	for _, obj := range h.file.Objects {
		p := view.EntitlementPerson{ID: obj.ID, Name: h.personName(obj.ID)}
		asking := map[string]bool{}
		for _, q := range all.Questions {
			if q.Object != obj.ID {
				continue
			}
			f := h.field(obj.ID, q.Attribute)
			for _, id := range q.Regulations {
				f.For = append(f.For, h.name(id))
			}
			asking[f.Name] = true
			if q.Now {
				h.v.Missing++
			}
			if q.Now || h.wrong[f.Name] {
				p.Now = append(p.Now, f)
			} else {
				p.Later = append(p.Later, f)
			}
		}
		p.Open = len(h.v.In.Answers) == 0 && (obj.ID == applicantID || obj.ID == partnerID)
		for _, a := range obj.Type.Attributes {
			name := fieldName(obj.ID, a)
			if who := h.optional(a); len(who) > 0 && !asking[name] && !h.given[name] && !h.wrong[name] {
				f := h.field(obj.ID, a)
				f.For = who
				p.Optional = append(p.Optional, f)
			}
			if asking[name] || !h.given[name] && !h.wrong[name] {
				continue
			}
			f := h.field(obj.ID, a)
			f.For = used[name]
			if h.wrong[name] {
				p.Now = append(p.Now, f)
			} else {
				p.Given = append(p.Given, f)
			}
		}
		if len(p.Now)+len(p.Later)+len(p.Optional)+len(p.Given) > 0 {
			h.v.People = append(h.v.People, p)
		}
	}
	return nil
}

// optional gives the names of the regulations that count a datum when it is
// given, and take it for nothing when it is not. It is asked for everybody of the
// household, and computed once.
func (h *asked) optional(a *rule.Attribute) []string {
	out, known := h.counted[a]
	if !known {
		out = h.countedBy(a)
		h.counted[a] = out
	}
	return out
}

func (h *asked) countedBy(a *rule.Attribute) []string {
	together, _ := h.set.Program(h.ids...) // compiled before
	if a.Kind == rule.Noun || together.Attribute(a.ID()) != a || !together.Optional(a, h.v.Date) {
		return nil
	}
	var out []string
	for _, id := range h.ids {
		program, ds := h.set.Program(id)
		if ds.Err() == nil && program.Attribute(a.ID()) == a && program.Optional(a, h.v.Date) {
			out = append(out, h.name(id))
		}
	}
	return out
}

// unasked gives what a regulation knows and the page does not ask for.
func (h *asked) unasked(reg *regulation.Regulation) []string {
	var out []string
	care := entitlement.CareType(h.set.Model)
	for _, t := range h.set.Model.Objects {
		if path.Dir(t.Pos.File) != reg.ID {
			continue // of another regulation
		}
		there := slices.ContainsFunc(h.file.Objects, func(o dossier.Object) bool { return o.Type.Name == t.Name })
		if !there && (care == nil || t.Name != care.Name) {
			out = append(out, cmp.Or(t.Plural, strings.ToLower(t.Name)))
		}
	}
	return out
}

func (h *asked) name(id string) string {
	r, ok := h.set.Get(id)
	if !ok {
		return id
	}
	return entitlement.Name(r)
}

// field asks for a datum.
func (h *asked) field(object string, a *rule.Attribute) view.EntitlementField {
	f := view.EntitlementField{
		Name: fieldName(object, a), Label: entitlement.Ask(a, personName(object)), Form: notation.Accepts(a.Type),
		Registers: h.registers[a.ID()], Value: h.typed(object, a),
	}
	choose := func(values ...string) {
		for _, v := range values {
			f.Options = append(f.Options, view.Option{Value: v, Label: v})
		}
		if f.Value != "" && !slices.Contains(values, f.Value) { // leeg, or what cannot be chosen
			f.Options = append(f.Options, view.Option{Value: f.Value, Label: f.Value})
		}
	}
	switch a.Type.Kind {
	case rule.Boolean:
		choose("ja", "nee")
	case rule.Enum:
		if a.Type.Domain != nil {
			choose(a.Type.Domain.Values...)
		}
	case rule.DateKind:
		f.Empties = rule.Slug(a.Name) != "geboortedatum"
	case rule.Amount, rule.Number, rule.Percentage:
		f.Numeric = true
	}
	return f
}

// result is what one regulation gives. used notes which answers it used.
func (h *asked) result(o *Office, all *entitlement.Household, a *entitlement.Answer, used map[string][]string) view.EntitlementResult {
	r := view.EntitlementResult{ID: a.Regulation.ID, Name: entitlement.Name(a.Regulation), Href: regulationHref(a.Regulation.ID), Assumptions: a.Assumptions, Unasked: h.unasked(a.Regulation), Receipt: o.Signing != nil && !a.Open()}
	var first *explain.Explanation
	for _, out := range a.Outcomes {
		if out.Err != nil && !errors.Is(out.Err, exact.ErrMissing) {
			r.Fault = cmp.Or(r.Fault, spelling.Capital(strings.TrimSuffix(out.Err.Error(), "."))+".")
		}
		if out.Explained == nil {
			continue
		}
		for _, l := range out.Explained.Lines {
			r.Unverified, r.Example = r.Unverified || l.Unverified, r.Example || l.Example
			if l.Kind == explain.Input {
				if attr, ok := dossier.Attribute(h.set.Model, l.Attribute); ok {
					name := fieldName(l.Object, attr)
					if !slices.Contains(used[name], r.Name) {
						used[name] = append(used[name], r.Name)
					}
				}
			}
		}
		r.Unverified = r.Unverified || out.Explained.Unverified
		if first == nil && out.Err == nil {
			first = out.Explained
		}
	}
	if a.Open() {
		r.Fault = ""
		for _, q := range a.Lacks {
			r.Lacks = append(r.Lacks, view.EntitlementLack{Field: fieldName(q.Object, q.Attribute), Text: entitlement.Ask(q.Attribute, personName(q.Object))})
		}
		r.Unverified, r.Example = false, false
		return r
	}
	for _, x := range a.Amounts() {
		amount := view.EntitlementAmount{Text: x.Text, Period: x.Period, Pays: x.Pays}
		if x.Object >= 0 {
			amount.Who = h.personName(all.Case.ID(x.Object))
		}
		r.Amounts = append(r.Amounts, amount)
	}
	if first != nil {
		r.Sentence, r.Reasons = first.Sentence, first.Reasons
		for _, l := range o.trace(first) {
			if l.Depth > maxWay {
				r.Short = true
				continue
			}
			r.Trace = append(r.Trace, l)
		}
	}
	return r
}
