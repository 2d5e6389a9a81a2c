package loop

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// Provision is something that a team may give: a ticket, a repair, an amount.
type Provision struct {
	ID     string `json:"id"`
	Name   string `json:"naam"`
	InKind bool   `json:"natura,omitempty"`
	Cents  int64  `json:"centen"`              // what it costs at most, in whole cents
	Gone   bool   `json:"vervallen,omitempty"` // no longer given
}

// Role is a role of a team, for the mandate.
type Role string

// Roles with a mandate of their own.
const (
	RoleProfessional Role = "professional"
	RoleLeader       Role = "teamleider"
	RoleAdviser      Role = "uitvoeringsadviseur"
)

// Desk is what a team agreed about maatwerk: its provisions, what it may spend
// on them in a quarter, what each role gives without asking, and how much is
// looked at afterwards. There is one for each triangle.
type Desk struct {
	ID         string // of the triangle
	Version    uint64
	Provisions []Provision
	Budget     map[Quarter]int64 // whole cents
	Spent      map[Quarter]int64 // whole cents
	Mandates   map[Role]int64    // whole cents
	Sample     int               // percent; -1: not agreed
	History    []Moment
}

// Provision gives one of the list.
func (d *Desk) Provision(id string) (Provision, bool) {
	if d == nil {
		return Provision{}, false
	}
	k := slices.IndexFunc(d.Provisions, func(p Provision) bool { return p.ID == id })
	if k < 0 {
		return Provision{}, false
	}
	return d.Provisions[k], true
}

// Left gives what can still be spent in a quarter, in whole cents. It is never
// below zero: spending more is refused, and so is a budget below what was spent.
func (d *Desk) Left(q Quarter) int64 {
	if d == nil {
		return 0
	}
	return d.Budget[q] - d.Spent[q]
}

// DeskCommand is a command on the agreements of a team.
type DeskCommand interface {
	Command
	deskID() string
}

// SetProvision puts a provision on the list, changes it, or takes it off.
type SetProvision struct {
	Desk      string
	Provision Provision
}

// SetBudget says what can be spent in a quarter, in whole cents.
type SetBudget struct {
	Desk    string
	Quarter Quarter
	Cents   int64
}

// SetMandate says what a role gives without asking, in whole cents.
type SetMandate struct {
	Desk  string
	Role  Role
	Cents int64
}

// SetSample says what part of maatwerk is looked at afterwards, in percent.
type SetSample struct {
	Desk    string
	Percent int
}

func (c SetProvision) deskID() string { return c.Desk }
func (c SetBudget) deskID() string    { return c.Desk }
func (c SetMandate) deskID() string   { return c.Desk }
func (c SetSample) deskID() string    { return c.Desk }
func (SetProvision) command()         {}
func (SetBudget) command()            {}
func (SetMandate) command()           {}
func (SetSample) command()            {}

// DeskScope is what a desk has to know of the rest.
type DeskScope struct {
	By PersonID
	// Executes reports that the actor is in the corner of the executor of the
	// triangle; Exists that there is such a triangle.
	Executes, Exists bool
}

// limits of a desk.
const (
	maxProvisions = 500
	maxCents      = 100_000_000_00 // a hundred million euros
)

