package office

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// The keys of the pseudonyms are files outside the store, each with a version. The
// log says which version holds now and which are out of use; it never holds a key.
// New pseudonyms are made with the newest. An old key is kept to recognise a case by:
// whoever is looked for is looked for under every key that is there.

// ErrKeys says that the keys that are here are not those that the log speaks of.
var ErrKeys = errors.New("de sleutels voor pseudoniemen zijn niet die van deze installatie")

// keyring is the keys that this process has, and what the log says of them.
type keyring struct {
	read  atomic.Pointer[map[int][]byte] // as they are kept
	keys  atomic.Pointer[map[int][]byte] // those of them that are what the log says, and in use
	state atomic.Pointer[[]loop.PseudonymKey]
}

// sift leaves out keys that are not what the log speaks of: nothing may be named with
// those.
func (k *keyring) sift() {
	good, read := map[int][]byte{}, *k.read.Load()
	for _, x := range k.known() {
		if key := read[x.Version]; key != nil && !x.Retired && (x.Check == "" || x.Check == KeyCheck(key)) {
			good[x.Version] = key
		}
	}
	k.keys.Store(&good)
}

// known gives the keys as the log knows them, oldest first; it needs no lock.
func (k *keyring) known() []loop.PseudonymKey {
	if p := k.state.Load(); p != nil {
		return *p
	}
	return []loop.PseudonymKey{{Version: 1}}
}

// readKeys reads the keys again from where they are kept.
func (o *Office) readKeys() error {
	keys := map[int][]byte{1: o.Secret}
	if o.Config.Keys != nil {
		var err error
		if keys, err = o.Config.Keys(); err != nil {
			return err
		}
	}
	for v, k := range keys {
		if len(k) < 32 {
			return fmt.Errorf("office: de sleutel voor pseudoniemen, versie %d, is korter dan 32 bytes", v)
		}
	}
	o.ring.read.Store(&keys)
	o.ring.sift()
	return nil
}

// followKeys notes what the log says of the keys, and reads them again when one was
// taken into use; the caller holds o.mu.
func (o *Office) followKeys() {
	before, now := o.ring.known(), o.world.PseudonymKeys()
	o.ring.state.Store(&now)
	o.ring.sift()
	if o.ready && len(now) > len(before) {
		if err := o.readKeys(); err != nil {
			o.Log.Error("pseudonym key", slog.String("fout", err.Error()))
		}
		if err := o.checkKeys(); err != nil {
			o.Log.Error("pseudonym key", slog.String("fout", err.Error()))
		}
	}
}

// checkKeys reports whether every key that is in use is here, and is the one that the
// log speaks of. A server with other keys gives the same person another pseudonym.
func (o *Office) checkKeys() error {
	have := *o.ring.read.Load()
	for _, k := range o.ring.known() {
		key, ok := have[k.Version]
		switch {
		case k.Retired:
		case !ok:
			return fmt.Errorf("%w: versie %d ontbreekt; zet het bestand in de map met sleutels van elke server", ErrKeys, k.Version)
		case k.Check != "" && k.Check != KeyCheck(key):
			return fmt.Errorf("%w: versie %d is een andere dan die in gebruik is genomen; zet de goede terug", ErrKeys, k.Version)
		}
	}
	return nil
}

// KeyCheck gives the value by which a key is recognised: 8 bytes that say nothing else
// of it.
func KeyCheck(key []byte) string {
	return hex.EncodeToString(derived(key, "kenmerk")[:8])
}

// derived gives the key for one purpose.
func derived(key []byte, purpose string) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, "lemniscaat/"+purpose+"/1", 32)
	if err != nil {
		panic("BUG: " + err.Error()) // 32 bytes are always given
	}
	return out
}

// purposeKey gives the key of a version for one purpose. The first version was used
// as it is, with a text before what is hashed; what was made with it stays.
func purposeKey(version int, key []byte, purpose string) []byte {
	if version == 1 {
		return key
	}
	return derived(key, purpose)
}

// versions gives the versions of which the key is here and in use, newest first.
func (o *Office) versions() []int {
	have := *o.ring.keys.Load()
	var out []int
	for _, k := range slices.Backward(o.ring.known()) {
		if have[k.Version] != nil {
			out = append(out, k.Version)
		}
	}
	return out
}

