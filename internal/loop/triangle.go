package loop

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// Corner is one of the three corners of a triangle.
type Corner string

// The corners. The Regeling agentschappen 2024 has other words for the same:
// see Vocabulary.
const (
	Eigenaar      Corner = "eigenaar"
	Opdrachtgever Corner = "opdrachtgever" // policy
	Opdrachtnemer Corner = "opdrachtnemer" // execution
)

// Mandate is on whose behalf a key is turned.
type Mandate string

// The two mandates whose keys a decision needs.
const (
	Policy    Mandate = "beleid"
	Execution Mandate = "uitvoering"
)

// Corner gives the corner that holds the mandate.
func (m Mandate) Corner() Corner {
	if m == Execution {
		return Opdrachtnemer
	}
	return Opdrachtgever
}

// Post is a place in a triangle that a person can hold.
type Post struct {
	ID           string `json:"id"`
	Corner       Corner `json:"hoek"`
	Coordinating bool   `json:"coordinerend,omitempty"` // among opdrachtgevers
	Organisation string `json:"organisatie"`
	Department   string `json:"afdeling,omitempty"`
	// Outside: this party does not use Lemniscaat (niet aangesloten). It is
	// asked by e-mail, and the register says so.
	Outside bool `json:"nietAangesloten,omitempty"`
}

// PostRef names a post of a triangle.
type PostRef struct {
	Triangle string `json:"driehoek"`
	Post     string `json:"post"`
}

// IsZero reports whether no post is named.
func (p PostRef) IsZero() bool { return p == PostRef{} }

// Term is a person on a post for an interval of dates, both ends included; a
// zero Until means until further notice.
type Term struct {
	Post   string    `json:"post"`
	Person PersonID  `json:"persoon"`
	Name   Text      `json:"naam"`
	Signs  bool      `json:"tekent,omitempty"` // has the mandate to turn a key and to answer; otherwise staff
	From   rule.Date `json:"van"`
	Until  rule.Date `json:"tot,omitzero"`
}

// On reports whether the term covers a date.
func (t Term) On(d rule.Date) bool {
	return !d.Before(t.From) && (t.Until.IsZero() || !d.After(t.Until))
}

// Arrangement is who is who from a date on, until the next arrangement.
type Arrangement struct {
	From  rule.Date `json:"van"`
	Posts []Post    `json:"posten"`
}

// Quarter is a quarter of a year: "2027-Q1".
type Quarter string

// Triangle says who is eigenaar, opdrachtgever and opdrachtnemer of a scope.
// The zero scope is the installation's own triangle, to which everything
// resolves that has no other; a World needs it before its first signal.
type Triangle struct {
	ID           string
	Version      uint64
	Scope        Anchor
	Arrangements []Arrangement // sorted by From
	Terms        []Term
	Capacity     map[Quarter]int // points of change work that the opdrachtnemer can do
	Caseload     int             // agreed number of cases per professional; 0 = not agreed
	Vocabulary   Vocabulary
	Provisional  bool      // made by somebody who is not the eigenaar above it
	Dropped      rule.Date // zero: it counts
	Reason       Text      // of the end
	History      []Moment
}

// At gives the arrangement on a date. It is total: before the first
// arrangement the first one counts.
func (t *Triangle) At(d rule.Date) Arrangement {
	for i := len(t.Arrangements) - 1; i > 0; i-- {
		if !d.Before(t.Arrangements[i].From) {
			return t.Arrangements[i]
		}
	}
	if len(t.Arrangements) == 0 {
		return Arrangement{}
	}
	return t.Arrangements[0]
}

// Holder is a person on a post on a date.
type Holder struct {
	Triangle string
	Post     Post
	Person   PersonID // empty: vacant
	Name     Text
	Signs    bool
	// Vacant says that the post itself has no living signer and the duty went
	// to the eigenaar.
	Vacant bool
}

// TriangleCommand is a command on a Triangle.
type TriangleCommand interface {
	Command
	triangleID() string
}

// SetTriangle arranges a triangle from a date on. Terms are added to those
// that exist. Anyone may make the first of a scope; afterwards the eigenaar.
type SetTriangle struct {
	ID       string
	Scope    Anchor
	From     rule.Date
	Posts    []Post
	Terms    []Term
	Caseload int
	// Vocabulary is the set of words for the corners.
	Vocabulary Vocabulary
}

