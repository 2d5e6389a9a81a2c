package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// stream gives the records of one table in the order of households.
type stream struct {
	m       *Mapping
	t       *table
	number  int // of the file
	name    string
	rows    rows
	cells   []cell
	refusal *Refusal
	count   int64
	last    string // key of the row before, to see whether it is in order
	strict  bool   // out of order is an error
	tell    func(done, total int64)
}

// next reads a row in r. What is wrong with it is added to the refusal.
func (s *stream) next(r *record) error {
	for {
		row, err := s.rows.next(s.cells)
		if fault, ok := errors.AsType[*rowFault](err); ok {
			s.count++
			s.refusal.add(s.name, row, "", "%s", fault.message)
			continue
		}
		if err != nil {
			return err
		}
		s.count++
		if s.tell != nil && s.count%8192 == 0 {
			s.tell(s.rows.at())
		}
		if !s.record(r, row) {
			continue
		}
		if s.strict {
			if compareKeys(r.key, s.last) < 0 {
				return &outOfOrder{s.number}
			}
			s.last = r.key
		}
		return nil
	}
}

// record makes a record of the cells; false when it belongs to no household.
func (s *stream) record(r *record, row int64) bool {
	r.row, r.bad, r.person = row, false, ""
	r.values, r.has = grown(r.values, s.t.slots), grown(r.has, s.t.slots)
	clear(r.has)
	for i, src := range s.t.sources {
		c := &s.cells[i]
		empty := c.kind == emptyCell || slices.Contains(src.missing, c.text) && c.kind == textCell ||
			c.kind != textCell && len(src.missing) > 0 && slices.Contains(src.missing, c.String())
		if i == s.t.key || i == s.t.person {
			text := c.String()
			switch {
			case empty || text == "":
				s.refusal.add(s.name, row, src.name, "er staat geen waarde")
				if i == s.t.key {
					return false
				}
				r.bad = true
			case len(text) > 200:
				s.refusal.add(s.name, row, src.name, "%s is langer dan 200 tekens", quoted(text))
				return false
			case i == s.t.key:
				r.key = text
			default:
				r.person = text
			}
		}
		for _, t := range src.targets {
			switch {
			case t.read == nil:
			case empty:
				if !src.optional && src.member < 0 {
					s.refusal.add(s.name, row, src.name, "%v", errMissing)
					r.bad = true
				}
				r.values[t.slot] = 0
			default:
				v, err := t.read.read(c)
				if err != nil {
					s.refusal.add(s.name, row, src.name, "%v", err)
					r.bad, v = true, 0
				}
				r.values[t.slot], r.has[t.slot] = v, true
			}
		}
	}
	return true
}

func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// pass reads all files once and writes the households.
func (m *Mapping) pass(ctx context.Context, files []string, unsorted []bool, out io.Writer, o Options) (_ *Report, err error) {
	refusal := &Refusal{}
	report := &Report{}
	var persons, homes *puller
	var streams []*stream
	defer func() {
		for _, s := range streams {
			s.rows.close()
		}
	}()
	for i, t := range m.tables {
		r, err := m.open(files[i], t)
		if err != nil {
			return nil, err
		}
		s := &stream{m: m, t: t, number: i, name: filepath.Base(files[i]), rows: r, cells: make([]cell, len(t.sources)), refusal: refusal, strict: !unsorted[i]}
		streams = append(streams, s)
		what := "inlezen"
		if len(m.tables) > 1 {
			what += " van " + s.name
		}
		from := records(s)
		if unsorted[i] {
			what = "sorteren van " + s.name
		}
		if o.Progress != nil {
			s.tell = func(done, total int64) { o.Progress(what, done, total) }
		}
		if unsorted[i] {
			folder, err := os.MkdirTemp(o.Folder, ".sorteren-*")
			if err != nil {
				return nil, fmt.Errorf("sort: %w", err)
			}
			defer os.RemoveAll(folder)
			merged, err := sortAll(ctx, s, t.slots, folder, o.Memory)
			if err != nil {
				return nil, err
			}
			defer merged.close()
			from = &told{merged, s.count, what + ", samenvoegen", o.Progress, 0}
		}
		p := &puller{from: from, t: t, name: s.name}
		if err := p.pull(); err != nil {
			return nil, err
		}
		if t.households {
			homes = p
		} else {
			persons = p
		}
	}
	a := newAssembly(m, refusal)
	w := population.NewOwnWriter(out, m.head())
	var n int64
	for {
		if err := stop(ctx, n); err != nil {
			return nil, err
		}
		n++
		more, err := a.gather(homes, persons)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if h := a.household(); h != nil && refusal.Count == 0 {
			if err := w.Add(h); err != nil {
				return nil, fmt.Errorf("write: %w", err)
			}
		}
	}
	for i, s := range streams {
		if s.count == 0 {
			return nil, refuse(s.name, "het bestand heeft geen rijen")
		}
		report.Files = append(report.Files, FileReport{Name: s.name, Rows: s.count, Sorted: unsorted[i], Unused: s.rows.unused()})
	}
	if refusal.Count > 0 {
		return nil, refusal
	}
	if report.OwnHead, err = w.Close(); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return report, nil
}

