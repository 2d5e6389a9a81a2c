package cli

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/office"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seal"
)

var updateReceipts = flag.Bool("bewijzen", false, "schrijf de bewaarde bewijzen opnieuw; alleen als regels zijn veranderd, nooit voor een nieuwe engine")

// kept is a receipt of an earlier program, with what opens it.
type kept struct {
	Bewijs  string          `json:"bewijs"`
	Opening receipt.Opening `json:"opening"`
}

// TestReceiptsReplay: receipts that an earlier program signed have the same outcomes
// when this program computes them again. The rules may change, and then the receipt
// says so; the engine may not.
func TestReceiptsReplay(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "bewijzen")
	set, ds := shipped()
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	ring, err := seal.NewRing(rand.NewChaCha8([32]byte{7}), "lemniscaat-bewaard")
	if err != nil {
		t.Fatal(err)
	}
	if *updateReceipts {
		env := Env{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}
		for name, given := range map[string]string{
			"stel": text(t, "../../docs/voorbeelden/stel.yaml"),
			"rijk": "datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: \"90.000\", vermogen: \"0\"}\n",
			"paar": "datum: 2025-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: \"28.400,00\", vermogen: \"3.000\"}\n  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: \"4.100\", vermogen: \"0\"}\nfeiten:\n  - partnerschap: [p1, p2]\n",
			"laag": "datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1980-05-01, gemiddelde-maandinkomen: \"1.541,65\", bijstandsvermogen: \"0\", vorige-toekenning: leeg, uitzicht-op-inkomensverbetering: nee}\n",
			"oud":  "datum: 2024-03-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: \"19.999,99\", vermogen: \"0\"}\n",
		} {
			for _, reg := range set.Regulations {
				if !reg.Decides() {
					continue
				}
				d, err := decide(set, reg, name, []byte(given), rule.Date{}, "nl")
				if err != nil || len(d.Uitkomsten) == 0 {
					continue
				}
				file, ds := dossier.Read(name, []byte(given), set.Model)
				if ds.Err() != nil {
					t.Fatal(ds.Err())
				}
				salt := []byte("32 bytes zout voor bewaard werk.")
				what, err := receiptOf(env, d, set, reg, file, salt)
				if err != nil {
					t.Fatal(err)
				}
				signed, err := receipt.Sign(what, ring)
				if err != nil {
					t.Fatal(err)
				}
				b, err := json.MarshalIndent(kept{signed, receipt.Opening{Format: receipt.OpeningFormat, Salt: salt, Dossier: given}}, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, reg.ID+"-"+name+".json"), append(b, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d receipts, %v", len(files), err)
	}
	trust, err := ring.Public().Trust(ring.Key())
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for _, name := range files {
		var k kept
		if err := json.Unmarshal([]byte(text(t, name)), &k); err != nil {
			t.Fatal(err)
		}
		a, err := office.VerifyReceipt(set, k.Bewijs, trust, &k.Opening)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		switch {
		case a.Inputs != receipt.InputsMatch:
			t.Errorf("%s: the inputs are read in another way: %q", name, a.Differences)
		case a.Outcome != receipt.OutcomeSame:
			t.Errorf("%s (regels: %s): %q", name, a.Rules, a.Differences)
		default:
			same++
		}
	}
	t.Logf("%d receipts computed again, all the same", same)
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
