// Package dossier reads case files: persons, households and their relations
// on a date, written in YAML with Dutch values. A case file can be evaluated
// as an exact case. What is left out is an error, or an assumption that is
// named in the result.
package dossier

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Names in the model that a case file gives a meaning of its own.
const (
	applicantName = "aanvrager"
	householdName = "Huishouden"
	marriageName  = "huwelijk" // a fact, said once for all laws
	partnerName   = "partner"  // how the roles end that it gives
)

// Limits of one case file.
const maxObjects = 1000

// File is a case file, bound to the model it was read for.
type File struct {
	Name string
	Date rule.Date
	// Objects are in the order of the file; persons before households when
	// the file has them so.
	Objects []Object
	Links   []Link
	// Married are the pairs that the file calls married. They are partners for
	// every law that knows partners.
	Married [][2]int
	// Assumptions are what the file left open and what was taken for it.
	Assumptions []Assumption
}

// Object is a person, a household or another thing of the model.
type Object struct {
	ID     string
	Type   *rule.ObjectType
	Values []Value
	Pos    rule.Pos
}

// Value is one given datum; an empty Datum means that the file says leeg.
type Value struct {
	Attribute *rule.Attribute
	Datum     rule.Datum
	Pos       rule.Pos
	// Assumed says that the file is silent and this was taken for it.
	Assumed bool
}

// Assumed reports whether the file does not have the object itself.
func (o Object) Assumed() bool { return o.Pos.Line == 0 }

// Link says that from Objects[From] you reach Objects[To] through Role. The
// other direction follows from it.
type Link struct {
	Role     *rule.Role
	From, To int
	Pos      rule.Pos
	// Marriage says that it follows from a marriage: see Married.
	Marriage bool
}

// Assumption is a named assumption, shown wherever the result is shown.
type Assumption struct {
	ID   string // stable: "aanvrager-eerste-persoon"
	Text string // plain Dutch
}

// Attribute gives an attribute of a model by its id ("persoon.zorgtoeslag").
func Attribute(m *rule.Model, id string) (*rule.Attribute, bool) {
	for _, o := range m.Objects {
		name, ok := strings.CutPrefix(id, rule.Slug(o.Name)+".")
		if !ok {
			continue
		}
		if a := attributeBySlug(o, name); a != nil {
			return a, true
		}
	}
	return nil, false
}

// Read reads a case file. The diagnostics hold everything that is wrong with
// it; the file is nil when one of them is an error.
func Read(name string, data []byte, m *rule.Model) (*File, rule.Diagnostics) {
	d := notation.NewDoc(name)
	top := d.Parse(data)
	if top == nil {
		return nil, d.Diags
	}
	f := FromNode(d, top, m, nil)
	if d.Diags.Err() != nil {
		return nil, d.Diags
	}
	return f, d.Diags
}

// Section is the key under which a case file has the objects of a type.
func Section(t *rule.ObjectType) string {
	if t.Plural != "" {
		return rule.Slug(t.Plural)
	}
	return rule.Slug(t.Name)
}

// FromNode reads a case from a YAML mapping that may have other keys too:
// extra holds their readers. Errors go to d. It is how worked examples are
// read.
func FromNode(d *notation.Doc, top *notation.Node, m *rule.Model, extra map[string]notation.Field) *File {
	r := &reader{doc: d, model: m, file: &File{Name: d.File}, index: map[string]int{}, listed: map[*rule.ObjectType]bool{}}
	spec := map[string]notation.Field{
		"datum!": d.Date(&r.file.Date, "de datum"),
		"feiten": func(_, v *notation.Node) { r.facts = v },
	}
	for _, o := range m.Objects {
		key := Section(o)
		spec[key] = func(_, v *notation.Node) { r.objects(o, key, v) }
	}
	for k, f := range extra {
		spec[k] = f
	}
	d.Fields(top, "het dossier", spec)
	r.values()
	if r.facts != nil {
		r.readFacts()
	}
	if len(r.file.Objects) == 0 && d.Diags.Err() == nil {
		d.Fail(top, "geen-personen", "schrijf bijvoorbeeld personen: {p1: {geboortedatum: 1990-04-02}}", "er staat niemand in het dossier")
	}
	if d.Diags.Err() == nil {
		r.assume(top)
	}
	return r.file
}

type reader struct {
	doc     *notation.Doc
	model   *rule.Model
	file    *File
	index   map[string]int
	pending []pending
	facts   *notation.Node
	listed  map[*rule.ObjectType]bool // types whose keys an error has listed
	// marrying: the links that are added follow from a marriage.
	marrying bool
}

