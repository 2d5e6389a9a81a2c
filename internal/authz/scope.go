package authz

// Scopes gives what a bearer token can be for.
func Scopes() []string {
	return []string{"beslissen", "simuleren", "signalen:schrijven", "signalen:lezen", "knelpunten:lezen", "voorstellen:lezen", "uitkomsten:leveren"}
}

// Personal reports a scope for what a person does: a token for it works on behalf of
// somebody who has a place in a triangle, for as long as that is so.
func Personal(scope string) bool {
	return scope == "simuleren" || scope == "signalen:schrijven" || scope == "signalen:lezen"
}