// newestKey gives the newest key that is here, for what need not be the same for
// ever.
func (o *Office) newestKey(purpose string) (version int, key []byte) {
	have := *o.ring.keys.Load()
	for _, v := range o.versions() {
		return v, purposeKey(v, have[v], purpose)
	}
	return 1, make([]byte, 32) // it does not start without, nor goes on to write
}

// Subjects gives the version and the key for pseudonyms in the log of processing.
func (o *Office) Subjects() (string, []byte) {
	v, key := o.newestKey("betrokkene")
	return "v" + strconv.Itoa(v), key
}

// CounterKey keys the names of those who are counted.
func (o *Office) CounterKey() []byte {
	_, key := o.newestKey("teller")
	return key
}

// pseudonymAt gives the name of a case under a version; "" when its key is not here.
func (o *Office) pseudonymAt(version int, caseRef string) string {
	if !slices.Contains(o.versions(), version) {
		return ""
	}
	return Pseudonym(version, (*o.ring.keys.Load())[version], caseRef)
}

// Pseudonym gives the pseudonym of a case under a key of an installation: a keyed
// hash with the version of the key, so that nobody can find the case back without it.
func Pseudonym(version int, key []byte, caseRef string) string {
	m := hmac.New(sha256.New, purposeKey(version, key, "pseudoniem"))
	m.Write([]byte(caseRef))
	return "v" + strconv.Itoa(version) + ":" + hex.EncodeToString(m.Sum(nil)[:8])
}

// pseudonym gives the name of a case outside its case system, with the newest key.
// Without that key nothing is made: another would name the same case otherwise.
func (o *Office) pseudonym(caseRef string) (string, error) {
	known := o.ring.known()
	now := known[len(known)-1].Version
	name := o.pseudonymAt(now, caseRef)
	if name == "" && o.readKeys() == nil && o.checkKeys() == nil {
		name = o.pseudonymAt(now, caseRef)
	}
	if name == "" {
		return "", refuse("sleutel-ontbreekt", "Op deze server ontbreekt de sleutel voor namen van zaken.", "Vraag de beheerder om het bestand met de sleutel hier neer te zetten.")
	}
	return name, nil
}

// namesOf gives every name that a case can have here, newest first: of a pseudonym
// only itself.
func (o *Office) namesOf(caseRef string) []string {
	if isPseudonym(caseRef) {
		return []string{caseRef}
	}
	var out []string
	for _, v := range o.versions() {
		out = append(out, o.pseudonymAt(v, caseRef))
	}
	return out
}

// nameAt gives the name by which a case falls in the cohort of a roll-out.
func (o *Office) nameAt(caseRef string) func(version int) string {
	return func(version int) string {
		if caseRef == "" || isPseudonym(caseRef) {
			return caseRef
		}
		return o.pseudonymAt(version, caseRef)
	}
}

// versionOf gives the version of a pseudonym; 0 when it is none.
func versionOf(pseudonym string) int {
	if !isPseudonym(pseudonym) {
		return 0
	}
	v, _, _ := strings.Cut(pseudonym[1:], ":")
	n, _ := strconv.Atoi(v)
	return n
}

// KeyRow is a key as people see it.
type KeyRow struct {
	Version     int       `json:"versie"`
	State       string    `json:"staat"` // "geldt", "bewaard", "uit gebruik" or "ontbreekt"
	Since       rule.Date `json:"sinds,omitzero"`
	By          string    `json:"door,omitempty"`
	Check       string    `json:"kenmerk,omitempty"`
	Compromised bool      `json:"gelekt,omitempty"`
}

// PseudonymKeys lists the keys of the pseudonyms, oldest first.
func (o *Office) PseudonymKeys() []KeyRow {
	have := *o.ring.keys.Load()
	known := o.ring.known()
	var out []KeyRow
	for i, k := range known {
		r := KeyRow{Version: k.Version, State: "bewaard", By: string(k.By), Check: k.Check, Compromised: k.Compromised}
		if !k.At.IsZero() {
			r.Since = loop.DateOf(k.At)
		}
		switch {
		case k.Retired:
			r.State = "uit gebruik"
		case have[k.Version] == nil:
			r.State = "ontbreekt"
		case i == len(known)-1:
			r.State = "geldt"
		}
		out = append(out, r)
	}
	return out
}