// Appoint puts a person on a post. For the post of eigenaar it is a
// succession: the term of the predecessor ends the day before.
type Appoint struct {
	Triangle string
	Term     Term
}

// Leave ends the term of a person; the last day is On. The eigenaar cannot
// leave without a successor.
type Leave struct {
	Triangle, Post string
	Person         PersonID
	On             rule.Date
}

// SetCapacity says how many points of change work fit in a quarter.
type SetCapacity struct {
	Triangle string
	Quarter  Quarter
	Points   int
}

func (c SetTriangle) triangleID() string { return c.ID }
func (c Appoint) triangleID() string     { return c.Triangle }
func (c Leave) triangleID() string       { return c.Triangle }
func (c SetCapacity) triangleID() string { return c.Triangle }

// TriangleScope is what a triangle has to know of the rest.
type TriangleScope struct {
	By PersonID
	// Owner reports that the actor is the eigenaar of this triangle or of the
	// installation.
	Owner bool
	// Above reports that the actor is the eigenaar of the installation, or that
	// the installation has none yet.
	Above bool
	// Claimed gives another triangle that already has this scope; Settled
	// reports that an eigenaar set it, so that nobody makes a second one.
	Claimed string
	Settled bool
	// Used gives the points of decided claims in the quarter of SetCapacity.
	Used int
}

// DecideTriangle gives the events of a command on a triangle.
func DecideTriangle(t Triangle, s TriangleScope, c TriangleCommand, now time.Time) ([]Payload, error) {
	exists := len(t.Arrangements) > 0
	if set, ok := c.(SetTriangle); ok {
		return decideSetTriangle(t, s, set)
	}
	if exists && !t.Dropped.IsZero() {
		return nil, refuse("driehoek-opgeheven", "Deze driehoek is opgeheven op "+t.Dropped.String()+".", "Kies een driehoek die geldt.")
	}
	if !exists {
		return nil, refuse("driehoek-onbekend", "Deze driehoek bestaat niet.", "Leg eerst vast wie eigenaar, opdrachtgever en opdrachtnemer is.")
	}
	switch c := c.(type) {
	case DropTriangle:
		if !s.Owner {
			return nil, refuse("rol-onjuist", "Alleen de eigenaar heft een driehoek op.", "Vraag het de eigenaar.")
		}
		if t.Scope == (Anchor{}) {
			return nil, refuse("driehoek-van-alles", "Deze driehoek gaat over alles wat geen eigen driehoek heeft. Die blijft.", "Verander hem als hij niet klopt.")
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&TriangleDropped{Reason: c.Reason}}, nil
	case Appoint:
		if !s.Owner && s.By != System {
			return nil, refuse("rol-onjuist", "Alleen de eigenaar benoemt mensen in een driehoek.", "Vraag het de eigenaar.")
		}
		return decideAppoint(t, c)
	case Leave:
		return decideLeave(t, s, c)
	case SetCapacity:
		me, ok := t.member(s.By, DateOf(now))
		if !s.Owner && s.By != System && !(ok && me.Signs && me.Post.Corner == Opdrachtnemer) {
			return nil, refuse("rol-onjuist", "Alleen de opdrachtnemer of de eigenaar zegt hoeveel er in een kwartaal past.", "Vraag het de uitvoering.")
		}
		if !c.Quarter.Valid() {
			return nil, refuse("kwartaal-onjuist", "“"+clip(string(c.Quarter))+"” is geen kwartaal.", "Schrijf een kwartaal zo: 2027-Q1.")
		}
		if c.Points < 0 || c.Points > 1_000_000 {
			return nil, refuse("capaciteit-onjuist", "De capaciteit moet tussen 0 en 1.000.000 punten liggen.", "Geef een geheel getal.")
		}
		if c.Points < s.Used && c.Points < t.Capacity[c.Quarter] {
			return nil, refuse("capaciteit-bezet", "In "+string(c.Quarter)+" is al "+itoa(s.Used)+" punten toegezegd. Minder kan niet.", "Laat eerst een voorstel wijken.")
		}
		return []Payload{&CapacitySet{Quarter: c.Quarter, Points: c.Points}}, nil
	}
	panic("BUG: unknown command on a triangle")
}