// told tells how far reading sorted records is.
type told struct {
	*merging
	total int64
	what  string
	tell  func(what string, done, total int64)
	done  int64
}

func (t *told) next(r *record) error {
	if t.done++; t.tell != nil && t.done%8192 == 0 {
		t.tell(t.what, t.done, t.total)
	}
	return t.merging.next(r)
}

// puller looks one record ahead.
type puller struct {
	from records
	t    *table
	name string
	now  record
	over bool
}

func (p *puller) pull() error {
	err := p.from.next(&p.now)
	if errors.Is(err, io.EOF) {
		p.over = true
		return nil
	}
	return err
}

// head is what the population file says of the data.
func (m *Mapping) head() population.OwnHead {
	return population.OwnHead{Name: m.Name, Source: m.Source, Year: m.Year, Mapping: m.digest, Fields: slices.Clone(m.fields), Lacks: m.lacks, Assumptions: m.assumed}
}

// someone is a person of a household that is being put together.
type someone struct {
	r      *record
	at     *[structural]int
	fields map[int]int // slot by field, of a member of a row; nil: of a row of persons
	role   population.Position
	order  int64
}

func (p *someone) get(what datum) (int64, bool) {
	if slot := p.at[what]; slot >= 0 {
		return p.r.values[slot], p.r.has[slot]
	}
	return 0, false
}

// assembly puts households together.
type assembly struct {
	m       *Mapping
	refusal *Refusal
	// files, for messages; the table of persons may be that of households.
	homeName, personName   string
	homeTable, personTable *table
	home                   record // of the household, if there is a table of them
	hasHome                bool
	rows                   []record // of persons, with memory that is used again
	people                 []someone
	out                    population.OwnHousehold
	fixed                  map[int]int64
	weight                 int64 // of all
	// By field: its slot in a row of the household, or of a person; −1: not there.
	homeSlot, personSlot []int
	homeColumn, column   []string // names, by slot, for messages
}

func newAssembly(m *Mapping, refusal *Refusal) *assembly {
	a := &assembly{m: m, refusal: refusal, fixed: map[int]int64{}, homeSlot: make([]int, len(m.fields)), personSlot: make([]int, len(m.fields))}
	for i := range m.fields {
		a.homeSlot[i], a.personSlot[i] = -1, -1
	}
	for _, f := range m.fixed {
		a.fixed[f.field] = f.value
	}
	for _, t := range m.tables {
		slots, names := a.personSlot, &a.column
		if t.households {
			slots, names, a.homeTable = a.homeSlot, &a.homeColumn, t
		} else {
			a.personTable = t
		}
		*names = make([]string, t.slots)
		for _, s := range t.sources {
			for _, x := range s.targets {
				if x.slot >= 0 {
					(*names)[x.slot] = s.name
				}
				if x.what == isField && s.member < 0 {
					slots[x.field] = x.slot
				}
			}
		}
	}
	a.out.Values, a.out.Known = make([][]int64, len(m.fields)), make([][]bool, len(m.fields))
	return a
}

