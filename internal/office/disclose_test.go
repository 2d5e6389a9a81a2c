package office_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/seal"
)

// TestReceipts: a decision whose case is here, and the answer to a household, can be
// taken along signed; both are found good and computed again.
func TestReceipts(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	id, err := h.Decide(ctx, "samira", view.DecideInput{Case: iit + "/zaak-2041", Date: rule.MustDate("2026-09-07")})
	h.ok(err)
	if v, err := h.Decision(ctx, "samira", id); err != nil || v.Receipt {
		t.Errorf("without a key a receipt is offered (%t), %v", v.Receipt, err)
	}
	_, err = h.DecisionReceipt(ctx, "samira", id)
	h.refused("geen-sleutel", err)
	ring, err := seal.NewRing(rand.Reader, "proef")
	h.ok(err)
	h.Signing, h.Program = ring, "proef"
	if v, err := h.Decision(ctx, "samira", id); err != nil || !v.Receipt {
		t.Errorf("no receipt is offered: %v", err)
	}
	if _, err := h.DecisionReceipt(ctx, "samira", "b-onbekend"); err == nil {
		t.Error("a receipt of a decision that is not there")
	}
	good := func(file []byte, err error) receipt.Check {
		t.Helper()
		h.ok(err)
		c, err := h.CheckReceipt(ctx, view.ReceiptInput{File: file})
		if err != nil || !c.Good || c.Inputs != receipt.InputsMatch || c.Outcome != receipt.OutcomeSame {
			t.Fatalf("%+v, %v", c, err)
		}
		return c.Check
	}
	if c := good(h.DecisionReceipt(ctx, "samira", id)); c.Receipt.Regulation != iit || len(c.Receipt.Outcomes) == 0 {
		t.Errorf("%+v", c.Receipt)
	}

	in := view.EntitlementInput{Regulations: []string{"zorgtoeslag", iit}, Date: "2026-06-01", Adults: "1", Children: "0", Partner: view.PartnerNone, Answers: map[string]string{
		"aanvrager.geboortedatum": "2-4-1990", "aanvrager.toetsingsinkomen": "28.400", "aanvrager.vermogen": "3.000,50", "aanvrager.verzekerd": "ja",
	}}
	file, err := h.HouseholdReceipt(ctx, in, "zorgtoeslag")
	if c := good(file, err); c.Receipt.Outcomes[0].Value != "1550" {
		t.Errorf("%+v", c.Receipt.Outcomes)
	}
	v, err := h.Entitlement(ctx, "", &in)
	h.ok(err)
	for _, r := range v.Results {
		if r.Receipt != (r.ID == "zorgtoeslag") {
			t.Errorf("%s: receipt %t", r.ID, r.Receipt)
		}
	}
	delete(in.Answers, "aanvrager.toetsingsinkomen")
	_, err = h.HouseholdReceipt(ctx, in, "zorgtoeslag")
	h.refused("geen-uitkomst", err)
	in.Answers["aanvrager.toetsingsinkomen"] = "veel"
	_, err = h.HouseholdReceipt(ctx, in, "zorgtoeslag")
	h.refused("geen-uitkomst", err)
	if _, err := h.HouseholdReceipt(ctx, in, "bestaat-niet"); err == nil {
		t.Error("a receipt by rules that are not there")
	}

	// Signed by somebody else.
	h.Signing, err = seal.NewRing(rand.Reader, "ander")
	h.ok(err)
	if c, err := h.CheckReceipt(ctx, view.ReceiptInput{File: file}); err != nil || c.Good || c.Signer != "" {
		t.Errorf("of another installation: %+v, %v", c, err)
	}
}

