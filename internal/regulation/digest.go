package regulation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// RuleDigest identifies a rule: its canonical text, what its words mean and the
// values of the parameters that it reads. It starts with "regel:".
type RuleDigest string

// ContentDigest identifies the content of a regulation: rules, parameters,
// steps, outcomes, grounds and contact threshold; for a regulation without
// rules its text. It starts with "inhoud:".
type ContentDigest string

// SetDigest identifies a whole set: the content of all its regulations. It
// starts with "regelset:".
type SetDigest string

// The digests do not depend on layout, comments, the order of files, examples,
// explanation in articles with rules, or sources of values.

// encoder writes fields with their length, so that no two sequences of fields
// give the same bytes. The first field is the domain.
type encoder struct{ h hash.Hash }

func newEncoder(domain string) encoder {
	e := encoder{sha256.New()}
	e.str("lemniscaat/1/" + domain)
	return e
}

func (e encoder) str(fields ...string) {
	for _, s := range fields {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		e.h.Write(n[:])
		e.h.Write([]byte(s))
	}
}

func (e encoder) num(n int)   { e.str(fmt.Sprint(n)) }
func (e encoder) flag(b bool) { e.str(fmt.Sprint(b)) }

func (e encoder) sum() string { return hex.EncodeToString(e.h.Sum(nil)) }

// RuleDigest gives the digest of a rule with all its versions; ok is false
// when there is no such rule.
func (s *Set) RuleDigest(id string) (RuleDigest, bool) {
	r, ok := s.Rule(id)
	if !ok {
		return "", false
	}
	return ruleDigest(r, r.Versions, rule.Date{}), true
}

// VersionDigest gives the digest of the version of a rule that is in force on
// a date, with the parameter values of that date: it stays the same when
// another period changes. ok is false when no version is in force.
func (s *Set) VersionDigest(id string, on rule.Date) (RuleDigest, bool) {
	r, ok := s.Rule(id)
	if !ok {
		return "", false
	}
	v := r.At(on)
	if v == nil {
		return "", false
	}
	return ruleDigest(r, []*rule.Version{v}, on), true
}

// ruleDigest covers versions of a rule; with a date only the parameter values
// of that date.
func ruleDigest(r *rule.Rule, versions []*rule.Version, on rule.Date) RuleDigest {
	domain := "regel"
	if !on.IsZero() {
		domain = "regelversie"
	}
	e := newEncoder(domain)
	e.str(r.ID, r.Name, r.Regulation)
	w := words{}
	e.num(len(versions))
	for _, v := range versions {
		e.str(v.From.String(), v.Until.String(), regelspraak.PrintVersion(v))
		w.version(v)
	}
	attrs := sorted(w.attributes, (*rule.Attribute).ID)
	e.num(len(attrs))
	for _, a := range attrs {
		e.str(a.ID(), fmt.Sprint(a.Kind))
		e.typ(a.Type)
	}
	roles := sorted(w.roles, (*rule.Role).ID)
	e.num(len(roles))
	for _, r := range roles {
		e.str(r.ID(), r.Target.Name)
		e.flag(r.Many)
		e.flag(r.Fact.Reciprocal)
		if r.Many && r.Inverse.Many {
			e.str("meerdere aan beide kanten")
		}
	}
	params := sorted(w.parameters, func(p *rule.Parameter) string { return p.ID })
	e.num(len(params))
	for _, p := range params {
		if on.IsZero() {
			e.parameter(p)
			continue
		}
		v, _ := p.At(on)
		e.str(p.ID)
		e.typ(p.Type)
		e.datum(v.Value)
	}
	if len(w.factors) > 0 {
		e.str("omrekening")
		e.str(w.factors...)
	}
	return RuleDigest("regel:" + e.sum())
}

func (e encoder) typ(t rule.Type) {
	e.str(fmt.Sprint(t.Kind), t.Unit)
	e.flag(t.Whole)
	if t.Domain != nil {
		e.str(t.Domain.Name)
		e.str(t.Domain.Values...)
		if !t.Domain.IsEnum() {
			e.str("basis")
			e.typ(t.Domain.Base)
		}
	}
	// Later additions say so only where they are used, so that older digests
	// stay what they were.
	if t.Decimals > 0 {
		e.str("decimalen", fmt.Sprint(t.Decimals))
	}
	if t.Sign != rule.AnySign {
		e.str("teken", fmt.Sprint(t.Sign))
	}
}

