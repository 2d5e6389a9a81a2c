package api_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"lemniscaat/client"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/screen"
)

// TestReceipt: a program asks for a receipt with the decision. Whoever has it shows
// which data went in and has it computed again; whatever is changed in it is seen.
func TestReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	c := &client.Client{Base: server.URL + "/api/v1", Token: all}
	person := map[string]any{"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": 28400.5, "vermogen": "3.000,25"}
	q := client.Question{Regulation: "zorgtoeslag", Case: map[string]any{"datum": "2026-06-01", "personen": map[string]any{"p1": person}}}
	if d, err := c.Decide(t.Context(), q, client.How{}); err != nil || len(d.Receipt) > 0 {
		t.Errorf("a receipt that nobody asked for: %+v, %v", d, err)
	}
	d, err := c.Decide(t.Context(), q, client.How{Receipt: true})
	if err != nil || !d.Complete || len(d.Receipt) == 0 {
		t.Fatal(err, d)
	}
	check := func(file []byte) screen.ReceiptCheck {
		t.Helper()
		got, err := w.office.CheckReceipt(t.Context(), screen.ReceiptInput{File: file})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := check(d.Receipt)
	if !got.Good || got.Inputs != receipt.InputsMatch || got.Rules != receipt.RulesSame || got.Outcome != receipt.OutcomeSame || got.Name != "Wet op de zorgtoeslag" {
		t.Fatalf("%+v", got)
	}
	if o := got.Receipt.Outcomes; len(o) != len(d.Outcomes) || o[0].Value != d.Outcomes[0].Value || got.Receipt.Date.String() != "2026-06-01" {
		t.Errorf("receipt %+v, decision %+v", got.Receipt, d.Outcomes)
	}
	var p receipt.Package
	if err := json.Unmarshal(d.Receipt, &p); err != nil {
		t.Fatal(err)
	}
	// The signature behind it is random and may hold anything.
	if said, _, ok := strings.Cut(p.Statement, "\n\n— "); !ok || strings.Contains(said, "28400") || strings.Contains(said, "1990") || strings.Contains(said, "p1") {
		t.Errorf("what is signed shows what went in: %s", p.Statement)
	}
	packed := func(change func(*receipt.Package)) []byte {
		x := p
		change(&x)
		text, err := x.Text()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if got := check(packed(func(x *receipt.Package) { x.Statement = strings.Replace(x.Statement, d.Outcomes[0].Value, "9999", 1) })); got.Good || got.Signer != "" {
		t.Errorf("another amount: %+v", got)
	}
	if got := check(packed(func(x *receipt.Package) { x.Opening.Dossier = strings.Replace(x.Opening.Dossier, "28400", "8400", 1) })); got.Good || got.Inputs != receipt.InputsOther {
		t.Errorf("another income: %+v", got)
	}
	if got := check([]byte(p.Statement)); !got.Good || got.Inputs != receipt.InputsAbsent {
		t.Errorf("without its opening: %+v", got)
	}
	for _, bad := range [][]byte{nil, []byte(" "), []byte("{}"), []byte(`{"vorm":"x"}`), []byte("\xff\xfe"), make([]byte, 300<<10)} {
		if _, err := w.office.CheckReceipt(t.Context(), screen.ReceiptInput{File: bad}); err == nil {
			t.Errorf("%.20q is taken for a receipt", bad)
		}
	}

	// Nothing decided, nothing signed; the batch has none.
	delete(person, "toetsingsinkomen")
	if d, err := c.Decide(t.Context(), q, client.How{Receipt: true}); err != nil || d.Complete || len(d.Receipt) > 0 {
		t.Errorf("without the income: %+v, %v", d, err)
	}
	if many, err := c.DecideMany(t.Context(), []client.Question{q}, client.How{Receipt: true}); err != nil || len(many) != 1 || len(many[0].Receipt) > 0 {
		t.Errorf("batch: %+v, %v", many, err)
	}
}