func decideSetTriangle(t Triangle, s TriangleScope, c SetTriangle) ([]Payload, error) {
	if len(t.Arrangements) > 0 && !s.Owner && s.By != System {
		return nil, refuse("rol-onjuist", "Alleen de eigenaar verandert een driehoek.", "Vraag het de eigenaar.")
	}
	if c.ID == "" || strings.ContainsAny(c.ID, "/\x00") || len(c.ID) > 200 {
		return nil, refuse("id-onjuist", "De naam van de driehoek kan niet.", "Gebruik ten hoogste 200 tekens, zonder schuine streep.")
	}
	if c.Scope != (Anchor{}) {
		if err := c.Scope.check(); err != nil {
			return nil, err
		}
	}
	if !t.Dropped.IsZero() {
		return nil, refuse("driehoek-opgeheven", "Deze driehoek is opgeheven op "+t.Dropped.String()+".", "Maak een nieuwe driehoek.")
	}
	if !c.Vocabulary.Valid() {
		return nil, refuse("woorden-onbekend", "“"+clip(string(c.Vocabulary))+"” is geen stel woorden.", "Kies de gewone woorden of die van de agentschappen.")
	}
	if c.Caseload < 0 || c.Caseload > 100_000 {
		return nil, refuse("caseload-onjuist", "De caseload moet tussen 0 en 100.000 zaken liggen.", "Geef een geheel getal, of 0 als er niets is afgesproken.")
	}
	// Two who both think that a scope is theirs may both say so: the map shows
	// the double claim, and the eigenaar above them ends one.
	if provisional := !s.Above && len(t.Arrangements) == 0; s.Claimed != "" && (!provisional || s.Settled || c.Scope == (Anchor{})) {
		return nil, refuse("dubbele-aanspraak", "Driehoek “"+s.Claimed+"” gaat al over ditzelfde bereik.", "Verander die driehoek, of kies een ander bereik.")
	}
	if len(t.Arrangements) > 0 && t.Scope.Key() != c.Scope.Key() {
		return nil, refuse("bereik-ligt-vast", "Het bereik van een driehoek verandert niet.", "Maak een nieuwe driehoek voor het andere bereik.")
	}
	if !c.From.Valid() || c.From.IsZero() {
		return nil, refuse("datum-onjuist", "De begindatum van de driehoek ontbreekt of bestaat niet.", "Geef een datum, bijvoorbeeld 2026-06-01.")
	}
	if n := len(t.Arrangements); n > 0 && !c.From.After(t.Arrangements[n-1].From) {
		return nil, refuse("datum-onjuist", "Vanaf "+t.Arrangements[n-1].From.String()+" ligt de driehoek al vast.", "Kies een latere datum.")
	}
	ids := map[string]Post{}
	count := map[Corner]int{}
	coordinating := 0
	for _, p := range c.Posts {
		if _, double := ids[p.ID]; double || p.ID == "" || strings.ContainsAny(p.ID, "/\x00") {
			return nil, refuse("post-onjuist", "Post “"+clip(p.ID)+"” heeft geen naam of staat er twee keer.", "Geef elke post een eigen korte naam.")
		}
		if p.Organisation == "" {
			return nil, refuse("post-onjuist", "Post “"+clip(p.ID)+"” noemt geen organisatie.", "Zeg bij welke organisatie de post hoort.")
		}
		switch p.Corner {
		case Eigenaar, Opdrachtgever, Opdrachtnemer:
		default:
			return nil, refuse("post-onjuist", "Post “"+clip(p.ID)+"” staat in geen hoek.", "Kies eigenaar, opdrachtgever of opdrachtnemer.")
		}
		if p.Coordinating && p.Corner != Opdrachtgever {
			return nil, refuse("post-onjuist", "Post “"+clip(p.ID)+"” coördineert, maar is geen opdrachtgever.", "Alleen een opdrachtgever coördineert.")
		}
		if p.Coordinating {
			coordinating++
		}
		ids[p.ID] = p
		count[p.Corner]++
	}
	if count[Eigenaar] != 1 || coordinating != 1 || count[Opdrachtnemer] < 1 {
		return nil, refuse("driehoek-onvolledig", "Een driehoek heeft één eigenaar, één coördinerende opdrachtgever en ten minste één opdrachtnemer.",
			"Nu: "+itoa(count[Eigenaar])+" eigenaar, "+itoa(coordinating)+" coördinerend, "+itoa(count[Opdrachtnemer])+" opdrachtnemer.")
	}
	next := cloneTriangle(t)
	next.Arrangements = append(next.Arrangements, Arrangement{From: c.From, Posts: c.Posts})
	for _, term := range c.Terms {
		if _, ok := ids[term.Post]; !ok {
			return nil, refuse("post-onbekend", "Post “"+clip(term.Post)+"” bestaat niet in deze driehoek.", "Kies een post die er staat.")
		}
		if err := checkTerm(term); err != nil {
			return nil, err
		}
		if next.overlaps(term) {
			return nil, refuse("al-benoemd", "Deze persoon zit in die tijd al op post “"+clip(term.Post)+"”.", "Laat de benoeming weg, of kies een andere tijd.")
		}
		next.Terms = append(next.Terms, term)
	}
	if err := next.check(); err != nil {
		return nil, err
	}
	return []Payload{&TriangleSet{Scope: c.Scope, Arrangement: Arrangement{From: c.From, Posts: slices.Clone(c.Posts)}, Terms: slices.Clone(c.Terms),
		Caseload: c.Caseload, Vocabulary: c.Vocabulary, Provisional: !s.Above && s.By != System && (len(t.Arrangements) == 0 || t.Provisional) && c.Scope != (Anchor{})}}, nil
}

