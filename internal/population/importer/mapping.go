package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// Mapping says what each column of the data is.
type Mapping struct {
	Name, Source string
	Year         int

	comma     rune // between the columns of a CSV; 0: to be found
	decimal   byte
	thousands byte     // 0: none
	missing   []string // what stands for no value
	tables    []*table
	fields    []population.Field
	lacks     []population.Fact
	assumed   []population.OwnAssumption
	fixed     []fixedValue
	digest    string
	// applicant is the field of who applies; −1: derived.
	applicant int
	birth     int // the field of the date of birth; −1: none
	computed  int // the first field that is derived
}

// fixedValue is the value of a field that is the same for all.
type fixedValue struct {
	field int
	value int64
}

// table is what the rows of one file are.
type table struct {
	households bool // a row is a household, otherwise a person
	file       string
	sources    []*source
	slots      int // values in a row
	wide       []member
	// where structural data stand; −1: nowhere.
	at [structural]int
	// keyed tells which source is the key of the household, and of the person.
	key, person int
}

// member is a person in a row of a household.
type member struct {
	role     population.Position
	from, to int // sources
	at       [structural]int
	fields   map[int]int // slot by field
}

// source is a column of the data.
type source struct {
	name     string
	missing  []string
	optional bool
	targets  []target
	member   int // of the wide table; −1: of the row
	pos      rule.Pos
}

// target is what a column says: a datum of simulations, or a field.
type target struct {
	what  datum
	field int // when what is isField
	slot  int // of the value in a row
	read  reader
}

// datum is something that simulations need beside the fields.
type datum int

const (
	isOrder datum = iota
	isRole
	isWeight
	isType
	isIncome
	isAge
	isStatus
	isTenure
	isMunicipality
	structural // number of those above
	isKey
	isPerson
	isField
)

var data = map[string]datum{
	"huishouden": isKey, "persoon": isPerson, "rol": isRole, "volgorde": isOrder, "gewicht": isWeight,
	"type": isType, "besteedbaar-inkomen": isIncome, "leeftijd": isAge, "leeft-van": isStatus,
	"woning": isTenure, "gemeentegrootte": isMunicipality,
}

// ofHousehold tells the data of households from those of persons.
func (d datum) ofHousehold() bool {
	return slices.Contains([]datum{isWeight, isType, isIncome, isTenure, isMunicipality, isKey}, d)
}

var roles = map[string]population.Position{"hoofd": population.Head, "partner": population.Partner, "kind": population.Child, "lid": population.OtherMember}

// Rules is what a mapping needs of the regulations: the data that rules know.
type Rules interface {
	// Attribute finds an attribute by its id.
	Attribute(id string) (*rule.Attribute, bool)
}

// Read reads a mapping file. known are the ids of all attributes, for "bedoelde
// u".
func Read(name string, text []byte, rules Rules, known []string) (*Mapping, rule.Diagnostics) {
	d := &reading{Doc: notation.NewDoc(name), rules: rules, known: known,
		m: &Mapping{decimal: '.', applicant: -1, birth: -1}, seen: map[string]bool{}}
	top := d.Parse(text)
	if top == nil {
		return nil, d.Diags
	}
	sum := sha256.Sum256(text)
	d.m.digest = hex.EncodeToString(sum[:])
	d.read(top)
	if d.Diags.Err() != nil {
		return nil, d.Diags
	}
	return d.m, d.Diags
}

// reading is a mapping on its way.
type reading struct {
	*notation.Doc
	rules Rules
	known []string
	m     *Mapping
	seen  map[string]bool // data and fields that have a column
}