// TakeKey takes a key into use that is kept already; the next version. compromised:
// the key before it may be known to others.
func (o *Office) TakeKey(ctx context.Context, who string, version int, compromised bool) error {
	if err := o.readKeys(); err != nil {
		return err
	}
	have := *o.ring.read.Load()
	key, known := have[version], o.ring.known()
	if key == nil {
		return view.ErrNotFound
	}
	for v, k := range have {
		if v != version && KeyCheck(k) == KeyCheck(key) {
			return refuse("sleutel-zelfde", "Deze sleutel is dezelfde als een eerdere.", "Maak een nieuwe sleutel.")
		}
	}
	c := loop.TakePseudonymKey{Version: version, Check: KeyCheck(key), Compromised: compromised}
	if old := have[known[len(known)-1].Version]; old != nil {
		c.Before = KeyCheck(old)
	}
	return o.do(ctx, who, c)
}

// KeyUse is what was named with a key.
type KeyUse struct {
	Decisions, Signals, Outcomes int
	Last                         rule.Date // zero: never
}

// UseOf counts what was named with a version of the key.
func (o *Office) UseOf(ctx context.Context, version int) (KeyUse, error) {
	var u KeyUse
	on := func(d rule.Date) {
		if u.Last.Before(d) {
			u.Last = d
		}
	}
	o.mu.RLock()
	for _, d := range o.world.Decisions() {
		if versionOf(d.Case) == version {
			u.Decisions++
			on(d.Date)
		}
	}
	for _, i := range o.world.Issues() {
		for _, id := range i.Signals {
			if s, _ := o.world.Signal(id); s != nil && versionOf(s.Case) == version {
				u.Signals++
				on(loop.DateOf(s.At))
			}
		}
	}
	o.mu.RUnlock()
	for b, err := range o.Store.Batches(ctx) {
		if err != nil {
			return u, fmt.Errorf("read facts: %w", err)
		}
		for _, f := range b.Facts {
			if versionOf(f.Case) == version {
				u.Outcomes++
				on(f.Date)
			}
		}
	}
	return u, nil
}

// RetireKey ends the use of an old key: what was named with it can no longer be led
// back to a case. That waits for the term of decisions after the last that was named
// with it, unless anyway.
func (o *Office) RetireKey(ctx context.Context, who string, version int, anyway bool) error {
	u, err := o.UseOf(ctx, version)
	if err != nil {
		return err
	}
	if term, ok := o.Config.Retention[loop.DecisionTexts]; !anyway && !u.Last.IsZero() && (!ok || !o.today().After(term.From(u.Last))) {
		return refuse("nog-nodig", "Met deze sleutel zijn zaken benoemd waarvan de bewaartermijn niet voorbij is. Zonder de sleutel zijn zij niet meer te vinden voor inzage of wissen.",
			"Wacht tot de termijn voorbij is (bewaren-besluiten), of zeg --toch.")
	}
	return o.do(ctx, who, loop.RetirePseudonymKey{Version: version})
}

// nameOrNone is pseudonym for rows: a row without a name is refused.
func (o *Office) nameOrNone(caseRef string) string {
	name, err := o.pseudonym(caseRef)
	if err != nil {
		o.Log.Error("pseudonym key", slog.String("fout", err.Error()))
	}
	return name
}

// older fills in the older names of the cases of rows, so that a row that came before
// the key was changed is recognised.
func (o *Office) older(caseRef string) []string {
	if names := o.namesOf(caseRef); len(names) > 1 {
		return names[1:]
	}
	return nil
}

// sameBefore reports whether a fact is here already under an older name of its case.
func sameBefore(f outcome.Fact, older []string, sums map[outcome.Key]outcome.Sum) bool {
	for _, name := range older {
		f.Case = name
		if have, ok := sums[f.Key()]; ok && have == f.Sum() {
			return true
		}
	}
	return false
}