func checkTerm(term Term) error {
	if term.Person == "" || term.Person == System || len(term.Person) > 200 {
		return refuse("persoon-onjuist", "De benoeming noemt geen persoon.", "Kies een persoon.")
	}
	if term.From.IsZero() || !term.From.Valid() || (!term.Until.IsZero() && (!term.Until.Valid() || term.Until.Before(term.From))) {
		return refuse("datum-onjuist", "De tijd van de benoeming klopt niet.", "Geef een begindatum, en een einddatum die niet eerder is.")
	}
	return nil
}

func decideAppoint(t Triangle, c Appoint) ([]Payload, error) {
	if err := checkTerm(c.Term); err != nil {
		return nil, err
	}
	post, ok := t.post(c.Term.Post, c.Term.From)
	if !ok {
		return nil, refuse("post-onbekend", "Post “"+clip(c.Term.Post)+"” bestaat dan niet in deze driehoek.", "Kies een post die er staat.")
	}
	next := cloneTriangle(t)
	if post.Corner == Eigenaar {
		if !c.Term.Signs || !c.Term.Until.IsZero() {
			return nil, refuse("eigenaar-ontbreekt", "Een eigenaar tekent en blijft tot er een opvolger is.", "Benoem zonder einddatum, met mandaat.")
		}
		if cur := next.last(post.ID); cur != nil && !c.Term.From.After(cur.From) {
			return nil, refuse("datum-onjuist", "De huidige eigenaar begon pas op "+cur.From.String()+".", "Laat de opvolger later beginnen.")
		}
	} else if next.overlaps(c.Term) {
		return nil, refuse("al-benoemd", "Deze persoon zit in die tijd al op deze post.", "Kies een andere tijd.")
	}
	next.appoint(c.Term, post.Corner)
	if err := next.check(); err != nil {
		return nil, err
	}
	return []Payload{&PersonAppointed{Term: c.Term}}, nil
}

func decideLeave(t Triangle, s TriangleScope, c Leave) ([]Payload, error) {
	if !s.Owner && s.By != System && s.By != c.Person {
		return nil, refuse("rol-onjuist", "Alleen de persoon zelf of de eigenaar beëindigt een benoeming.", "Vraag het de eigenaar.")
	}
	if c.On.IsZero() || !c.On.Valid() {
		return nil, refuse("datum-onjuist", "De laatste dag ontbreekt of bestaat niet.", "Geef een datum, bijvoorbeeld 2026-06-01.")
	}
	for _, term := range t.Terms {
		if term.Post == c.Post && term.Person == c.Person && term.On(c.On) {
			leave := &PersonLeft{Post: c.Post, Person: c.Person, On: c.On}
			next, err := ApplyTriangle(t, leave)
			if err == nil {
				err = next.check()
			}
			if err != nil {
				return nil, err
			}
			return []Payload{leave}, nil
		}
	}
	return nil, refuse("niet-benoemd", "Deze persoon zit op die dag niet op deze post.", "Kies een benoeming die loopt.")
}

// ApplyTriangle gives the triangle after an event.
func ApplyTriangle(t Triangle, p Payload) (Triangle, error) {
	next := cloneTriangle(t)
	err := applyTriangle(&next, p, moment{})
	return next, err
}

