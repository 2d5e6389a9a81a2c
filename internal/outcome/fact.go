package outcome

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// Fact is a row that is kept, with what was found when it came in.
type Fact struct {
	Row
	// Weighs: the outcome is burdensome under the threshold of the regulation
	// at the time; see Row.Burdensome.
	Weighs bool
}

// Unheard reports that something burdensome was decided without speaking to
// the person and without a legal exception.
func (f Fact) Unheard() bool { return f.Weighs && f.Contact != Spoken && f.Exception == "" }

// Key is the identity of a fact: the first half of SHA-256 over its source and
// id. The same key with other contents is another fact under the name of the
// first, and is refused.
type Key [16]byte

// Sum is the first half of SHA-256 over the contents of a fact.
type Sum [16]byte

// Key gives the identity of the fact.
func (f Fact) Key() Key {
	source, id := f.Source, f.ID
	if id == "" {
		id = f.Name()
	}
	if source == "" {
		source = SourceFile
	}
	h := sha256.New()
	put(h, "lemniscaat/feit/1", source, id)
	return Key(h.Sum(nil)[:len(Key{})])
}

// Sum gives the fingerprint of what the row says. What was found when it came
// in is not part of it: a threshold may change between two deliveries.
func (f Fact) Sum() Sum {
	h := sha256.New()
	f.write(h)
	return Sum(h.Sum(nil)[:len(Sum{})])
}

// write gives the canonical bytes of the row.
func (f Fact) write(h hash.Hash) {
	yes := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	put(h, f.Source, f.ID, f.Case, f.Regulation, f.Article, f.Step, f.Version, f.Date.String(), string(f.Class), f.Amount.String(), f.Loss.String(),
		f.Share.String(), f.GroupText(), string(f.Contact), f.Exception, f.Ground, yes(f.Late), yes(f.Asked), yes(f.Synthetic))
}

// Digest gives the fingerprint of a batch, in its order: 64 hexadecimal digits.
// The log holds it, so that facts that were changed afterwards show.
func Digest(facts []Fact) string {
	h := sha256.New()
	put(h, "lemniscaat/feiten/1")
	for _, f := range facts {
		f.write(h)
		put(h, map[bool]string{true: "1"}[f.Weighs])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// put hashes texts, each with its length, so that two lists never give the
// same bytes.
func put(h hash.Hash, texts ...string) {
	var n [4]byte
	for _, t := range texts {
		binary.BigEndian.PutUint32(n[:], uint32(len(t)))
		h.Write(n[:])
		h.Write([]byte(t))
	}
}

// GroupText writes the attributes in a fixed order:
// "huishouden=alleenstaand,leeftijd=27-45".
func (r Row) GroupText() string { return strings.Join(r.groupList(), ",") }

// ParseGroups is the inverse of GroupText.
func ParseGroups(s string) map[string]string {
	if s == "" {
		return nil
	}
	out := map[string]string{}
	for pair := range strings.SplitSeq(s, ",") {
		name, value, _ := strings.Cut(pair, "=")
		out[name] = value
	}
	return out
}

func (r Row) groupList() []string {
	parts := make([]string, 0, len(r.Groups))
	for name, value := range r.Groups {
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	return parts
}

// Week gives the Monday of the week of a day: how the cube names a week.
func Week(d rule.Date) rule.Date {
	return DayOf(Day(d) - (Day(d)+3)%7) // 1 January 1970 was a Thursday
}

// epoch is day 0.
var epoch = rule.Date{Year: 1970, Month: 1, Day: 1}

// Day numbers a date from 1 January 1970 on, as stores keep it.
func Day(d rule.Date) int { return rule.DaysBetween(epoch, d) }

// DayOf is the inverse of Day.
func DayOf(n int) rule.Date { return epoch.AddDays(n) }
