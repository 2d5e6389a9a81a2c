package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Scopes of tokens.
const (
	ScopeDecide    = "beslissen"          // reken en leg uit
	ScopeSimulate  = "simuleren"          // start, volg en stop simulaties
	ScopeSignal    = "signalen:schrijven" // stuur signalen
	ScopeMine      = "signalen:lezen"     // de eigen signalen
	ScopeIssues    = "knelpunten:lezen"   // knelpunten
	ScopeProposals = "voorstellen:lezen"  // voorstellen
	ScopeIntake    = "uitkomsten:leveren" // beslissingsgebeurtenissen
)

// Scopes gives every scope with what it allows, for the page on which tokens are
// made.
func Scopes() [][2]string {
	return [][2]string{
		{ScopeDecide, "Zaken uitrekenen en uitleggen"},
		{ScopeSimulate, "Simulaties starten, volgen en stoppen"},
		{ScopeSignal, "Signalen sturen"},
		{ScopeMine, "De eigen signalen lezen"},
		{ScopeIssues, "Knelpunten lezen"},
		{ScopeProposals, "Voorstellen lezen"},
		{ScopeIntake, "Beslissingen van een zaaksysteem leveren"},
	}
}

// Limits of bodies, in bytes.
const (
	maxBody  = 1 << 20
	maxBatch = 16 << 20
)

// route is one operation.
type route struct {
	id, method, path string // path is under Base
	tag              string
	summary, doc     string
	scope            string // "" for what is public
	may              string // what authz calls it
	kind             string // of the one thing that it is about, and its name in the path; "": none
	status           int    // of success; 0: 200
	takesBody        bool
	kinds            []string // of the body; nil: application/json
	max              int64    // of the body; 0: maxBody
	repeats          bool     // takes an Idempotency-Key
	says             []int    // statuses beside those that every operation has
	example          string   // of the body, JSON
}

// add declares an operation; f answers it.
func add[I, O any](s *server, rt route, f func(context.Context, *I) (*O, error)) {
	rt.takesBody = rt.method == http.MethodPost
	if rt.takesBody && rt.kinds == nil {
		rt.kinds = []string{"application/json"}
	}
	if rt.max == 0 {
		rt.max = maxBody
	}
	if rt.status == 0 {
		rt.status = http.StatusOK
	}
	says := append([]int{400, 404, 405, 429, 500, 503}, rt.says...)
	if rt.takesBody {
		says = append(says, 413, 415)
	}
	op := huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Tags: []string{rt.tag}, Summary: rt.summary, Description: rt.doc,
		DefaultStatus: rt.status, MaxBodyBytes: -1, BodyReadTimeout: -1,
		Security: []map[string][]string{},
	}
	// Also what is public refuses a token that is not known.
	says = append(says, 401, 403)
	if rt.scope != "" {
		op.Security = []map[string][]string{{bearer: {rt.scope}}}
	}
	if rt.repeats {
		says = append(says, 409)
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(maxKey)},
			Description: "Een eigen naam voor dit verzoek. Wie hetzelfde verzoek met dezelfde naam opnieuw stuurt, krijgt het eerste antwoord; er gebeurt niets dubbel. De naam blijft een dag bekend.",
		})
	}
	op.Responses = map[string]*huma.Response{}
	for _, code := range says {
		op.Responses[strconv.Itoa(code)] = s.problemResponse(code)
	}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return out, nil
	})
	s.routes[rt.method+" "+Base+rt.path] = &rt
}

// problemResponse is how the document shows a no.
func (s *server) problemResponse(code int) *huma.Response {
	reg := s.huma.OpenAPI().Components.Schemas
	example := no(code, "fout", "Wat er aan de hand is en wat er wel kan.")
	if code == http.StatusBadRequest {
		example = no(code, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.", Fault{In: "body", Location: "#/regeling", Code: "ontbreekt", Detail: "Het veld regeling ontbreekt."})
	}
	return &huma.Response{
		Description: titles[code],
		Content:     map[string]*huma.MediaType{problemType: {Schema: reg.Schema(problemGoType, true, "Problem"), Example: example}},
	}
}

// named gives the id in an address of the one thing that the operation is about.
func (rt *route) named(path string) string {
	have := strings.Split(strings.TrimPrefix(path, Base), "/")
	for i, part := range strings.Split(rt.path, "/") {
		if part == "{"+rt.kind+"}" && i < len(have) {
			return have[i]
		}
	}
	return ""
}