type pending struct {
	object int
	node   *notation.Node
}

// objects reads the ids first, so that relations may point forward.
func (r *reader) objects(t *rule.ObjectType, section string, n *notation.Node) {
	r.doc.Each(n, section, func(id string, k, v *notation.Node) {
		if !validID(id) {
			r.doc.Fail(k, "naam", "gebruik letters, cijfers en streepjes, bijvoorbeeld p1", "%q is geen bruikbare naam voor iemand in het dossier", shorten(id))
			return
		}
		if first, dup := r.index[id]; dup {
			r.doc.Fail(k, "dubbele-naam", "geef ieder een eigen naam", "%q is al de naam van iets anders (regel %d)", id, r.file.Objects[first].Pos.Line)
			return
		}
		if len(r.file.Objects) >= maxObjects {
			if len(r.file.Objects) == maxObjects {
				r.doc.Fail(k, "te-groot", "", "een dossier heeft hoogstens %d personen en huishoudens", maxObjects)
			}
			return
		}
		r.index[id] = len(r.file.Objects)
		r.pending = append(r.pending, pending{len(r.file.Objects), v})
		r.file.Objects = append(r.file.Objects, Object{ID: id, Type: t, Pos: r.doc.Pos(k)})
	})
}

func validID(id string) bool {
	if id == "" || len(id) > 60 {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func (r *reader) values() {
	for _, p := range r.pending {
		o := &r.file.Objects[p.object]
		r.doc.Each(p.node, o.ID, func(key string, k, v *notation.Node) {
			if a := attributeBySlug(o.Type, key); a != nil {
				if notation.IsNull(v) {
					return // a line that is not filled in yet
				}
				dat, ok := r.doc.Datum(v, a.Type, fmt.Sprintf("%s van %s", key, o.ID))
				if ok {
					o.Values = append(o.Values, Value{Attribute: a, Datum: dat, Pos: r.doc.Pos(k)})
				}
				return
			}
			if role := r.roleBySlug(o.Type, key); role != nil {
				r.link(role, p.object, k, v)
				return
			}
			known := r.keys(o.Type)
			hint := ""
			if looksLikeDecimals(key, v) {
				hint = "een bedrag met een komma hoort binnen { } tussen aanhalingstekens: \"28.400,00\""
			}
			// The whole list is long: only where nothing comes near, and once.
			more := notation.Suggest(key, known)
			if more == "" && !r.listed[o.Type] {
				r.listed[o.Type] = true
				more = "; toegestaan: " + allowed(key, known)
			}
			r.doc.Fail(k, "onbekend-gegeven", hint, "een %s heeft geen %q%s", strings.ToLower(o.Type.Name), shorten(key), more)
		})
	}
}

func looksLikeDecimals(key string, v *notation.Node) bool {
	return v != nil && v.Tag == "!!null" && strings.Trim(key, "0123456789 €%") == ""
}

func attributeBySlug(t *rule.ObjectType, key string) *rule.Attribute {
	for _, a := range t.Attributes {
		if rule.IsSlug(a.Name, key) {
			return a
		}
	}
	return nil
}

func (r *reader) roles(t *rule.ObjectType) []*rule.Role {
	var out []*rule.Role
	for _, f := range r.model.Facts {
		for _, role := range f.Roles {
			if role.Owner == t {
				out = append(out, role)
			}
		}
	}
	return out
}

func roleKey(role *rule.Role) string {
	if role.Many && role.Plural != "" {
		return rule.Slug(role.Plural)
	}
	return rule.Slug(role.Name)
}

func (r *reader) roleBySlug(t *rule.ObjectType, key string) *rule.Role {
	for _, role := range r.roles(t) {
		if roleKey(role) == key {
			return role
		}
	}
	return nil
}

func (r *reader) keys(t *rule.ObjectType) []string {
	var out []string
	for _, a := range t.Attributes {
		out = append(out, rule.Slug(a.Name))
	}
	for _, role := range r.roles(t) {
		out = append(out, roleKey(role))
	}
	slices.Sort(out)
	return out
}

// link reads "leden: [p1, p2]" or "toeslagpartner: p2" on an object.
func (r *reader) link(role *rule.Role, from int, k, v *notation.Node) {
	if notation.IsList(v) {
		if !role.Many && len(v.Content) > 1 {
			r.doc.Fail(v, "te-veel", "", "er is hoogstens één %s", role.Name)
			return
		}
		for _, item := range v.Content {
			r.linkTo(role, from, item)
		}
		return
	}
	r.linkTo(role, from, v)
}

func (r *reader) linkTo(role *rule.Role, from int, v *notation.Node) {
	to, ok := r.object(v, role.Target)
	if ok {
		r.add(role, from, to, v)
	}
}

func (r *reader) object(v *notation.Node, t *rule.ObjectType) (int, bool) {
	id, ok := r.doc.Scalar(v, "een verwijzing")
	if !ok {
		return 0, false
	}
	i, ok := r.index[id]
	if !ok {
		known := make([]string, 0, len(r.file.Objects))
		for _, o := range r.file.Objects {
			if o.Type == t {
				known = append(known, o.ID)
			}
		}
		r.doc.Fail(v, "onbekende-naam", "", "%q staat niet in het dossier%s; wel: %s", shorten(id), notation.Suggest(id, known), strings.Join(known, ", "))
		return 0, false
	}
	if r.file.Objects[i].Type != t {
		r.doc.Fail(v, "verkeerde-soort", "", "%q is een %s; hier hoort een %s", id, strings.ToLower(r.file.Objects[i].Type.Name), strings.ToLower(t.Name))
		return 0, false
	}
	return i, true
}

// add records a relation once, and refuses a second partner or household.
func (r *reader) add(role *rule.Role, from, to int, at *notation.Node) {
	if role.Fact.Reciprocal && from == to {
		r.doc.Fail(at, "eigen-relatie", "", "%s kan geen %s van zichzelf zijn", r.file.Objects[from].ID, role.Name)
		return
	}
	for _, l := range r.file.Links {
		if l.Role.Fact != role.Fact {
			continue
		}
		same := l.Role == role && l.From == from && l.To == to
		mirrored := l.Role == role.Inverse && l.From == to && l.To == from
		if same || mirrored {
			return
		}
		if !role.Many && reaches(l, role, from) {
			r.doc.Fail(at, "te-veel", "", "%s heeft al een %s", r.file.Objects[from].ID, role.Name)
			return
		}
		if inv := role.Inverse; inv != nil && !inv.Many && reaches(l, inv, to) {
			r.doc.Fail(at, "te-veel", "", "%s heeft al een %s", r.file.Objects[to].ID, inv.Name)
			return
		}
	}
	r.file.Links = append(r.file.Links, Link{Role: role, From: from, To: to, Pos: r.doc.Pos(at), Marriage: r.marrying})
}

// reaches reports whether link l already gives object i something through role.
func reaches(l Link, role *rule.Role, i int) bool {
	return l.Role == role && l.From == i || l.Role.Inverse == role && l.To == i
}

// readFacts reads "- partnerschap: [p1, p2]": the objects in the order of the
// roles as declared.
func (r *reader) readFacts() {
	names := make([]string, 0, len(r.model.Facts))
	for _, f := range r.model.Facts {
		names = append(names, rule.Slug(f.Name))
	}
	partners := Partners(r.model)
	if len(partners) > 0 && !slices.Contains(names, marriageName) {
		names = append(names, marriageName)
	}
	slices.Sort(names)
	r.doc.Items(r.facts, "feiten", func(item *notation.Node) {
		r.doc.Each(item, "een feit", func(key string, k, v *notation.Node) {
			i := slices.IndexFunc(r.model.Facts, func(f *rule.FactType) bool { return rule.Slug(f.Name) == key })
			if i < 0 && key == marriageName && len(partners) > 0 {
				r.marry(partners, v)
				return
			}
			if i < 0 {
				r.doc.Fail(k, "onbekend-feit", "", "%q is geen bekend feit%s; bekend: %s", shorten(key), notation.Suggest(key, names), strings.Join(names, ", "))
				return
			}
			f := r.model.Facts[i]
			if !notation.IsList(v) || len(v.Content) != 2 {
				r.doc.Fail(v, "twee-nodig", fmt.Sprintf("schrijf bijvoorbeeld %s: [p1, p2]", key), "%s verbindt er precies twee", key)
				return
			}
			// The first role is read from the second object to the first.
			role := f.Roles[0]
			to, ok1 := r.object(v.Content[0], role.Target)
			from, ok2 := r.object(v.Content[1], role.Owner)
			if ok1 && ok2 {
				r.add(role, from, to, v)
			}
		})
	})
}

// Partners gives the roles of partners in a model: each law has its own.
func Partners(m *rule.Model) []*rule.Role {
	var out []*rule.Role
	for _, f := range m.Facts {
		if role := f.Roles[0]; f.Reciprocal && !role.Many && strings.HasSuffix(rule.Slug(role.Name), partnerName) {
			out = append(out, role)
		}
	}
	return out
}

// marry reads "- huwelijk: [p1, p2]": they are partners for every law. Who is
// said to be a partner of somebody else for one of them is an error.
func (r *reader) marry(partners []*rule.Role, v *notation.Node) {
	if !notation.IsList(v) || len(v.Content) != 2 {
		r.doc.Fail(v, "twee-nodig", "schrijf bijvoorbeeld huwelijk: [p1, p2]", "een huwelijk verbindt er precies twee")
		return
	}
	a, ok1 := r.object(v.Content[0], partners[0].Target)
	b, ok2 := r.object(v.Content[1], partners[0].Target)
	if !ok1 || !ok2 {
		return
	}
	r.marrying = true
	defer func() { r.marrying = false }()
	names := make([]string, 0, len(partners))
	for _, role := range partners {
		if role.Owner == partners[0].Target {
			r.add(role, a, b, v)
			names = append(names, role.Name)
		}
	}
	r.file.Married = append(r.file.Married, [2]int{a, b})
	r.file.Assumptions = append(r.file.Assumptions, Assumption{marriageName, fmt.Sprintf(
		"%s en %s zijn gehuwd of geregistreerd partner, en leven niet gescheiden. Daarom is de een voor de ander: %s.", r.file.Objects[a].ID, r.file.Objects[b].ID, spelling.And(names...))})
}

// Facts writes the relations as a case file has them ("huwelijk: [p1, p2]"),
// without those that were assumed.
func (f *File) Facts() []string {
	var out []string
	say := func(fact string, a, b int) {
		out = append(out, fmt.Sprintf("%s: [%s, %s]", fact, f.Objects[a].ID, f.Objects[b].ID))
	}
	for _, m := range f.Married {
		say(marriageName, m[0], m[1])
	}
	for _, l := range f.Links {
		switch {
		case l.Marriage || l.Pos.Line == 0:
		case l.Role == l.Role.Fact.Roles[0]:
			say(rule.Slug(l.Role.Fact.Name), l.To, l.From)
		default:
			say(rule.Slug(l.Role.Fact.Name), l.From, l.To)
		}
	}
	return out
}

// assume fills in what a file may leave out, and says so.
func (r *reader) assume(top *notation.Node) {
	for _, t := range r.model.Objects {
		i := slices.IndexFunc(t.Attributes, func(a *rule.Attribute) bool {
			return a.Kind == rule.Noun && rule.Slug(a.Name) == applicantName
		})
		if i >= 0 {
			r.assumeApplicant(t, t.Attributes[i], top)
		}
	}
	r.assumeHousehold()
}

func (r *reader) assumeApplicant(t *rule.ObjectType, applicant *rule.Attribute, top *notation.Node) {
	first, said, found := -1, 0, false
	for i := range r.file.Objects {
		o := &r.file.Objects[i]
		if o.Type != t {
			continue
		}
		found = true
		silent := true
		for _, v := range o.Values {
			if v.Attribute == applicant {
				silent = false
				if v.Datum.Bool {
					said++
				}
			}
		}
		if silent && first < 0 {
			first = i
		}
	}
	if !found {
		return
	}
	if said > 1 {
		r.doc.Fail(top, "te-veel-aanvragers", "maak per aanvraag een eigen dossier", "er zijn %d aanvragers; een dossier heeft er één", said)
		return
	}
	for i := range r.file.Objects {
		o := &r.file.Objects[i]
		if o.Type != t || slices.ContainsFunc(o.Values, func(v Value) bool { return v.Attribute == applicant }) {
			continue
		}
		yes := said == 0 && i == first
		o.Values = append(o.Values, Value{Attribute: applicant, Datum: rule.Datum{Kind: rule.Boolean, Bool: yes}, Pos: o.Pos, Assumed: true})
		if yes {
			r.file.Assumptions = append(r.file.Assumptions, Assumption{"aanvrager-eerste-persoon",
				fmt.Sprintf("Niemand is als aanvrager genoemd. Daarom is de eerste persoon (%s) de aanvrager.", o.ID)})
			said = 1
		}
	}
	if said == 0 {
		r.doc.Fail(top, "geen-aanvrager", "schrijf bij één persoon aanvrager: ja", "van iedereen staat vast dat hij geen aanvrager is")
	}
}

func (r *reader) assumeHousehold() {
	i := slices.IndexFunc(r.model.Objects, func(o *rule.ObjectType) bool { return o.Name == householdName })
	if i < 0 {
		return
	}
	t := r.model.Objects[i]
	var members *rule.Role
	for _, role := range r.roles(t) {
		if role.Many && !role.Inverse.Many {
			members = role
			break
		}
	}
	if members == nil || slices.ContainsFunc(r.file.Objects, func(o Object) bool { return o.Type == t }) {
		return
	}
	id := "huishouden"
	for n := 2; ; n++ {
		if _, taken := r.index[id]; !taken {
			break
		}
		id = fmt.Sprintf("huishouden-%d", n)
	}
	h := len(r.file.Objects)
	pos := rule.Pos{File: r.doc.File}
	count := 0
	for i, o := range r.file.Objects {
		if o.Type == members.Target {
			r.file.Links = append(r.file.Links, Link{Role: members, From: h, To: i, Pos: pos})
			count++
		}
	}
	r.index[id] = h
	r.file.Objects = append(r.file.Objects, Object{ID: id, Type: t, Pos: pos})
	if count > 1 {
		r.file.Assumptions = append(r.file.Assumptions, Assumption{"een-huishouden",
			"Er is geen huishouden genoemd. Daarom horen alle personen bij één huishouden."})
	} else {
		r.file.Assumptions = append(r.file.Assumptions, Assumption{"een-huishouden",
			"Er is geen huishouden genoemd. Daarom is deze persoon een huishouden alleen."})
	}
}

// Object gives the index of an object by its id.
func (f *File) Object(id string) (int, bool) {
	i := slices.IndexFunc(f.Objects, func(o Object) bool { return o.ID == id })
	return i, i >= 0
}

// Applicants gives the indices of the objects that are an applicant.
func (f *File) Applicants() []int {
	var out []int
	for i, o := range f.Objects {
		for _, v := range o.Values {
			if v.Attribute.Kind == rule.Noun && rule.Slug(v.Attribute.Name) == applicantName && v.Datum.Bool {
				out = append(out, i)
			}
		}
	}
	return out
}

// Holders gives the objects that an outcome can sit on: the applicants, or all
// objects of another type.
func (f *File) Holders(a *rule.Attribute) []int {
	var out []int
	for _, i := range f.Applicants() {
		if f.Objects[i].Type.Name == a.Owner.Name {
			out = append(out, i)
		}
	}
	if len(out) > 0 {
		return out
	}
	for i, o := range f.Objects {
		if o.Type.Name == a.Owner.Name {
			out = append(out, i)
		}
	}
	return out
}

// With gives a copy of the file in which one datum has another value.
func (f *File) With(object int, a *rule.Attribute, d rule.Datum) *File {
	out := *f
	out.Objects = slices.Clone(f.Objects)
	o := &out.Objects[object]
	o.Values = slices.Clone(o.Values)
	for i := range o.Values {
		if o.Values[i].Attribute == a {
			o.Values[i].Datum, o.Values[i].Assumed = d, false
			return &out
		}
	}
	o.Values = append(o.Values, Value{Attribute: a, Datum: d, Pos: o.Pos})
	return &out
}

// fewNames is how many names a message lists as a whole.
const fewNames = 40

// allowed lists the names that there are. Of many only those that share a word
// with what was written, and how many more there are.
func allowed(key string, known []string) string {
	if len(known) <= fewNames {
		return strings.Join(known, ", ")
	}
	words := strings.Split(key, "-")
	words = slices.DeleteFunc(words, func(w string) bool {
		return len(w) < 3 || slices.Contains([]string{"het", "een", "van", "voor", "met", "per"}, w)
	})
	near := slices.DeleteFunc(slices.Clone(known), func(k string) bool {
		return !slices.ContainsFunc(strings.Split(k, "-"), func(w string) bool { return slices.Contains(words, w) })
	})
	if len(near) == 0 || len(near) > fewNames {
		return fmt.Sprintf("%d namen, zoals zij staan in gegevens.md van elke regeling", len(known))
	}
	return fmt.Sprintf("%s, en nog %d namen uit gegevens.md van elke regeling", strings.Join(near, ", "), len(known)-len(near))
}
