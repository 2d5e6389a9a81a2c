package authz

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
)

//go:embed policies.cedar
var policyText []byte

//go:embed schema.cedarschema
var schemaText []byte

// Resource is what a request is about. A resource without an organisation is
// shared by everybody who uses this installation.
type Resource struct {
	Kind, ID     string
	Organisation string
}

// Request is one question: may this principal try this operation on this?
type Request struct {
	Principal Principal
	Operation string
	Resource  Resource
	// Demo: this is the demo, where anybody chooses who to be.
	Demo bool
}

// Decision is the answer.
type Decision struct {
	Allowed bool
	// Policy is the id of the policy that decided; empty when none allows it.
	Policy string
	// Needed says in one sentence what would be needed, in Dutch and English.
	Needed, NeededEnglish string
	// Hide: that the resource exists may not be known; answer as if it does not.
	Hide bool
	// SignIn: signing in may help. Stronger: a second factor would.
	SignIn, Stronger bool
}

// groups says which roles a group of the policies holds.
var groups = map[string][]string{
	"medewerker":      {RoleProfessional, RoleLeader, RolePolicy, RoleExecution, RoleOwner, RoleLaw, RolePolitics, RoleAuditor, RoleManager, RoleEmergency, RoleOnlooker},
	"werkt-met-zaken": {RoleProfessional, RoleLeader, RolePolicy, RoleExecution, RoleOwner, RoleLaw, RoleAuditor, RoleEmergency, RoleOnlooker},
	"werkt-mee":       {RoleProfessional, RoleLeader, RolePolicy, RoleExecution, RoleOwner, RoleLaw},
	"aan-de-balie":    {RoleProfessional, RoleLeader, RoleExecution},
	"leidt-de-balie":  {RoleLeader, RoleExecution},
	"in-de-driehoek":  {RolePolicy, RoleExecution, RoleOwner},
	"stuurt":          {RoleLeader, RolePolicy, RoleExecution, RoleOwner},
	"richt-in":        {RolePolicy, RoleExecution, RoleOwner, RoleManager, RoleEmergency, RoleConsole},
	"voert-in":        {RoleProfessional, RoleLeader, RoleExecution, RoleManager, RoleEmergency, RoleConsole},
	"beheert":         {RoleManager, RoleEmergency, RoleConsole},
	"houdt-toezicht":  {RoleAuditor, RoleManager, RoleEmergency, RoleConsole},
}

// levels in the order of strength.
var levels = map[string]types.Long{LevelNone: 0, LevelPassword: 1, LevelTwo: 2, LevelKey: 3}

// Authority answers requests. It changes nothing and is safe for concurrent use.
type Authority struct {
	policies *cedar.PolicySet
	// fixed are the entities that are the same for every request: roles, groups
	// and operations.
	fixed      types.EntityMap
	operations map[string][]string // operation → its groups
	// allowed are requests that were allowed before, with the policy: the policies
	// and what they look at do not change, so the answer to the same request is the
	// same. Who a token is of and what it may be used for is part of the request.
	mu      sync.RWMutex
	allowed map[string]Decision
}

// maxAllowed is how many of them are kept before it starts anew.
const maxAllowed = 4096

// key writes a request so that no two requests are written the same.
func (r Request) key() string {
	b := make([]byte, 0, 256)
	text := func(parts ...string) {
		b = strconv.AppendInt(b, int64(len(parts)), 10)
		for _, s := range parts {
			b = append(strconv.AppendInt(append(b, ' '), int64(len(s)), 10), ' ')
			b = append(b, s...)
		}
	}
	text(r.Operation, r.Principal.Account, r.Principal.Person, r.Principal.Organisation, r.Principal.Level, r.Resource.Kind, r.Resource.ID, r.Resource.Organisation, strconv.FormatBool(r.Demo))
	text(r.Principal.Roles...)
	text(r.Principal.Scopes...)
	return string(b)
}

// New reads the policies and the operations that ship.
func New() (*Authority, error) { return Read(schemaText, policyText) }

