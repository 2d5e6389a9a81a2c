package simulate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

// filler puts another number in every field of a value, in those of what it
// holds, and in every place of its lists; empty lists and maps get two. What has
// form:"-" is left alone.
type filler struct{ next int64 }

func (f *filler) fill(v reflect.Value) {
	if v.CanAddr() && !v.CanSet() { // an unexported field
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	f.next++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("form") != "-" {
				f.fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		f.fill(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("tekst ", f.next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(f.next) + 0.25)
	case reflect.Int8, reflect.Uint8:
		setWhole(v, f.next%100+1)
	default:
		setWhole(v, f.next)
	}
}

func setWhole(v reflect.Value, x int64) {
	if v.CanUint() {
		v.SetUint(uint64(x))
		return
	}
	v.SetInt(x)
}

// unlike names the first place where two values differ; "" when there is none.
func unlike(at string, a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			f := a.Type().Field(i)
			if f.Tag.Get("form") == "-" {
				continue
			}
			if d := unlike(at+"."+f.Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			return at
		}
		return unlike(at, a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s: length %d and %d", at, a.Len(), b.Len())
		}
		for i := range a.Len() {
			if d := unlike(fmt.Sprintf("%s[%d]", at, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Map:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s: %d and %d keys", at, a.Len(), b.Len())
		}
		for _, k := range a.MapKeys() {
			if !b.MapIndex(k).IsValid() {
				return fmt.Sprintf("%s[%v]", at, k)
			}
			if d := unlike(fmt.Sprintf("%s[%v]", at, k), a.MapIndex(k), b.MapIndex(k)); d != "" {
				return d
			}
		}
		return ""
	}
	if !a.Equal(b) {
		return fmt.Sprintf("%s: %v and %v", at, a, b)
	}
	return ""
}

// formed is a plan with a settled run to make values for.
func formed(t testing.TB, n, size int) (*Plan, *run, []byte) {
	t.Helper()
	set := shippedSet(t)
	date := rule.MustDate("2026-06-01")
	base, err := NewSide(set, date, "individuele-inkomenstoeslag", "zorgtoeslag")
	if err != nil {
		t.Fatal(err)
	}
	people, err := population.New(population.Spec{N: n, Seed: 3, Year: date.Year})
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(Spec{People: people, Seed: 5, Date: date, Baseline: base, Advances: true}, []Side{variantOf(t, set, date, variantText+"invoering: [{vanaf: 2026-01-01, wie: nieuwe gevallen}, {vanaf: 2026-07-01, deel: \"50 %\"}]\n", "individuele-inkomenstoeslag", "zorgtoeslag")}, size)
	if err != nil {
		t.Fatal(err)
	}
	parts := make([][]byte, p.Parts())
	for i := range parts {
		if parts[i], err = p.Evaluate(context.Background(), i); err != nil {
			t.Fatal(err)
		}
	}
	settled, err := p.Settle(context.Background(), func(i int) ([]byte, error) { return parts[i], nil })
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.ready(context.Background(), settled)
	if err != nil {
		t.Fatal(err)
	}
	return p, r, settled
}

// Every field of what is stored comes back, also a field that somebody adds.
func TestFormHasEverything(t *testing.T) {
	t.Parallel()
	_, r, _ := formed(t, 300, 100)
	r.sides[0].known.Own = true // of real people more is counted
	settledOf := func() *settled {
		return &settled{found: r.newFindings(), samples: make([][]takeup.Unit, len(r.samples))}
	}
	for _, c := range []struct {
		name        string
		full, empty any
		form        func(v any) func(f *form)
	}{
		{"part", new(r.newPart()), new(r.newPart()), func(v any) func(f *form) { return v.(*part).form }},
		{"settled", settledOf(), settledOf(), func(v any) func(f *form) { return v.(*settled).form }},
		{"counts", r.newCounts(), r.newCounts(), func(v any) func(f *form) { return v.(*counts).form }},
	} {
		full := reflect.ValueOf(c.full).Elem()
		new(filler).fill(full)
		data := seal('x', Digest{1}, 7, c.form(c.full))
		if err := unseal(data, 'x', Digest{1}, 7, c.form(c.empty)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := unlike(c.name, full, reflect.ValueOf(c.empty).Elem()); d != "" {
			t.Errorf("what was written does not come back, at %s; is it in the method form of its type?", d)
		}
	}
}

// Every field of findings and counts is added when they are merged.
func TestMergeHasEverything(t *testing.T) {
	t.Parallel()
	_, r, _ := formed(t, 300, 100)
	r.sides[0].known.Own = true
	full, none := r.newCounts(), r.newCounts()
	new(filler).fill(reflect.ValueOf(full).Elem())
	none.merge(full)
	if d := unlike("counts", reflect.ValueOf(full).Elem(), reflect.ValueOf(none).Elem()); d != "" {
		t.Errorf("counts that are merged into none are others, at %s; is it in the method merge of its type?", d)
	}
	found, nothing := r.newFindings(), r.newFindings()
	new(filler).fill(reflect.ValueOf(found).Elem())
	nothing.merge(found)
	if d := unlike("findings", reflect.ValueOf(found).Elem(), reflect.ValueOf(nothing).Elem()); d != "" {
		t.Errorf("findings that are merged into none are others, at %s", d)
	}
}

// What is damaged, of another plan, step or part, is refused; no bytes make it
// crash or take memory without end.
func TestFormRefuses(t *testing.T) {
	t.Parallel()
	p, _, settled := formed(t, 300, 100)
	other, _, _ := formed(t, 301, 100)
	ctx := context.Background()
	one, err := p.Evaluate(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"part of another number":  func() error { _, err := p.Survey(ctx, 2, settled, one); return err },
		"part of another plan":    func() error { _, err := other.Survey(ctx, 1, settled, one); return err },
		"part where settled goes": func() error { _, err := p.Survey(ctx, 1, one, one); return err },
		"settled where part goes": func() error { _, err := p.Survey(ctx, 0, settled, settled); return err },
		"nothing":                 func() error { _, err := p.Survey(ctx, 1, settled, nil); return err },
		"nothing settled":         func() error { _, err := p.Survey(ctx, 1, nil, one); return err },
		"half":                    func() error { _, err := p.Survey(ctx, 1, settled, one[:len(one)/2]); return err },
		"counts of a part": func() error {
			_, err := p.Merge(ctx, settled, func(int) ([]byte, error) { return one, nil })
			return err
		},
		"form of another version": func() error {
			later := seal(formPart, p.id, 1, func(f *form) {})
			later[len(formMagic)]++
			_, err := p.Survey(ctx, 1, settled, later)
			return err
		},
	} {
		if err := try(); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for at := range len(one) {
		bad := append([]byte(nil), one...)
		bad[at] ^= 1 << (at % 8)
		if _, err := p.Survey(ctx, 1, settled, bad); !errors.Is(err, ErrForm) {
			t.Fatalf("a bit of byte %d was turned, and there is no error: %v", at, err)
		}
	}
}

func FuzzForm(f *testing.F) {
	p, r, _ := formed(f, 300, 100)
	one, err := p.Evaluate(context.Background(), 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(one[len(envelope(formPart, p.id, 1)) : len(one)-4])
	f.Add([]byte{2, 0, 1, 255, 255, 255, 255, 7})
	f.Fuzz(func(t *testing.T, data []byte) {
		// A checksum that is right, around anything.
		sealed := seal(formPart, p.id, 1, func(f *form) { f.data = append(f.data, data...) })
		if part, err := p.readPart(sealed, 1); err == nil {
			r.newCounts().part(part)
		}
		p.readFindings(sealed, 1)
	})
}
