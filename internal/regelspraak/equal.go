package regelspraak

import (
	"slices"

	"lemniscaat/internal/rule"
)

// Equal reports whether two models say the same: the same declarations and
// rules in the same order. Places in the source and the values of parameters
// do not count; what a name refers to is compared by its declared identity.
func Equal(a, b *rule.Model) bool {
	return slices.EqualFunc(a.Groups, b.Groups, equalGroup) &&
		slices.EqualFunc(a.Units, b.Units, equalSystem) &&
		slices.EqualFunc(a.Objects, b.Objects, equalObject) &&
		slices.EqualFunc(a.Facts, b.Facts, equalFact) &&
		slices.EqualFunc(a.Domains, b.Domains, func(x, y *rule.Domain) bool {
			return x.Name == y.Name && slices.Equal(x.Values, y.Values) && equalType(x.Base, y.Base)
		}) &&
		slices.EqualFunc(a.Parameters, b.Parameters, func(x, y *rule.Parameter) bool {
			return x.ID == y.ID && x.Article == y.Article && x.Name == y.Name && equalType(x.Type, y.Type)
		}) &&
		slices.EqualFunc(a.Rules, b.Rules, func(x, y *rule.Rule) bool { return EqualRule(x, y) && equalGroup(x.Group, y.Group) })
}

func equalSystem(a, b *rule.UnitSystem) bool {
	return a.Name == b.Name && slices.EqualFunc(a.Units, b.Units, func(x, y *rule.Unit) bool {
		if x.Article != y.Article || x.Name != y.Name || x.Plural != y.Plural || x.Symbol != y.Symbol || (x.Of == nil) != (y.Of == nil) {
			return false
		}
		return x.Of == nil || x.Of.Symbol == y.Of.Symbol && x.Factor.Cmp(y.Factor) == 0
	})
}

func equalGroup(a, b *rule.Group) bool { return a == b || a != nil && b != nil && a.Name == b.Name }

// EqualRule is Equal for one rule, whatever group it stands in.
func EqualRule(a, b *rule.Rule) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Regulation == b.Regulation && a.Article == b.Article &&
		slices.Equal(a.Source, b.Source) && slices.EqualFunc(a.Versions, b.Versions, EqualVersion)
}

// EqualVersion is Equal for one version of a rule.
func EqualVersion(a, b *rule.Version) bool {
	return a.From == b.From && a.Until == b.Until && equalBinding(a.Subject, b.Subject) &&
		equalAction(a.Action, b.Action) && equalCondition(a.Condition, b.Condition) &&
		slices.EqualFunc(a.Variables, b.Variables, func(x, y *rule.Variable) bool {
			return x.Article == y.Article && x.Name == y.Name && equalExpr(x.Expr, y.Expr)
		})
}

func equalObject(a, b *rule.ObjectType) bool {
	return a.Article == b.Article && a.Name == b.Name && a.Plural == b.Plural && a.Animate == b.Animate &&
		slices.EqualFunc(a.Attributes, b.Attributes, func(x, y *rule.Attribute) bool {
			return equalAttribute(x, y) && x.Article == y.Article && x.Name == y.Name && x.Plural == y.Plural && equalType(x.Type, y.Type)
		})
}

func equalFact(a, b *rule.FactType) bool {
	return a.Name == b.Name && a.Reciprocal == b.Reciprocal && slices.EqualFunc(a.Roles, b.Roles, func(x, y *rule.Role) bool {
		return equalRole(x, y) && x.Article == y.Article && x.Name == y.Name && x.Plural == y.Plural && x.Many == y.Many &&
			sameObject(x.Target, y.Target) && equalRole(x.Inverse, y.Inverse)
	})
}

func sameObject(a, b *rule.ObjectType) bool {
	return a == b || a != nil && b != nil && a.Name == b.Name
}

func equalType(a, b rule.Type) bool {
	return a.Kind == b.Kind && a.Unit == b.Unit && a.Whole == b.Whole && a.Decimals == b.Decimals && a.Sign == b.Sign && sameObject(a.Object, b.Object) &&
		(a.Domain == b.Domain || a.Domain != nil && b.Domain != nil && a.Domain.Name == b.Domain.Name)
}

func equalAttribute(a, b *rule.Attribute) bool {
	return a == b || a != nil && b != nil && a.Kind == b.Kind && a.ID() == b.ID()
}

func equalRole(a, b *rule.Role) bool { return a == b || a != nil && b != nil && a.ID() == b.ID() }

func equalVia(a, b []*rule.Role) bool { return slices.EqualFunc(a, b, equalRole) }

func equalBinding(a, b *rule.Binding) bool {
	return a == b || a != nil && b != nil && a.Depth == b.Depth && sameObject(a.Object, b.Object) && equalAttribute(a.Kenmerk, b.Kenmerk)
}

func equalAction(a, b rule.Action) bool {
	switch x := a.(type) {
	case *rule.Assign:
		y, ok := b.(*rule.Assign)
		return ok && equalAttribute(x.Target, y.Target) && equalExpr(x.Expr, y.Expr)
	case *rule.Grant:
		y, ok := b.(*rule.Grant)
		return ok && equalAttribute(x.Kenmerk, y.Kenmerk)
	case *rule.Initialise:
		y, ok := b.(*rule.Initialise)
		return ok && equalAttribute(x.Target, y.Target) && equalExpr(x.Expr, y.Expr)
	case *rule.Require:
		y, ok := b.(*rule.Require)
		return ok && equalCondition(x.Condition, y.Condition)
	case *rule.Unique:
		y, ok := b.(*rule.Unique)
		return ok && equalAttribute(x.Attribute, y.Attribute)
	case *rule.Table:
		y, ok := b.(*rule.Table)
		return ok && equalAttribute(x.Target, y.Target) && slices.EqualFunc(x.Columns, y.Columns, equalColumn) && slices.EqualFunc(x.Rows, y.Rows, equalRow)
	}
	return a == b
}