func applyTriangle(t *Triangle, p Payload, m moment) error {
	switch p := p.(type) {
	case *TriangleSet:
		t.Scope = p.Scope
		t.Arrangements = append(t.Arrangements, p.Arrangement)
		t.Terms = append(t.Terms, p.Terms...)
		t.Caseload, t.Vocabulary, t.Provisional = p.Caseload, p.Vocabulary, p.Provisional
	case *PersonAppointed:
		post, _ := t.post(p.Term.Post, p.Term.From)
		t.appoint(p.Term, post.Corner)
	case *PersonLeft:
		for i, term := range t.Terms {
			if term.Post == p.Post && term.Person == p.Person && term.On(p.On) {
				t.Terms[i].Until = p.On
			}
		}
	case *CapacitySet:
		if t.Capacity == nil {
			t.Capacity = map[Quarter]int{}
		}
		t.Capacity[p.Quarter] = p.Points
	case *TriangleDropped:
		t.Dropped, t.Reason = m.date, p.Reason
	default:
		return wrongStream(p, triangleStream(t.ID))
	}
	t.Version++
	line := m.line(p)
	line.Text = t.Reason // a name is no line of a story
	t.History = append(t.History, line)
	return nil
}

func (t *Triangle) appoint(term Term, corner Corner) {
	if corner == Eigenaar {
		if cur := t.last(term.Post); cur != nil {
			cur.Until = term.From.AddDays(-1)
		}
	}
	t.Terms = append(t.Terms, term)
}

func cloneTriangle(t Triangle) Triangle {
	t.Arrangements = slices.Clone(t.Arrangements)
	t.Terms = slices.Clone(t.Terms)
	t.Capacity = maps.Clone(t.Capacity)
	t.History = slices.Clone(t.History)
	return t
}

func (t *Triangle) post(id string, d rule.Date) (Post, bool) {
	for _, p := range t.At(d).Posts {
		if p.ID == id {
			return p, true
		}
	}
	return Post{}, false
}

// last gives the term on a post that began last.
func (t *Triangle) last(post string) *Term {
	var out *Term
	for i := range t.Terms {
		if t.Terms[i].Post == post && (out == nil || t.Terms[i].From.After(out.From)) {
			out = &t.Terms[i]
		}
	}
	return out
}

func (t *Triangle) overlaps(n Term) bool {
	return slices.ContainsFunc(t.Terms, func(o Term) bool {
		return o.Post == n.Post && o.Person == n.Person && meet(o, n)
	})
}

func meet(a, b Term) bool {
	return (a.Until.IsZero() || !b.From.After(a.Until)) && (b.Until.IsZero() || !a.From.After(b.Until))
}

// checkPersons refuses one person in two corners at the same time: whoever
// signs for policy does not sign for execution, and the eigenaar stands above
// both.
func (t *Triangle) checkPersons() error {
	for n, arr := range t.Arrangements {
		corner := map[string]Corner{}
		for _, p := range arr.Posts {
			corner[p.ID] = p.Corner
		}
		var until rule.Date
		if n+1 < len(t.Arrangements) {
			until = t.Arrangements[n+1].From.AddDays(-1)
		}
		window := Term{From: arr.From, Until: until}
		for i, a := range t.Terms {
			for _, b := range t.Terms[i+1:] {
				ca, cb := corner[a.Post], corner[b.Post]
				if a.Person != b.Person || ca == "" || cb == "" || ca == cb || !meet(a, b) {
					continue
				}
				if both := (Term{From: later(a.From, b.From), Until: sooner(a.Until, b.Until)}); meet(both, window) {
					return refuse("zelfde-persoon-twee-hoeken", "Eén persoon kan niet tegelijk "+string(ca)+" en "+string(cb)+" zijn.", "Kies voor een van de twee hoeken iemand anders.")
				}
			}
		}
	}
	return nil
}

func later(a, b rule.Date) rule.Date {
	if a.After(b) {
		return a
	}
	return b
}