func (d *reading) read(top *notation.Node) {
	m := d.m
	sign := func(into *byte, what, of string) notation.Field {
		return func(_, n *notation.Node) {
			s, ok := d.Scalar(n, what)
			if ok && (len(s) != 1 || !strings.Contains(of, s)) {
				d.Fail(n, "teken", "", "%s: %q kan niet; kies uit %s", what, s, strings.Join(strings.Split(of, ""), " "))
				return
			}
			if ok {
				*into = s[0]
			}
		}
	}
	var comma byte
	var persons, households, fixed *notation.Node
	keep := func(into **notation.Node) notation.Field { return func(_, n *notation.Node) { *into = n } }
	m.missing = nil
	d.Fields(top, "een koppeling", map[string]notation.Field{
		"naam!":       d.Text(&m.Name, "naam"),
		"bron!":       d.Text(&m.Source, "bron"),
		"jaar!":       d.Int(&m.Year, "jaar", 1900, 2200),
		"scheiding":   sign(&comma, "scheiding", ",;|\t"),
		"decimaal":    sign(&m.decimal, "decimaal", ".,"),
		"duizend":     sign(&m.thousands, "duizend", ".,' "),
		"ontbreekt":   d.codes(&m.missing),
		"personen":    keep(&persons),
		"huishoudens": keep(&households),
		"vast":        keep(&fixed),
	})
	m.comma = rune(comma)
	if m.thousands == m.decimal {
		d.Fail(top, "teken", "kies voor duizend een ander teken dan voor decimaal", "decimaal en duizend zijn hetzelfde teken")
	}
	if persons == nil && households == nil {
		d.Fail(top, "ontbrekende-sleutel", "", "een koppeling mist \"personen\" of \"huishoudens\"")
		return
	}
	if households != nil {
		d.table(households, true)
	}
	if persons != nil {
		d.table(persons, false)
	}
	if fixed != nil {
		d.fixed(fixed)
	}
	if d.Diags.Err() == nil {
		d.whole(top, persons, households)
	}
	d.Diags.Sort()
}

// codes reads what stands for no value.
func (d *reading) codes(into *[]string) notation.Field {
	return d.List("ontbreekt", func(n *notation.Node) {
		if n.Value == "" && n.Kind != 0 && len(n.Content) == 0 {
			*into = append(*into, "")
			return
		}
		if s, ok := d.Scalar(n, "ontbreekt"); ok {
			*into = append(*into, s)
		}
	})
}

func (d *reading) table(n *notation.Node, households bool) {
	t := &table{households: households, key: -1, person: -1, at: nowhere()}
	what := map[bool]string{true: "huishoudens", false: "personen"}[households]
	spec := map[string]notation.Field{
		"bestand": d.Text(&t.file, "bestand"),
		"kolommen!": func(_, n *notation.Node) {
			d.Each(n, "kolommen", func(name string, k, n *notation.Node) { d.column(t, -1, name, k, n) })
		},
	}
	if households {
		spec["leden"] = d.List("leden", func(n *notation.Node) { d.member(t, n) })
	}
	d.m.tables = append(d.m.tables, t)
	d.Fields(n, what, spec)
	if t.key < 0 && d.Diags.Err() == nil {
		d.Fail(n, "huishouden-ontbreekt", "zet bij de kolom met de sleutel: gegeven: huishouden", "%s: geen kolom zegt bij welk huishouden een rij hoort", what)
	}
}

func nowhere() (at [structural]int) {
	for i := range at {
		at[i] = -1
	}
	return at
}

// member reads a person in the rows of households.
func (d *reading) member(t *table, n *notation.Node) {
	var role string
	p := member{from: len(t.sources), at: nowhere(), fields: map[int]int{}}
	i := len(t.wide)
	t.wide = append(t.wide, p)
	var before map[string]bool // the members have the same data
	before, d.seen = d.seen, map[string]bool{}
	for id := range before {
		d.seen[id] = before[id]
	}
	if i > 0 {
		for _, f := range d.m.fields {
			if !f.Household && d.ofMembers(t, f.ID) {
				delete(d.seen, f.ID)
			}
		}
		for id, what := range data {
			if !what.ofHousehold() {
				delete(d.seen, id)
			}
		}
	}
	d.Fields(n, "een lid", map[string]notation.Field{
		"rol!": d.Choice(&role, "rol", []string{"hoofd", "partner", "kind", "lid"}),
		"kolommen!": func(_, n *notation.Node) {
			d.Each(n, "kolommen", func(name string, k, n *notation.Node) { d.column(t, i, name, k, n) })
		},
	})
	for id := range before {
		d.seen[id] = true
	}
	t.wide[i].role, t.wide[i].to = roles[role], len(t.sources)
	if i == 0 && role != "hoofd" && role != "" || i > 0 && role == "hoofd" {
		d.Fail(n, "hoofd", "het eerste lid is het hoofd, en alleen dat", "het eerste van de leden moet het hoofd zijn")
	}
}