// gather takes the rows of the next household; false at the end.
func (a *assembly) gather(homes, persons *puller) (bool, error) {
	a.hasHome, a.rows, a.people = false, a.rows[:0], a.people[:0]
	var key string
	some := false
	if homes != nil {
		a.homeName = homes.name
		if !homes.over {
			key, some = homes.now.key, true
		}
	}
	if persons != nil {
		a.personName = persons.name
		if !persons.over && (!some || compareKeys(persons.now.key, key) < 0) {
			key, some = persons.now.key, true
		}
	}
	if !some {
		return false, nil
	}
	if homes != nil && !homes.over && homes.now.key == key {
		a.hasHome = true
		a.home, homes.now = homes.now, a.home
		if err := homes.pull(); err != nil {
			return false, err
		}
		for !homes.over && homes.now.key == key {
			a.refusal.add(a.homeName, homes.now.row, "", "huishouden %s staat er twee keer, eerder in rij %d", quoted(key), a.home.row)
			if err := homes.pull(); err != nil {
				return false, err
			}
		}
	}
	for persons != nil && !persons.over && persons.now.key == key {
		if n := len(a.rows); n == population.MaxPersons+1 {
			a.rows[n-1].row = persons.now.row // no household is that large: only the last is kept
		} else {
			a.rows = append(a.rows[:n], a.spare(n))
			a.rows[n], persons.now = persons.now, a.rows[n]
		}
		if err := persons.pull(); err != nil {
			return false, err
		}
	}
	return true, nil
}

// spare gives the memory of row n of an earlier household.
func (a *assembly) spare(n int) record {
	if n < cap(a.rows) {
		return a.rows[:n+1][n]
	}
	return record{}
}

// household makes a household of the rows; nil when something is wrong with it.
func (a *assembly) household() *population.OwnHousehold {
	if a.hasHome && a.home.bad || slices.ContainsFunc(a.rows, func(r record) bool { return r.bad }) {
		return nil
	}
	switch {
	case a.homeTable != nil && !a.hasHome:
		for _, r := range a.rows {
			a.refusal.add(a.personName, r.row, "", "huishouden %s staat niet in %s", quoted(r.key), a.homeName)
		}
		return nil
	case a.personTable == nil:
		if !a.members() {
			return nil
		}
	case len(a.rows) == 0:
		a.refusal.add(a.homeName, a.home.row, "", "huishouden %s heeft geen personen in %s", quoted(a.home.key), a.personName)
		return nil
	default:
		if !a.persons() {
			return nil
		}
	}
	if !a.facts() || !a.each() {
		return nil
	}
	a.values()
	return &a.out
}

// members takes the persons that stand in the row of the household.
func (a *assembly) members() bool {
	t := a.homeTable
	for i := range t.wide {
		w := &t.wide[i]
		some, lack := false, ""
		for _, s := range t.sources[w.from:w.to] {
			for _, x := range s.targets {
				if a.home.has[x.slot] {
					some = true
				} else if !s.optional && lack == "" {
					lack = s.name
				}
			}
		}
		if !some && w.role != population.Head {
			continue
		}
		if lack != "" {
			a.refusal.add(a.homeName, a.home.row, lack, "%v", errMissing)
			return false
		}
		a.people = append(a.people, someone{r: &a.home, at: &w.at, fields: w.fields, role: w.role, order: int64(i)})
	}
	slices.SortStableFunc(a.people, func(x, y someone) int { return cmp.Compare(x.role, y.role) })
	return a.composed()
}