// Read reads policies over a schema of operations, for tests of both.
func Read(schemaText, policyText []byte) (*Authority, error) {
	list, err := cedar.NewPolicyListFromBytes("policies.cedar", policyText)
	if err != nil {
		return nil, fmt.Errorf("authz: %w", err)
	}
	a := &Authority{policies: cedar.NewPolicySet(), fixed: types.EntityMap{}, operations: map[string][]string{}}
	for _, p := range list {
		id := string(p.Annotations()["id"])
		if id == "" || p.Annotations()["uitleg"] == "" || p.Annotations()["english"] == "" {
			return nil, fmt.Errorf("authz: policies.cedar:%d: a policy has @id, @uitleg and @english", p.Position().Line)
		}
		if !a.policies.Add(cedar.PolicyID(id), p) {
			return nil, fmt.Errorf("authz: policies.cedar:%d: a second policy %s", p.Position().Line, id)
		}
	}
	var s schema.Schema
	s.SetFilename("schema.cedarschema")
	if err := s.UnmarshalCedar(schemaText); err != nil {
		return nil, fmt.Errorf("authz: %w", err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		return nil, fmt.Errorf("authz: %w", err)
	}
	for uid, action := range resolved.Actions {
		a.fixed[uid] = action.Entity
		if action.AppliesTo == nil { // a group
			continue
		}
		var in []string
		for parent := range action.Entity.Parents.All() {
			in = append(in, string(parent.ID))
		}
		slices.Sort(in)
		a.operations[string(uid.ID)] = in
	}
	member := map[string][]types.EntityUID{}
	for group, roles := range groups {
		uid := role(group)
		a.fixed[uid] = types.Entity{UID: uid}
		for _, r := range roles {
			member[r] = append(member[r], uid)
		}
	}
	for _, r := range Roles() {
		a.fixed[role(r)] = types.Entity{UID: role(r), Parents: types.NewEntityUIDSet(member[r]...)}
	}
	return a, nil
}

func role(name string) types.EntityUID { return types.NewEntityUID("Rol", types.String(name)) }

// Operations gives every operation, sorted.
func (a *Authority) Operations() []string { return slices.Sorted(maps.Keys(a.operations)) }

// Known reports that there is such an operation.
func (a *Authority) Known(operation string) bool { return a.operations[operation] != nil }

// Groups gives the groups of an operation, sorted.
func (a *Authority) Groups(operation string) []string { return slices.Clone(a.operations[operation]) }

// Owned reports that an operation is about something of one organisation.
func (a *Authority) Owned(operation string) bool {
	return slices.Contains(a.operations[operation], "van-organisatie")
}

// Sensitive reports that an operation asks for a second factor.
func (a *Authority) Sensitive(operation string) bool {
	return slices.Contains(a.operations[operation], "gevoelig")
}

// entities of one request, over the fixed ones.
type entities struct {
	fixed types.EntityMap
	own   [2]types.Entity
}

// Get implements types.EntityGetter.
func (e *entities) Get(uid types.EntityUID) (types.Entity, bool) {
	for _, o := range e.own {
		if o.UID == uid {
			return o, true
		}
	}
	x, ok := e.fixed[uid]
	return x, ok
}

// Organisation makes the id of an organisation of its name: two ways of writing
// the same name are one organisation.
func Organisation(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// Decide says whether a principal may try an operation. What no policy allows is
// refused; so is what there is no operation for.
func (a *Authority) Decide(r Request) Decision {
	if !a.Known(r.Operation) {
		return Decision{Needed: "Deze handeling bestaat niet.", NeededEnglish: "There is no such operation."}
	}
	key := r.key()
	a.mu.RLock()
	known, ok := a.allowed[key]
	a.mu.RUnlock()
	if ok {
		return known
	}
	decision, why := a.ask(r)
	d := Decision{Allowed: bool(decision)}
	if len(why.Reasons) > 0 {
		ids := make([]string, 0, len(why.Reasons))
		for _, x := range why.Reasons {
			ids = append(ids, string(x.PolicyID))
		}
		d.Policy = slices.Min(ids)
	}
	if d.Allowed {
		a.mu.Lock()
		if a.allowed == nil || len(a.allowed) >= maxAllowed {
			a.allowed = map[string]Decision{}
		}
		a.allowed[key] = d
		a.mu.Unlock()
		return d
	}
	d.SignIn = !r.Principal.SignedIn() && len(r.Principal.Scopes) == 0
	if d.Policy != "" { // a policy that holds back
		// A stronger way of signing in does not help whom nothing allows it.
		r.Principal.Level = LevelKey
		if strong, _ := a.ask(r); !bool(strong) && !d.SignIn && a.policies.Get(cedar.PolicyID(d.Policy)).Annotations()["sterker"] != "" {
			d.Policy = ""
		}
	}
	if d.Policy != "" {
		notes := a.policies.Get(cedar.PolicyID(d.Policy)).Annotations()
		d.Needed, d.NeededEnglish = string(notes["uitleg"]), string(notes["english"])
		d.Hide, d.Stronger = notes["verberg"] != "", notes["sterker"] != ""
		return d
	}
	d.Needed, d.NeededEnglish = a.needed(r)
	return d
}

func (a *Authority) ask(r Request) (cedar.Decision, cedar.Diagnostic) {
	p := r.Principal
	kind, parent := types.EntityType("Gebruiker"), types.EntityType("Rol")
	names := p.Roles
	if len(p.Scopes) > 0 {
		kind, parent, names = "Koppeling", "Bereik", p.Scopes
	}
	parents := make([]types.EntityUID, 0, len(names))
	for _, n := range names {
		parents = append(parents, types.NewEntityUID(parent, types.String(n)))
	}
	who := types.Entity{UID: types.NewEntityUID(kind, types.String(p.Account)), Parents: types.NewEntityUIDSet(parents...)}
	attributes := types.RecordMap{"organisatie": types.String(Organisation(p.Organisation))}
	if kind == "Gebruiker" {
		attributes["aangemeld"] = types.Boolean(p.SignedIn())
		attributes["niveau"] = levels[p.Level]
	}
	who.Attributes = types.NewRecord(attributes)
	what := types.Entity{UID: types.NewEntityUID("Ding", types.String(r.Resource.Kind+"/"+r.Resource.ID)), Attributes: types.NewRecord(types.RecordMap{
		"soort": types.String(r.Resource.Kind), "organisatie": types.String(Organisation(r.Resource.Organisation)),
	})}
	return cedar.Authorize(a.policies, &entities{a.fixed, [2]types.Entity{who, what}}, types.Request{
		Principal: who.UID, Action: types.NewEntityUID("Action", types.String(r.Operation)), Resource: what.UID,
		Context: types.NewRecord(types.RecordMap{"demo": types.Boolean(r.Demo)}),
	})
}

// Needed says in Dutch and English why an operation was refused: by the policy that
// held back, or without one what would have allowed it.
func (a *Authority) Needed(operation, policy string) (dutch, english string) {
	if p := a.policies.Get(cedar.PolicyID(policy)); policy != "" && p != nil {
		notes := p.Annotations()
		return string(notes["uitleg"]), string(notes["english"])
	}
	d := a.Decide(Request{Principal: Principal{Account: "x", Level: LevelKey}, Operation: operation})
	return d.Needed, d.NeededEnglish
}

// needed says what would have allowed it: the words of the policies that allow
// the operation to somebody.
func (a *Authority) needed(r Request) (dutch, english string) {
	found := map[string]bool{}
	try := func(p Principal) {
		p.Account, p.Organisation, p.Level = "x", r.Resource.Organisation, LevelKey
		d, why := a.ask(Request{Principal: p, Operation: r.Operation, Resource: r.Resource, Demo: true})
		if !bool(d) {
			return
		}
		for _, x := range why.Reasons {
			found[string(x.PolicyID)] = true
		}
	}
	if len(r.Principal.Scopes) > 0 {
		for _, s := range Scopes() {
			try(Principal{Scopes: []string{s}})
		}
	} else {
		for _, x := range Roles() {
			try(Principal{Roles: []string{x}})
		}
	}
	var nl, en []string
	for _, id := range slices.Sorted(maps.Keys(found)) {
		notes := a.policies.Get(cedar.PolicyID(id)).Annotations()
		nl, en = append(nl, string(notes["uitleg"])), append(en, string(notes["english"]))
	}
	if len(nl) == 0 {
		return "Dit mag niemand op deze manier.", "Nobody may do this in this way."
	}
	return strings.Join(nl, " "), strings.Join(en, " ")
}