// ofMembers reports whether a field stands with an earlier member.
func (d *reading) ofMembers(t *table, id string) bool {
	for _, w := range t.wide {
		for f := range w.fields {
			if d.m.fields[f].ID == id {
				return true
			}
		}
	}
	return false
}

// columnText is a column as it stands in the mapping.
type columnText struct {
	ids       []string
	nodes     []*notation.Node
	unit      string
	unitNode  *notation.Node
	form      string
	values    map[string]string
	valueNode map[string]*notation.Node
	missing   []string
	optional  bool
	round     bool
	low, high *notation.Node
}

// column reads one column of a table, or of a member of it.
func (d *reading) column(t *table, who int, name string, k, n *notation.Node) {
	c := columnText{values: map[string]string{}, valueNode: map[string]*notation.Node{}}
	add := func(n *notation.Node) {
		if id, ok := d.Scalar(n, name); ok {
			c.ids, c.nodes = append(c.ids, id), append(c.nodes, n)
		}
	}
	if notation.IsList(n) {
		d.Items(n, name, add)
	} else if !notation.IsMap(n) {
		add(n)
	} else {
		d.Fields(n, "een kolom", map[string]notation.Field{
			"gegeven!": func(_, n *notation.Node) {
				if notation.IsList(n) {
					d.Items(n, "gegeven", add)
					return
				}
				add(n)
			},
			"eenheid": func(_, n *notation.Node) { c.unit, _ = d.Scalar(n, "eenheid"); c.unitNode = n },
			"vorm":    d.Text(&c.form, "vorm"),
			"waarden": func(_, n *notation.Node) {
				d.Each(n, "waarden", func(from string, _, n *notation.Node) {
					if to, ok := d.Scalar(n, "waarden"); ok {
						c.values[from], c.valueNode[from] = to, n
					}
				})
			},
			"ontbreekt":     d.codes(&c.missing),
			"mag-ontbreken": d.Bool(&c.optional, "mag-ontbreken"),
			"afronden":      d.Bool(&c.round, "afronden"),
			"minstens":      func(_, n *notation.Node) { c.low = n },
			"hoogstens":     func(_, n *notation.Node) { c.high = n },
		})
	}
	if c.missing == nil {
		c.missing = d.m.missing
	}
	s := &source{name: name, missing: c.missing, optional: c.optional, member: who, pos: d.Pos(k)}
	for i, id := range c.ids {
		d.target(t, s, &c, id, c.nodes[i])
	}
	t.sources = append(t.sources, s)
}

// target reads what a column says.
func (d *reading) target(t *table, s *source, c *columnText, id string, n *notation.Node) {
	what, ok := data[id]
	if !ok {
		d.field(t, s, c, id, n)
		return
	}
	at, where := &t.at, len(t.sources)
	if s.member >= 0 {
		at = &t.wide[s.member].at
	}
	switch {
	case what == isKey || what == isPerson:
		into := &t.key
		if what == isPerson {
			into = &t.person
		}
		switch {
		case s.member >= 0 || what == isPerson && t.households:
			d.Fail(n, "plaats", "", "%s kan hier niet staan", id)
		case *into >= 0:
			d.Fail(n, "dubbel", "", "%s staat bij twee kolommen", id)
		case s.optional:
			d.Fail(n, "plaats", "", "%s mag niet ontbreken", id)
		}
		*into = where
		s.targets = append(s.targets, target{what: what, slot: -1})
		return
	case d.seen[id]:
		d.Fail(n, "dubbel", "", "%s staat bij twee kolommen", id)
		return
	case what.ofHousehold() && s.member >= 0, !what.ofHousehold() && t.households && s.member < 0, what == isRole && s.member >= 0, what == isOrder && s.member >= 0:
		d.Fail(n, "plaats", "", "%s kan hier niet staan; het hoort bij %s", id, map[bool]string{true: "een huishouden", false: "een persoon"}[what.ofHousehold()])
		return
	case s.optional:
		d.Fail(n, "plaats", "geef een waarde, of laat het gegeven weg", "%s mag niet bij een deel van de rijen ontbreken", id)
	}
	d.seen[id] = true
	read := d.structural(what, c, n)
	s.targets = append(s.targets, target{what: what, slot: t.slots, read: read})
	at[what] = t.slots
	t.slots++
}