// persons takes the persons that have rows of their own.
func (a *assembly) persons() bool {
	t := a.personTable
	for i := range a.rows {
		r := &a.rows[i]
		p := someone{r: r, at: &t.at}
		if role, ok := p.get(isRole); ok {
			p.role = population.Position(role)
		} else if len(a.rows) > 1 {
			a.refusal.add(a.personName, r.row, "", "huishouden %s heeft meer personen; koppel een kolom met gegeven: rol, zodat duidelijk is wie hoofd, partner, kind of ander lid is", quoted(r.key))
			return false
		}
		p.order, _ = p.get(isOrder)
		a.people = append(a.people, p)
	}
	slices.SortStableFunc(a.people, func(x, y someone) int {
		return cmp.Or(cmp.Compare(x.role, y.role), cmp.Compare(x.order, y.order), compareKeys(x.r.person, y.r.person), cmp.Compare(x.r.row, y.r.row))
	})
	if t.person >= 0 {
		for i := range a.rows {
			for j := range i {
				if x, y := &a.rows[j], &a.rows[i]; x.person == y.person {
					a.refusal.add(a.personName, y.row, t.sources[t.person].name, "persoon %s staat twee keer in huishouden %s, eerder in rij %d", quoted(y.person), quoted(y.key), x.row)
					return false
				}
			}
		}
	}
	return a.composed()
}

// at is the file and row by which a household is called in a message.
func (a *assembly) at() (file string, row int64) {
	if a.hasHome {
		return a.homeName, a.home.row
	}
	return a.personName, a.rows[0].row
}

// composed sees whether the persons can be a household.
func (a *assembly) composed() bool {
	heads, partners := 0, 0
	for _, p := range a.people {
		switch p.role {
		case population.Head:
			heads++
		case population.Partner:
			partners++
		}
	}
	file, row := a.at()
	switch {
	case len(a.people) > population.MaxPersons:
		a.refusal.add(file, row, "", "het huishouden heeft meer dan %d personen", population.MaxPersons)
	case heads != 1:
		a.refusal.add(file, row, "", "het huishouden heeft %d hoofden; het moet er één zijn", heads)
	case partners > 1:
		a.refusal.add(file, row, "", "het huishouden heeft %d partners; hoogstens één kan", partners)
	default:
		return true
	}
	return false
}

// fact gives a datum of the household: from its own row, or from the rows of its
// persons, which then have to agree.
func (a *assembly) fact(homeSlot, personSlot int) (v int64, has, ok bool) {
	if homeSlot >= 0 {
		return a.home.values[homeSlot], a.home.has[homeSlot], true
	}
	if personSlot < 0 {
		return 0, false, true
	}
	first := &a.rows[0]
	for i := range a.rows[1:] {
		r := &a.rows[i+1]
		if r.values[personSlot] != first.values[personSlot] || r.has[personSlot] != first.has[personSlot] {
			a.refusal.add(a.personName, r.row, a.column[personSlot], "dit verschilt van rij %d, en het hoort bij het huishouden", first.row)
			return 0, false, false
		}
	}
	return first.values[personSlot], first.has[personSlot], true
}

func (a *assembly) datum(what datum) (v int64, has, ok bool) {
	home, person := -1, -1
	if a.homeTable != nil {
		home = a.homeTable.at[what]
	}
	if a.personTable != nil {
		person = a.personTable.at[what]
	}
	return a.fact(home, person)
}

// maxWeight is how many households data can stand for, in millionths of one.
const maxWeight = 100_000_000 * 1_000_000