func (e encoder) datum(d rule.Datum) { e.str(fmt.Sprint(d.Kind), d.String()) }

func (e encoder) parameter(p *rule.Parameter) {
	e.str(p.ID)
	e.typ(p.Type)
	e.num(len(p.Values))
	for _, v := range p.Values {
		e.str(v.From.String())
		e.datum(v.Value)
	}
}

func sorted[T any](m map[*T]bool, id func(*T) string) []*T {
	out := make([]*T, 0, len(m))
	for x := range m {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *T) int { return strings.Compare(id(a), id(b)) })
	return out
}

// ContentDigest gives the digest of the content of a regulation.
func (r *Regulation) ContentDigest() ContentDigest {
	e := newEncoder("inhoud")
	e.str(r.ID)
	rules := slices.Clone(r.Rules())
	slices.SortFunc(rules, func(a, b *rule.Rule) int { return strings.Compare(a.ID, b.ID) })
	e.num(len(rules))
	for _, x := range rules {
		e.str(string(ruleDigest(x, x.Versions, rule.Date{})))
	}
	params := slices.Clone(r.Parameters)
	slices.SortFunc(params, func(a, b *rule.Parameter) int { return strings.Compare(a.ID, b.ID) })
	e.num(len(params))
	for _, p := range params {
		e.parameter(p)
	}
	e.num(len(r.steps))
	for _, s := range r.steps {
		e.step(s)
	}
	e.num(len(r.Outcomes))
	for _, o := range r.Outcomes {
		e.str(o.Attribute, o.Period)
	}
	e.num(len(r.Grounds))
	for _, g := range r.Grounds {
		e.str(g.ID, squeeze(g.Text), g.Article, g.Source)
	}
	if r.ContactThreshold != nil {
		e.str(r.ContactThreshold.RatString())
	}
	if r.Advance != nil {
		e.str("voorschot", r.Advance.Threshold)
	}
	if len(rules) == 0 {
		e.str("tekst")
		e.num(len(r.Articles))
		for _, a := range r.Articles {
			e.str(a.ID, squeeze(a.Title), a.Number, squeeze(a.Text))
		}
	}
	return ContentDigest("inhoud:" + e.sum())
}

func (e encoder) step(s Step) {
	e.str(s.ID, s.Article, s.Who, squeeze(s.Action), squeeze(s.Trigger), squeeze(s.IfNothing), s.From.String(), s.Until.String())
	for _, n := range []int{s.Deadline, s.Choices, s.Load, s.Minutes, s.HandlingMinutes, len(s.Evidence)} {
		e.num(n)
	}
	for _, x := range s.Evidence {
		e.str(squeeze(x.Name), squeeze(x.Register))
		e.flag(x.Own)
	}
	e.num(len(s.Channels))
	for _, c := range s.Channels {
		e.str(squeeze(c.Name))
		e.flag(c.Human)
	}
	for _, b := range []bool{s.LifeEvent, s.Reversible, s.Loses, s.Yearly, s.Automatic, s.Judgement} {
		e.flag(b)
	}
	e.helpDigest(s)
}

// squeeze makes layout irrelevant.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// Digest gives the digest of the whole set, as shown beside every outcome. It is
// kept with the set: pages ask it many times, and it covers every rule.
func (s *Set) Digest() SetDigest {
	if s.scopes == nil {
		return s.computeDigest()
	}
	return s.scopes.digest()
}

func (s *Set) computeDigest() SetDigest {
	e := newEncoder("regelset")
	e.num(len(s.Regulations))
	for _, r := range s.Regulations {
		e.str(r.ID, string(s.ContentDigest(r)))
	}
	if phases := s.Phases(); len(phases) > 0 { // older digests stay what they were
		e.str("invoering")
		for _, p := range phases {
			e.str(p.yaml())
		}
	}
	return SetDigest("regelset:" + e.sum())
}