// fixed reads the data that are the same for all.
func (d *reading) fixed(n *notation.Node) {
	d.Each(n, "vast", func(id string, k, n *notation.Node) {
		a := d.attribute(id, k)
		var why string
		var value *notation.Node
		d.Fields(n, "een vast gegeven", map[string]notation.Field{
			"waarde!": func(_, n *notation.Node) { value = n },
			"waarom!": d.Text(&why, "waarom"),
		})
		if a == nil || value == nil {
			return
		}
		if d.seen[id] {
			d.Fail(k, "dubbel", "", "%s staat al bij een kolom", id)
			return
		}
		d.seen[id] = true
		v, ok := d.Datum(value, a.Type, id)
		if !ok {
			return
		}
		assumption := "eigen." + id
		f := d.newField(a)
		f.Assumption = assumption
		text := fmt.Sprintf("%s is voor iedereen %s.", id, notation.Format(v, a.Type))
		if v.IsEmpty() {
			f.Empty = true
			text = fmt.Sprintf("%s is voor iedereen leeg.", id)
		} else {
			whole, ok := f.whole(v)
			if !ok {
				d.Fail(value, "waarde", "", "%s: %s past niet", id, notation.Format(v, a.Type))
				return
			}
			if a.Type.Kind == rule.Enum {
				f.Choices, whole = []string{v.Text}, 0
			}
			d.m.fixed = append(d.m.fixed, fixedValue{len(d.m.fields), whole})
		}
		if id == applicantID {
			d.m.applicant = len(d.m.fields)
		}
		d.m.fields = append(d.m.fields, f.Field)
		d.m.assumed = append(d.m.assumed, population.OwnAssumption{ID: assumption, Text: text, Why: "koppeling: " + why})
	})
}

const (
	applicantID = "persoon.aanvrager"
	birthID     = "persoon.geboortedatum"
)

// attribute finds what rules call by an id.
func (d *reading) attribute(id string, n *notation.Node) *rule.Attribute {
	a, ok := d.rules.Attribute(id)
	if !ok {
		words := slices.Clone(d.known)
		for w := range data {
			words = append(words, w)
		}
		slices.Sort(words)
		d.Fail(n, "onbekend-gegeven", "lemniscaat rules noemt de gegevens van elke regeling", "de regelingen kennen geen gegeven %q%s", id, notation.Suggest(id, words))
		return nil
	}
	owner := rule.Slug(a.Owner.Name)
	switch {
	case owner != "persoon" && owner != "huishouden":
		d.Fail(n, "plaats", "alleen gegevens van personen en huishoudens kunnen uit een bestand komen", "%s hoort bij %s", id, owner)
	case !population.Holds(a.Type.Kind):
		d.Fail(n, "soort", "", "%s is van een soort die niet uit een bestand kan komen", id)
	default:
		return a
	}
	return nil
}

