package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/simulate"
)

// saveTables writes every table of the results as CSV in a folder: with several
// variants in a folder for each.
func saveTables(dir string, results []*simulate.Result) error {
	for _, r := range results {
		to := dir
		if len(results) > 1 {
			to = filepath.Join(dir, r.Variant.ID)
		}
		if err := os.MkdirAll(to, 0o755); err != nil {
			return badInput("map %s kan niet gemaakt worden: %v", to, err)
		}
		about := "synthetisch"
		if r.Population.Own {
			about = "eigen-gegevens"
		}
		for _, t := range r.Tables() {
			name := filepath.Join(to, t.ID+"-"+about+".csv")
			if err := os.WriteFile(name, t.Spreadsheet(r.ID(), !r.Population.Own), 0o644); err != nil {
				return badInput("%s kan niet geschreven worden: %v", name, err)
			}
		}
	}
	return nil
}

// printWork writes what a scheme asks of the executor.
func printWork(w io.Writer, s simulate.Work, texts *i18n.Catalogue) {
	if s.Minutes == 0 && s.Judgements == 0 {
		return
	}
	fmt.Fprintf(w, "  uitvoering: %s aanvragen, %s beoordelingen, %s uur = %s fte (%s tot %s)", texts.Number(s.Applications), texts.Number(s.Judgements),
		texts.Number(s.Hours()), texts.Decimal(s.FTE, 1), texts.Decimal(s.FTELow, 1), texts.Decimal(s.FTEHigh, 1))
	if over, known := s.Over(); known {
		fmt.Fprintf(w, "; formatie %s, %s", texts.Decimal(s.Staffing, 0), map[bool]string{true: "te weinig: " + texts.Decimal(over, 1), false: "ruimte: " + texts.Decimal(-over, 1)}[over > 0])
	}
	fmt.Fprintln(w)
}

// printIncome writes what the rules do to the income of households.
func printIncome(w io.Writer, results []*simulate.Result, texts *i18n.Catalogue) {
	in := results[0].Income
	if in == nil {
		return
	}
	how := "getrokken door de bevolking"
	if in.Regulation != "" {
		how = "berekend met " + in.Regulation
	}
	fmt.Fprintf(w, "\nBesteedbaar inkomen, %s\n", how)
	if len(in.Claimed) > 0 {
		fmt.Fprintf(w, "  niet in deze simulatie, wie er recht op heeft krijgt het: %s\n", strings.Join(in.Claimed, ", "))
	}
	for _, f := range in.Failures {
		fmt.Fprintf(w, "  niet uit te rekenen voor %s huishoudens: %s\n", texts.Number(f.Units), f.Message)
	}
	if in.Baseline.Rows == 0 {
		return // nobody's income is known: that is no income of nothing
	}
	printIncomeSide(w, "nu", in.Baseline, texts)
	if len(results) > 1 {
		return // one table beside each other, not a list for each
	}
	for _, v := range results {
		if v.Variant == nil || v.Income == nil || v.Income.Variant == nil {
			continue
		}
		printIncomeSide(w, v.Variant.Name, *v.Income.Variant, texts)
		d := v.Income.Difference
		fmt.Fprintf(w, "  verschil: %s per jaar, armoede %s personen (%s tot %s)\n", signed(texts.EuroShort(d.Total.Value), d.Total.Value),
			signed(texts.Number(d.Poverty.Persons.Value), d.Poverty.Persons.Value), signed(texts.Number(d.Poverty.Persons.Low), d.Poverty.Persons.Low), signed(texts.Number(d.Poverty.Persons.High), d.Poverty.Persons.High))
		printChanges(w, v, texts)
	}
}

func printIncomeSide(w io.Writer, name string, s simulate.IncomeSide, texts *i18n.Catalogue) {
	share := func(r simulate.Ratio) string {
		return fmt.Sprintf("%s %% (%s tot %s)", texts.Decimal(100*r.Value, 1), texts.Decimal(100*r.Low, 1), texts.Decimal(100*r.High, 1))
	}
	fmt.Fprintf(w, "  %s: %s per jaar; middelste gestandaardiseerde inkomen %s; Gini %s (%s tot %s)\n", name, texts.EuroShort(s.Total.Value), texts.EuroShort(s.Median.Value),
		texts.Decimal(s.Gini.Value, 3), texts.Decimal(s.Gini.Low, 3), texts.Decimal(s.Gini.High, 3))
	for _, p := range []struct {
		name string
		simulate.Poverty
	}{{"armoede", s.Poverty}, {"laag inkomen", s.LowIncome}} {
		if p.Rows > 0 && p.Rows < simulate.MinimumRows {
			fmt.Fprintf(w, "    %s: te weinig huishoudens in deze bevolking\n", p.name)
			continue
		}
		fmt.Fprintf(w, "    %s (onder %s voor een alleenstaande): %s personen, %s; kinderen %s; tekort %s per jaar\n", p.name, texts.EuroShort(p.Line),
			texts.NumberShort(p.Persons.Value), share(p.PersonShare), share(p.ChildShare), texts.EuroShort(p.Gap.Value))
	}
	if p := s.Pressure; p != nil && p.Households > 0 {
		fmt.Fprintf(w, "    van een euro meer loon blijft niet over: middelste %s %%; meer dan 80 %% bij %s van wie werkt\n", texts.Decimal(100*p.Median.Value, 0), share(p.Above80))
		fmt.Fprintf(w, "    erop achteruit door € 1.000 meer loon: %s huishoudens\n", texts.Number(p.Cliff.Households.Value))
	}
}

// printChanges writes who wins and loses.
func printChanges(w io.Writer, r *simulate.Result, texts *i18n.Catalogue) {
	all := r.Everyone
	if all == nil {
		return
	}
	fmt.Fprintf(w, "  vooruit %s huishoudens (%s tot %s), achteruit %s (%s tot %s)\n", texts.Number(all.Gaining.Value), texts.Number(all.Gaining.Low), texts.Number(all.Gaining.High),
		texts.Number(all.Losing.Value), texts.Number(all.Losing.Low), texts.Number(all.Losing.High))
	fmt.Fprintf(w, "    %-28s %12s %12s %12s %12s %12s %14s\n", "", "> 5 % erbij", "erbij", "gelijk", "eraf", "> 5 % eraf", "gemiddeld")
	for _, list := range [][]simulate.Change{{*all}, r.Deciles, r.Types, r.Ages, r.Tenures, r.Municipalities, r.Sources} {
		for _, c := range list {
			if c.Rows == 0 {
				continue
			}
			if c.Few() {
				fmt.Fprintf(w, "    %-28s te weinig huishoudens in deze bevolking\n", c.Label)
				continue
			}
			fmt.Fprintf(w, "    %-28s", c.Label)
			for _, n := range c.Bands {
				fmt.Fprintf(w, " %12s", texts.Number(n))
			}
			fmt.Fprintf(w, " %14s\n", signed(texts.EuroShort(c.Mean), c.Mean))
		}
	}
	for _, p := range r.Worst.Profiles {
		fmt.Fprintf(w, "    zwaarst geraakt: %s, besteedbaar %s tot %s: %s huishoudens, gemiddeld %s eraf\n", p.Text, texts.EuroShort(100*p.IncomeFrom), texts.EuroShort(100*p.IncomeTo),
			texts.Number(p.Households), texts.EuroShort(p.MeanLoss))
	}
}