// facts fills in what the household itself is.
func (a *assembly) facts() bool {
	h := &a.out
	weight, has, ok := a.datum(isWeight)
	if !ok {
		return false
	}
	if h.Weight = 1_000_000; has {
		h.Weight = weight
	}
	file, row := a.at()
	if a.weight <= maxWeight {
		if a.weight += h.Weight; a.weight > maxWeight {
			a.refusal.add(file, row, "", "de gewichten tellen vanaf hier op tot meer dan 100 miljoen huishoudens")
			return false
		}
	}
	income, _, ok := a.datum(isIncome)
	if !ok {
		return false
	}
	h.Disposable = rule.Euros(income)
	tenure, _, ok := a.datum(isTenure)
	if !ok {
		return false
	}
	place, _, ok := a.datum(isMunicipality)
	if !ok {
		return false
	}
	h.Home = population.Home{Tenure: population.Tenure(tenure), Municipality: population.Municipality(place)}
	ty, has, ok := a.datum(isType)
	if !ok {
		return false
	}
	partner := len(a.people) > 1 && a.people[1].role == population.Partner
	kids := slices.ContainsFunc(a.people, func(p someone) bool { return p.role == population.Child })
	if has {
		h.Type = population.Type(ty)
		if h.Type.Couple() != partner {
			a.refusal.add(file, row, "", "het type is %s, en %s een partner", h.Type, map[bool]string{true: "er is", false: "er is geen"}[partner])
			return false
		}
		return true
	}
	switch {
	case partner && kids:
		h.Type = population.UnmarriedParents
	case partner:
		h.Type = population.UnmarriedCouple
	case kids:
		h.Type = population.SingleParent
	case len(a.people) == 1:
		h.Type = population.Single
	default:
		h.Type = population.Other
	}
	return true
}

// unknownAge is that of people whose age nobody gave, for what they manage to do.
const unknownAge = 45

// each fills in what each person is.
func (a *assembly) each() bool {
	h := &a.out
	h.Persons = h.Persons[:0]
	for i := range a.people {
		p := &a.people[i]
		person := population.OwnPerson{Position: p.role, Age: unknownAge}
		age, known := p.get(isAge)
		if !known && a.m.birth >= 0 {
			day, has := a.value(p, a.m.birth)
			if !has {
				day = a.fixed[a.m.birth]
			}
			born := population.DateOf(int32(day))
			if age, known = int64(a.m.Year-born.Year), true; born.Month > 1 || born.Day > 1 {
				age--
			}
			if born.Year > a.m.Year || age > 150 {
				a.refusal.add(a.fileOf(p), p.r.row, "", "de geboortedatum %s past niet bij gegevens van %d", born, a.m.Year)
				return false
			}
		}
		if known {
			person.Age = uint8(max(age, 0))
		}
		status, has := p.get(isStatus)
		switch {
		case has:
			person.Status = population.Status(status)
		case known && age < 18:
			person.Status = population.Minor
		default:
			person.Status = population.NoIncome
		}
		if f := a.m.applicant; f >= 0 && f < a.m.computed {
			v, has := a.value(p, f)
			if !has {
				v = a.fixed[f]
			}
			person.Applicant = v == 1
		} else {
			person.Applicant = p.role == population.Head || p.role != population.Partner && (known && age >= 17 || !known && p.role == population.OtherMember)
		}
		h.Persons = append(h.Persons, person)
	}
	return true
}

func (a *assembly) fileOf(p *someone) string {
	if p.fields != nil {
		return a.homeName
	}
	return a.personName
}

// value gives a field of a person.
func (a *assembly) value(p *someone, field int) (int64, bool) {
	slot := a.personSlot[field]
	if p.fields != nil {
		var ok bool
		if slot, ok = p.fields[field]; !ok {
			slot = -1
		}
	}
	if slot < 0 {
		return 0, false
	}
	return p.r.values[slot], p.r.has[slot]
}

// values fills in the fields.
func (a *assembly) values() {
	h := &a.out
	for i, f := range a.m.fields {
		v, known := h.Values[i][:0], h.Known[i][:0]
		fixed, same := a.fixed[i]
		switch {
		case f.Empty:
		case same && f.Household:
			v = append(v, fixed)
		case same:
			for range a.people {
				v = append(v, fixed)
			}
		case f.Household:
			x, has, ok := a.fact(a.homeSlot[i], a.personSlot[i])
			if !ok {
				return
			}
			v, known = append(v, x), append(known, has)
		case i == a.m.applicant && i >= a.m.computed:
			for _, p := range h.Persons {
				v = append(v, bit(p.Applicant))
			}
		default:
			for k := range a.people {
				x, has := a.value(&a.people[k], i)
				v, known = append(v, x), append(known, has)
			}
		}
		h.Values[i], h.Known[i] = v, known
	}
}