// TestArchive: the dossier of a decided proposal has its documents, a valid
// description of each, and nobody's name.
func TestArchive(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	p := h.sketch("Inkomensgrens naar 120 %, zegt Femke de Wit")
	_, err := h.Archive(ctx, "karim", view.ArchiveInput{Proposal: p, Keep: "blijvend"})
	h.refused("niet-besloten", err)
	if v, err := h.ArchiveForm(ctx, "karim", p); err != nil || v.Make.Can || v.Make.Why == "" {
		t.Errorf("before the decision: %+v, %v", v.Make, err)
	}
	h.decided(p)
	for _, x := range []struct{ keep, term, code string }{{"", "", "bewaren"}, {"eeuwig", "", "bewaren"}, {"tijdelijk", "", "termijn"}, {"tijdelijk", "20 jaar", "termijn"}, {"tijdelijk", "P0Y", "termijn"}} {
		_, err := h.Archive(ctx, "karim", view.ArchiveInput{Proposal: p, Keep: x.keep, Term: x.term})
		h.refused(x.code, err)
	}
	if _, err := h.Archive(ctx, "karim", view.ArchiveInput{Proposal: "v-onbekend", Keep: "blijvend"}); err == nil {
		t.Error("a dossier of nothing")
	}
	data, err := h.Archive(ctx, "karim", view.ArchiveInput{Proposal: p, Keep: "tijdelijk", Term: "p20y", List: "Selectielijst gemeenten", Category: "Beleid"})
	h.ok(err)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	h.ok(err)
	dir, papers := t.TempDir(), []string{}
	texts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		h.ok(err)
		text, err := io.ReadAll(r)
		h.ok(err)
		texts[f.Name] = string(text)
		for _, name := range []string{"Femke", "Karim", "Samira", "Bouzid"} {
			if strings.Contains(string(text), name) {
				t.Errorf("%s names %s", f.Name, name)
			}
		}
		if strings.HasSuffix(f.Name, ".xml") {
			path := filepath.Join(dir, f.Name)
			h.ok(os.WriteFile(path, text, 0o600))
			papers = append(papers, path)
			h.ok(xml.Unmarshal(text, new(struct{ XMLName xml.Name })))
		}
	}
	if len(papers) != 7 || !strings.Contains(texts["voorstel.md"], "Controlegetal: ") || !strings.Contains(texts["dossier.mdto.xml"], "Vaststelling") {
		t.Errorf("%d papers, %s", len(papers), texts["voorstel.md"])
	}
	var events []struct {
		What string `json:"soort"`
		Hash string `json:"hash"`
	}
	if err := json.Unmarshal([]byte(texts["gebeurtenissen.json"]), &events); err != nil || len(events) < 5 || events[0].What != "voorstel.geopend.1" || len(events[0].Hash) != 64 {
		t.Errorf("%v %+v", err, events)
	}
	lint, err := exec.LookPath("xmllint")
	xsd, _ := filepath.Glob("../../../*/data/schemas/MDTO-XML1.0.1.xsd")
	if err != nil || len(xsd) == 0 {
		t.Skip("xmllint of het schema van MDTO is er niet")
	}
	if out, err := exec.Command(lint, append([]string{"--noout", "--nonet", "--schema", xsd[0]}, papers...)...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestActivities: every activity that rows can name is in the register, with every
// kind of text in one of them and the term that the settings say.
func TestActivities(t *testing.T) {
	t.Parallel()
	span := loop.Span{Years: 7, Months: 6}
	h := newOffice(t, t.TempDir(), func(c *office.Config) { c.Retention = loop.Retention{loop.SignalTexts: span} })
	list, err := h.Activities(t.Context())
	h.ok(err)
	ids, kinds := map[string]view.ActivityView{}, 0
	for _, a := range list {
		ids[a.ID] = a
		kinds += len(a.Terms)
		if a.Name == "" || a.Goal == "" || a.Ground == "" || a.Keep == "" || len(a.Subjects) == 0 || len(a.Data) == 0 {
			t.Errorf("%s is not complete: %+v", a.ID, a)
		}
	}
	for _, a := range processing.Activities() {
		if _, ok := ids[string(a)]; !ok {
			t.Errorf("%s is not in the register", a)
		}
	}
	if kinds != len(loop.TextKinds()) || len(ids) != len(processing.Activities()) {
		t.Errorf("%d kinds of text in %d activities, want %d in %d", kinds, len(ids), len(loop.TextKinds()), len(processing.Activities()))
	}
	terms := ids["signalen"].Terms
	if len(terms) != 2 || terms[0].Value != "7 jaar en 6 maanden" || terms[1].Value != "geen termijn ingesteld; de tekst blijft" {
		t.Errorf("%+v", terms)
	}
}