// sooner gives the earlier of two end dates; a zero one is open.
func sooner(a, b rule.Date) rule.Date {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// check reports what is wrong with a triangle as a whole: one person in two
// corners, or a day without an eigenaar who signs.
func (t *Triangle) check() error {
	if err := t.checkPersons(); err != nil {
		return err
	}
	for n, arr := range t.Arrangements {
		var until rule.Date
		if n+1 < len(t.Arrangements) {
			until = t.Arrangements[n+1].From.AddDays(-1)
		}
		if gap, ok := t.gap(arr, until); ok {
			return refuse("eigenaar-zonder-opvolger", "Op "+gap.String()+" heeft deze driehoek dan geen eigenaar die tekent.", "Benoem eerst een eigenaar of opvolger die tekent, zonder einddatum.")
		}
	}
	return nil
}

// gap gives the first day of an arrangement on which nobody signs as eigenaar.
func (t *Triangle) gap(arr Arrangement, until rule.Date) (rule.Date, bool) {
	var post string
	for _, p := range arr.Posts {
		if p.Corner == Eigenaar {
			post = p.ID
		}
	}
	d := arr.From
	for until.IsZero() || !d.After(until) {
		var next *Term
		for i := range t.Terms {
			if o := &t.Terms[i]; o.Post == post && o.Signs && o.On(d) && (next == nil || o.Until.IsZero() || (!next.Until.IsZero() && o.Until.After(next.Until))) {
				next = o
			}
		}
		if next == nil {
			return d, true
		}
		if next.Until.IsZero() {
			return d, false
		}
		d = next.Until.AddDays(1)
	}
	return d, false
}

// signer gives who signs on a post on a date.
func (t *Triangle) signer(post Post, d rule.Date) (Holder, bool) {
	for _, term := range t.Terms {
		if term.Post == post.ID && term.Signs && term.On(d) {
			return Holder{Triangle: t.ID, Post: post, Person: term.Person, Name: term.Name, Signs: true}, true
		}
	}
	return Holder{Triangle: t.ID, Post: post}, false
}

// owner gives the eigenaar on a date. It is total: before the first term the
// first eigenaar counts.
func (t *Triangle) owner(d rule.Date) Holder {
	for _, p := range t.At(d).Posts {
		if p.Corner != Eigenaar {
			continue
		}
		if h, ok := t.signer(p, d); ok {
			return h
		}
		var first *Term
		for i := range t.Terms {
			if o := &t.Terms[i]; o.Post == p.ID && o.Signs && (first == nil || o.From.Before(first.From)) {
				first = o
			}
		}
		if first != nil {
			return Holder{Triangle: t.ID, Post: p, Person: first.Person, Name: first.Name, Signs: true}
		}
		return Holder{Triangle: t.ID, Post: p}
	}
	return Holder{Triangle: t.ID}
}

// corner gives who signs for a corner: the coordinating opdrachtgever, the
// first opdrachtnemer with somebody, or the eigenaar. A vacancy resolves to
// the eigenaar.
func (t *Triangle) corner(c Corner, d rule.Date) Holder {
	for _, p := range t.At(d).Posts {
		if p.Corner != c || (c == Opdrachtgever && !p.Coordinating) {
			continue
		}
		if h, ok := t.signer(p, d); ok {
			return h
		}
	}
	h := t.owner(d)
	h.Vacant = c != Eigenaar
	return h
}

// named gives who signs on a named post; gone or vacant is the eigenaar.
func (t *Triangle) named(post string, d rule.Date) Holder {
	if p, ok := t.post(post, d); ok {
		if h, ok := t.signer(p, d); ok {
			return h
		}
	}
	h := t.owner(d)
	h.Vacant = true
	return h
}

// member gives the place of a person on a date; a place that signs goes first.
func (t *Triangle) member(id PersonID, d rule.Date) (Holder, bool) {
	var out Holder
	found := false
	for _, term := range t.Terms {
		if term.Person != id || !term.On(d) {
			continue
		}
		if p, ok := t.post(term.Post, d); ok && (!found || (term.Signs && !out.Signs)) {
			out, found = Holder{Triangle: t.ID, Post: p, Person: id, Name: term.Name, Signs: term.Signs}, true
		}
	}
	return out, found
}

// Members gives everybody in the triangle on a date, in order of posts.
func (t *Triangle) Members(d rule.Date) []Holder {
	var out []Holder
	for _, p := range t.At(d).Posts {
		n := len(out)
		for _, term := range t.Terms {
			if term.Post == p.ID && term.On(d) {
				out = append(out, Holder{Triangle: t.ID, Post: p, Person: term.Person, Name: term.Name, Signs: term.Signs})
			}
		}
		if len(out) == n {
			out = append(out, Holder{Triangle: t.ID, Post: p, Vacant: true})
		}
	}
	return out
}

// Valid reports whether it is written as 2027-Q1.
func (q Quarter) Valid() bool {
	return len(q) == 7 && q[4:6] == "-Q" && q[6] >= '1' && q[6] <= '4' &&
		strings.Trim(string(q[:4]), "0123456789") == "" && q[:4] >= "1900"
}

// clip shortens what a user typed for use in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
