package rule_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// reached finds every node under v by looking at all fields, without knowing
// the types: the other way to walk.
func reached(v reflect.Value, out map[any]bool) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			reached(v.Elem(), out)
		}
	case reflect.Slice:
		for i := range v.Len() {
			reached(v.Index(i), out)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *rule.Attribute, *rule.Role, *rule.Parameter, *rule.ObjectType, *rule.Binding, *rule.Domain:
			return
		case *rule.VariableRef:
			out[n] = true // the definition is reached from its version
			return
		case rule.Condition, rule.Action, *rule.Version, *rule.Variable, *rule.TableColumn, *rule.TableRow:
			out[n] = true
		default:
			return // *big.Rat
		}
		reached(v.Elem(), out)
	case reflect.Struct:
		for i := range v.NumField() {
			// The cells of a table are seen as the When of their row.
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Cells" {
				reached(v.Field(i), out)
			}
		}
	}
}

// TestInspectSeesAll: Inspect sees what there is, and nothing that is not
// there.
func TestInspectSeesAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range ruletest.Model(t, ruletest.Options{}).Rules {
			for _, v := range r.Versions {
				want, got := map[any]bool{}, map[any]bool{}
				reached(reflect.ValueOf(v), want)
				rule.Inspect(v, func(n any) bool {
					got[n] = true
					return true
				})
				for n := range want {
					if !got[n] {
						t.Fatalf("Inspect passes over a %T", n)
					}
				}
				for n := range got {
					if !want[n] {
						t.Fatalf("Inspect sees a %T that is not there", n)
					}
				}
			}
		}
	})
}

// TestInspectOrder: parents first, in the order of the text; a false stops what
// is below.
func TestInspectOrder(t *testing.T) {
	t.Parallel()
	a := &rule.Attribute{Owner: &rule.ObjectType{Name: "Persoon"}, Name: "a"}
	lit := func() *rule.Literal { return &rule.Literal{} }
	sum := &rule.Arith{L: &rule.AttributeRef{Attribute: a}, R: &rule.Clamp{Expr: lit(), Max: lit()}}
	d := &rule.Variable{Name: "x", Expr: lit()}
	v := &rule.Version{Action: &rule.Assign{Target: a, Expr: sum}, Condition: &rule.Compare{L: &rule.VariableRef{Variable: d}, R: lit()}, Variables: []*rule.Variable{d}}
	var got []string
	walk := func(stop string) []string {
		got = nil
		rule.Inspect(v, func(n any) bool {
			name := reflect.TypeOf(n).Elem().Name()
			got = append(got, name)
			return name != stop
		})
		return got
	}
	want := []string{"Version", "Assign", "Arith", "AttributeRef", "Clamp", "Literal", "Literal", "Compare", "VariableRef", "Literal", "Variable", "Literal"}
	if diff := cmp.Diff(want, walk("")); diff != "" {
		t.Error(diff)
	}
	want = []string{"Version", "Assign", "Arith", "Compare", "VariableRef", "Literal", "Variable", "Literal"}
	if diff := cmp.Diff(want, walk("Arith")); diff != "" {
		t.Error(diff)
	}
	rule.Inspect(nil, func(any) bool { t.Error("something in nothing"); return true })
	rule.Inspect(&rule.Version{Action: &rule.Grant{}}, func(any) bool { return true })
}

// TestReads: what is written is not read; the kenmerk of a subject and the
// roles on the way are.
func TestReads(t *testing.T) {
	t.Parallel()
	o := &rule.ObjectType{Name: "Persoon"}
	attr := func(name string) *rule.Attribute { return &rule.Attribute{Owner: o, Name: name} }
	role := func(name string) *rule.Role { return &rule.Role{Owner: o, Target: o, Name: name} }
	target, noun, a, b, c, h := attr("doel"), attr("aanvrager"), attr("a"), attr("b"), attr("c"), attr("h")
	partner, child, boss := role("partner"), role("kind"), role("baas")
	of := &rule.AttributeRef{Attribute: b, Via: []*rule.Role{boss}}
	sum := &rule.Aggregate{Op: rule.Sum, Via: []*rule.Role{child}, Of: of, Filter: &rule.HasKenmerk{Kenmerk: h}}
	v := &rule.Version{Subject: &rule.Binding{Object: o, Kenmerk: noun},
		Action:    &rule.Assign{Target: target, Expr: &rule.Arith{L: &rule.AttributeRef{Attribute: a, Via: []*rule.Role{partner}}, R: sum}},
		Condition: &rule.IsEmpty{Expr: &rule.ObjectRef{Via: []*rule.Role{partner}}},
		Variables: []*rule.Variable{{Expr: &rule.AttributeRef{Attribute: c}}}}
	seen := func(n any) (out []string) {
		rule.Reads(n, func(a *rule.Attribute) { out = append(out, a.Name) }, func(r *rule.Role) { out = append(out, "→"+r.Name) })
		return out
	}
	if diff := cmp.Diff([]string{"aanvrager", "→partner", "a", "→kind", "→baas", "b", "h", "→partner", "c"}, seen(v)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a"}, seen(&rule.Unique{Attribute: a})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string(nil), seen(&rule.Grant{Kenmerk: h})); diff != "" {
		t.Error(diff)
	}
	rule.Reads(v, nil, nil)
}