// whole sees whether the parts of a mapping fit together, and derives what is
// left.
func (d *reading) whole(top, persons, households *notation.Node) {
	m := d.m
	var wide bool
	for _, t := range m.tables {
		wide = wide || len(t.wide) > 0
	}
	switch {
	case persons == nil && !wide:
		d.Fail(households, "personen-ontbreken", "noem de personen onder personen, of onder leden als zij in de rij van het huishouden staan", "een huishouden moet personen hebben")
		return
	case persons != nil && wide:
		d.Fail(persons, "dubbel", "", "de personen staan onder personen en ook onder leden")
		return
	}
	for _, t := range m.tables {
		for i := range t.wide {
			for f := range t.wide[0].fields {
				if _, ok := t.wide[i].fields[f]; !ok {
					d.Fail(households, "ontbrekende-kolom", "", "lid %d heeft geen kolom voor %s, en het hoofd wel", i+1, m.fields[f].ID)
				}
			}
			for f := range t.wide[i].fields {
				if _, ok := t.wide[0].fields[f]; !ok {
					d.Fail(households, "ontbrekende-kolom", "", "het hoofd heeft geen kolom voor %s, en lid %d wel", m.fields[f].ID, i+1)
				}
			}
			for what := range structural {
				if (t.wide[i].at[what] < 0) != (t.wide[0].at[what] < 0) {
					d.Fail(households, "ontbrekende-kolom", "", "%s staat niet bij elk lid", what.says())
				}
			}
		}
	}
	for i, f := range m.fields {
		switch f.ID {
		case applicantID:
			m.applicant = i
		case birthID:
			m.birth = i
			if f.Partly {
				d.Fail(top, "plaats", "", "%s mag niet ontbreken", birthID)
			}
		}
	}
	assume := func(id, text string) {
		m.assumed = append(m.assumed, population.OwnAssumption{ID: "eigen." + id, Text: text, Why: "eigen gegevens zonder dit gegeven"})
	}
	m.computed = len(m.fields)
	if m.applicant < 0 {
		if a, ok := d.rules.Attribute(applicantID); ok && a.Type.Kind == rule.Boolean {
			f := d.newField(a)
			f.Assumption = "eigen.aanvrager"
			m.applicant = len(m.fields)
			m.fields = append(m.fields, f.Field)
		}
		assume("aanvrager", "Het hoofd vraagt aan voor zichzelf en de partner. Elk ander lid dat in het jaar 18 of ouder is, vraagt zelf aan.")
	}
	if !d.seen["leeftijd"] && m.birth < 0 {
		m.lacks = append(m.lacks, population.FactAge)
		assume("leeftijd", "De leeftijd is onbekend. Voor het doen van stappen is iedereen 45 jaar.")
	}
	if !d.seen["besteedbaar-inkomen"] {
		m.lacks = append(m.lacks, population.FactIncome)
		assume("besteedbaar-inkomen", "Het besteedbare inkomen is onbekend. Wat ervan afhangt, staat niet in de uitkomst.")
	}
	if !d.seen["leeft-van"] {
		m.lacks = append(m.lacks, population.FactSelfEmployed)
		assume("leeft-van", "Het is onbekend wie zelfstandige is. Voor het doen van stappen is niemand het.")
	}
	for id, fact := range map[string]population.Fact{"woning": population.FactTenure, "gemeentegrootte": population.FactMunicipality} {
		if !d.seen[id] {
			m.lacks = append(m.lacks, fact)
		}
	}
	slices.Sort(m.lacks)
	if !d.seen["type"] {
		assume("type", "Het type huishouden volgt uit de rollen. Een paar is niet gehuwd; dat maakt voor de uitkomst niet uit.")
	}
	if !d.seen["gewicht"] {
		assume("gewicht", "Elk huishouden telt één keer mee.")
	}
	assume("partner", "Een hoofd en een partner zijn voor elke wet partner van elkaar: toeslagpartner, bijstandspartner, AOW-partner en fiscale partner.")
}

// assign finds which data file is which.
func (m *Mapping) assign(names []string) ([]string, error) {
	if len(names) != len(m.tables) {
		return nil, fmt.Errorf("%w: de koppeling gaat over %d bestanden, en er zijn er %d gegeven", ErrData, len(m.tables), len(names))
	}
	out, used := make([]string, len(names)), make([]bool, len(names))
	for i, t := range m.tables {
		if t.file == "" {
			continue
		}
		at := slices.IndexFunc(names, func(n string) bool { return filepath.Base(n) == filepath.Base(t.file) })
		if at < 0 {
			return nil, fmt.Errorf("%w: de koppeling noemt het bestand %s, en dat is niet gegeven", ErrData, t.file)
		}
		out[i], used[at] = names[at], true
	}
	for i := range out {
		if out[i] != "" {
			continue
		}
		if len(names) > 1 {
			return nil, fmt.Errorf("%w: zet in de koppeling bij elk deel bestand: met de naam, zodat duidelijk is wat personen en wat huishoudens zijn", ErrData)
		}
		at := slices.Index(used, false)
		out[i], used[at] = names[at], true
	}
	return out, nil
}