func equalColumn(a, b *rule.TableColumn) bool {
	if a.Kenmerk != nil || b.Kenmerk != nil {
		return a.Kenmerk != nil && b.Kenmerk != nil && equalCondition(a.Kenmerk, b.Kenmerk)
	}
	return a.Op == b.Op && equalExpr(a.Left, b.Left)
}

func equalRow(a, b *rule.TableRow) bool {
	return equalExpr(a.Result, b.Result) && equalCondition(a.When, b.When) &&
		slices.EqualFunc(a.Cells, b.Cells, func(x, y []rule.Expr) bool { return slices.EqualFunc(x, y, equalExpr) })
}

// equalExpr compares two expressions of one model or of two. Shared parts of
// one tree are equal at once, so that long chains stay cheap.
func equalExpr(a, b rule.Expr) bool {
	if a == b || a == nil || b == nil {
		return a == b
	}
	if !equalType(a.Type(), b.Type()) {
		return false
	}
	switch x := a.(type) {
	case *rule.Literal:
		y, ok := b.(*rule.Literal)
		return ok && x.Value.Equal(y.Value)
	case *rule.ParameterRef:
		y, ok := b.(*rule.ParameterRef)
		return ok && x.Parameter.ID == y.Parameter.ID
	case *rule.VariableRef:
		y, ok := b.(*rule.VariableRef)
		return ok && x.Variable.Name == y.Variable.Name
	case *rule.ReferenceDate:
		_, ok := b.(*rule.ReferenceDate)
		return ok
	case *rule.AttributeRef:
		y, ok := b.(*rule.AttributeRef)
		return ok && equalBinding(x.From, y.From) && equalVia(x.Via, y.Via) && equalAttribute(x.Attribute, y.Attribute)
	case *rule.ObjectRef:
		y, ok := b.(*rule.ObjectRef)
		return ok && equalBinding(x.From, y.From) && equalVia(x.Via, y.Via)
	case *rule.Arith:
		y, ok := b.(*rule.Arith)
		return ok && x.Op == y.Op && equalExpr(x.R, y.R) && equalExpr(x.L, y.L)
	case *rule.PercentOf:
		y, ok := b.(*rule.PercentOf)
		return ok && equalExpr(x.Percent, y.Percent) && equalExpr(x.Of, y.Of)
	case *rule.Clamp:
		y, ok := b.(*rule.Clamp)
		return ok && equalExpr(x.Expr, y.Expr) && equalExpr(x.Min, y.Min) && equalExpr(x.Max, y.Max)
	case *rule.Round:
		y, ok := b.(*rule.Round)
		return ok && x.Mode == y.Mode && x.Decimals == y.Decimals && equalExpr(x.Expr, y.Expr)
	case *rule.Extreme:
		y, ok := b.(*rule.Extreme)
		return ok && x.Max == y.Max && slices.EqualFunc(x.Args, y.Args, equalExpr)
	case *rule.Aggregate:
		y, ok := b.(*rule.Aggregate)
		return ok && x.Op == y.Op && equalBinding(x.From, y.From) && equalVia(x.Via, y.Via) && equalBinding(x.Element, y.Element) &&
			equalCondition(x.Filter, y.Filter) && equalExpr(x.Of, y.Of)
	case *rule.Duration:
		y, ok := b.(*rule.Duration)
		return ok && x.Unit == y.Unit && equalExpr(x.From, y.From) && equalExpr(x.To, y.To)
	case *rule.DateShift:
		y, ok := b.(*rule.DateShift)
		return ok && x.Unit == y.Unit && x.Minus == y.Minus && equalExpr(x.Date, y.Date) && equalExpr(x.Amount, y.Amount)
	case *rule.FirstDay:
		y, ok := b.(*rule.FirstDay)
		return ok && x.Unit == y.Unit && x.Next == y.Next && equalExpr(x.Date, y.Date)
	case *rule.DatePart:
		y, ok := b.(*rule.DatePart)
		return ok && x.Unit == y.Unit && equalExpr(x.Date, y.Date)
	case *rule.MakeDate:
		y, ok := b.(*rule.MakeDate)
		return ok && equalExpr(x.Year, y.Year) && equalExpr(x.Month, y.Month) && equalExpr(x.Day, y.Day)
	case *rule.Convert:
		y, ok := b.(*rule.Convert)
		return ok && x.Factor.Cmp(y.Factor) == 0 && equalExpr(x.Expr, y.Expr)
	}
	return false
}

func equalCondition(a, b rule.Condition) bool {
	if a == b || a == nil || b == nil {
		return a == b
	}
	switch x := a.(type) {
	case *rule.Compound:
		y, ok := b.(*rule.Compound)
		return ok && x.Quantifier == y.Quantifier && x.N == y.N && slices.EqualFunc(x.Items, y.Items, equalCondition)
	case *rule.Compare:
		y, ok := b.(*rule.Compare)
		return ok && x.Op == y.Op && equalExpr(x.L, y.L) && equalExpr(x.R, y.R)
	case *rule.IsEmpty:
		y, ok := b.(*rule.IsEmpty)
		return ok && x.Not == y.Not && equalExpr(x.Expr, y.Expr)
	case *rule.HasKenmerk:
		y, ok := b.(*rule.HasKenmerk)
		return ok && x.Not == y.Not && equalBinding(x.From, y.From) && equalVia(x.Via, y.Via) && equalAttribute(x.Kenmerk, y.Kenmerk)
	}
	return false
}
