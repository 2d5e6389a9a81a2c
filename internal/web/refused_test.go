package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// denials is what the page of refusals is told.
type denials struct{ screen.DeniedView }

func (d *denials) Refused(context.Context) (screen.DeniedView, error) { return d.DeniedView, nil }

// TestASVS_V16_3_2_RefusalsAreShown: a manager reads who was refused what and why;
// nobody else does.
func TestASVS_V16_3_2_RefusalsAreShown(t *testing.T) {
	t.Parallel()
	_, who := accounts(t, false)
	told := &denials{screen.DeniedView{Days: 7}}
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Identity, d.Guard, d.Refused = who, nil, told })
	get := func(c *http.Cookie) (int, string) {
		r := request(http.MethodGet, "/beheer/weigeringen", "", nil)
		if c != nil {
			r.AddCookie(c)
		}
		w := do(h, r)
		return w.Code, w.Body.String()
	}
	if code, _ := get(nil); code != http.StatusSeeOther {
		t.Errorf("without signing in: %d", code)
	}
	if code, _ := get(signedIn(t, h)); code != http.StatusForbidden {
		t.Errorf("somebody of policy: %d", code)
	}
	i, err := who.Add(t.Context(), authz.Principal{Roles: []string{authz.RoleConsole}}, screen.AccountInput{Login: "wilma", Name: "Wilma", Roles: []string{authz.RoleManager}})
	if err != nil {
		t.Fatal(err)
	}
	in, err := who.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: sentence})
	if err != nil {
		t.Fatal(err)
	}
	app, err := who.BeginTOTP(t.Context(), in.Token)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(app.Secret, " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if in, _, err = who.FinishTOTP(t.Context(), in.Token, code); err != nil {
		t.Fatal(err)
	}
	manager := &http.Cookie{Name: "sessie", Value: in.Token}
	if code, body := get(manager); code != http.StatusOK || !strings.Contains(body, "Er is niets geweigerd.") {
		t.Errorf("nothing refused: %d", code)
	}
	told.Rows = []screen.DeniedRow{
		{At: time.Now(), Account: i.Account.ID, Operation: "maatwerk.geven", Why: "Zaken zijn van de uitvoering.", Count: 12},
		{At: time.Now(), Operation: "beheer.lezen", Why: "Dit is voor de beheerder.", Count: 1}, {At: time.Now(), Account: "a-weg<b>", Operation: "x", Count: 1},
	}
	_, body := get(manager)
	for _, want := range []string{"Wilma", "maatwerk.geven", "Zaken zijn van de uitvoering.", ">12<", "niemand ingelogd", "a-weg&lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