// DecideDesk gives the events of a command on the agreements of a team.
func DecideDesk(d Desk, s DeskScope, c DeskCommand, _ time.Time) ([]Payload, error) {
	if !s.Exists {
		return nil, refuse("team-onbekend", "Dit team bestaat niet.", "Kies een driehoek uit de lijst.")
	}
	if !s.Executes {
		return nil, refuse("rol-onjuist", "Alleen de uitvoering maakt deze afspraken.", "Vraag het de teamleider.")
	}
	switch c := c.(type) {
	case SetProvision:
		p := c.Provision
		if err := checkID(p.ID, "de voorziening"); err != nil {
			return nil, err
		}
		if n := strings.TrimSpace(p.Name); n == "" || len(n) > 200 {
			return nil, refuse("naam-ontbreekt", "De voorziening heeft geen naam van 1 tot 200 tekens.", "Geef een korte naam, zoals OV-kaart voor een maand.")
		}
		if p.Cents <= 0 || p.Cents > maxCents {
			return nil, refuse("bedrag-onjuist", "Een voorziening kost meer dan niets.", "Noem wat zij ten hoogste kost.")
		}
		old, known := d.Provision(p.ID)
		if !known && len(d.Provisions) >= maxProvisions {
			return nil, refuse("lijst-vol", "De lijst heeft al "+itoa(maxProvisions)+" voorzieningen.", "Haal er eerst een af.")
		}
		if known && old == p {
			return nil, refuse("niets-veranderd", "Zo staat het er al.", "")
		}
		if !known && slices.ContainsFunc(d.Provisions, func(o Provision) bool { return !o.Gone && strings.EqualFold(o.Name, p.Name) }) {
			return nil, refuse("naam-bestaat", "“"+clip(p.Name)+"” staat al op de lijst.", "Kies een andere naam.")
		}
		return []Payload{&ProvisionSet{Provision: p}}, nil
	case SetBudget:
		if !c.Quarter.Valid() {
			return nil, refuse("kwartaal-onjuist", "“"+clip(string(c.Quarter))+"” is geen kwartaal.", "Geef een kwartaal zoals 2027-Q1.")
		}
		if c.Cents < 0 || c.Cents > maxCents {
			return nil, refuse("bedrag-onjuist", "Een budget is 0 of meer.", "Geef een bedrag.")
		}
		if spent := d.Spent[c.Quarter]; c.Cents < spent {
			return nil, refuse("budget-onder-besteed", "Er is dit kwartaal al "+euros(spent)+" besteed.", "Kies een budget van ten minste dat bedrag.")
		}
		if b, known := d.Budget[c.Quarter]; known && b == c.Cents {
			return nil, refuse("niets-veranderd", "Zo staat het er al.", "")
		}
		return []Payload{&BudgetSet{Quarter: c.Quarter, Cents: c.Cents}}, nil
	case SetMandate:
		if !slices.Contains([]Role{RoleProfessional, RoleLeader, RoleAdviser}, c.Role) {
			return nil, refuse("rol-onbekend", "“"+clip(string(c.Role))+"” is geen rol met een mandaat.", "Kies professional, teamleider of uitvoeringsadviseur.")
		}
		if c.Cents < 0 || c.Cents > maxCents {
			return nil, refuse("bedrag-onjuist", "Een mandaat is 0 of meer.", "Geef een bedrag.")
		}
		if m, known := d.Mandates[c.Role]; known && m == c.Cents {
			return nil, refuse("niets-veranderd", "Zo staat het er al.", "")
		}
		return []Payload{&MandateSet{Role: c.Role, Cents: c.Cents}}, nil
	case SetSample:
		if c.Percent < 0 || c.Percent > 100 {
			return nil, refuse("deel-onjuist", "Een steekproef is een deel van 0 tot 100 procent.", "Kies bijvoorbeeld 10.")
		}
		if d.Version > 0 && d.Sample == c.Percent {
			return nil, refuse("niets-veranderd", "Zo staat het er al.", "")
		}
		return []Payload{&SampleSet{Percent: c.Percent}}, nil
	}
	panic("BUG: unknown command on a desk")
}

func applyDesk(d *Desk, p Payload, m moment) error {
	switch p := p.(type) {
	case *ProvisionSet:
		if k := slices.IndexFunc(d.Provisions, func(o Provision) bool { return o.ID == p.Provision.ID }); k >= 0 {
			d.Provisions[k] = p.Provision
		} else {
			d.Provisions = append(d.Provisions, p.Provision)
		}
	case *BudgetSet:
		d.Budget = with(d.Budget, p.Quarter, p.Cents)
	case *ProvisionSpent:
		d.Spent = with(d.Spent, p.Quarter, d.Spent[p.Quarter]+p.Cents)
	case *MandateSet:
		d.Mandates = with(d.Mandates, p.Role, p.Cents)
	case *SampleSet:
		d.Sample = p.Percent
	default:
		return wrongStream(p, deskStream(d.ID))
	}
	d.Version++
	d.History = append(d.History, m.line(p))
	return nil
}

// with gives a copy of a map with one value set.
func with[K comparable](m map[K]int64, k K, v int64) map[K]int64 {
	c := maps.Clone(m)
	if c == nil {
		c = map[K]int64{}
	}
	c[k] = v
	return c
}

func deskStream(triangle string) string { return "team/" + triangle }

// Desk gives the agreements of the team of a triangle, or nil.
func (w *World) Desk(triangle string) *Desk { return w.desks[triangle] }

// DeskOf gives the agreements of the team that works on a place: those of its
// triangle, or else of the triangle of the installation. The id is where new
// ones go.
func (w *World) DeskOf(a Anchor) (d *Desk, id string) {
	t := w.TriangleOf(a)
	if t == nil {
		return nil, ""
	}
	return w.desks[t.ID], t.ID
}

// QuarterOf gives the quarter of a day: "2027-Q1".
func QuarterOf(d rule.Date) Quarter {
	return Quarter(strconv.Itoa(d.Year) + "-Q" + strconv.Itoa((d.Month-1)/3+1))
}

// euros writes an amount in a message: "€ 12,50".
func euros(cents int64) string {
	s := strconv.FormatInt(cents/100, 10)
	for k := len(s) - 3; k > 0; k -= 3 {
		s = s[:k] + "." + s[k:]
	}
	if c := cents % 100; c != 0 {
		s += "," + string(rune('0'+c/10)) + string(rune('0'+c%10))
	}
	return "€ " + s
}

func (d *deciding) desk(c DeskCommand) error {
	id := c.deskID()
	desk := Desk{ID: id, Sample: d.w.Terms.SamplePercent}
	if o := d.w.desks[id]; o != nil {
		desk = *o
	}
	s := DeskScope{By: d.by}
	if t := d.w.triangles[id]; t != nil {
		d.read(triangleStream(id))
		s.Exists = true
		h, ok := t.member(d.by, d.today)
		s.Executes = ok && h.Post.Corner == Opdrachtnemer
	}
	ps, err := DecideDesk(desk, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(deskStream(id), ps...)
}
