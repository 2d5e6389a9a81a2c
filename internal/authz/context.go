package authz

import "context"

type contextKey struct{}

// With gives a context that says for whom the work is done.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// From gives for whom the work is done; ok is false when the context does not
// say so: the program itself, or a command line.
func From(ctx context.Context) (p Principal, ok bool) {
	p, ok = ctx.Value(contextKey{}).(Principal)
	return p, ok
}
