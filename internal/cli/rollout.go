package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/simulate"
)

// printMoments writes a stepwise introduction, a row per date; nothing without
// one.
func printMoments(out io.Writer, r *simulate.Result, texts *i18n.Catalogue) {
	if len(r.Moments) == 0 {
		return
	}
	fmt.Fprintf(out, "\nInvoering van variant %q. Elk moment rekent met de mensen en bedragen van %s; alleen wie over is, verschilt.\n", r.Variant.Name, texts.Date(r.Date))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  vanaf\twie erbij komt\thuishoudens over\tgaan erop vooruit\tachteruit\tbudget per jaar, verschil met nu")
	for _, m := range r.Moments {
		if m.Hidden {
			fmt.Fprintf(w, "  %s\t%s\tte weinig mensen om te tonen\n", m.From, m.Words)
			continue
		}
		money := signed(texts.EuroShort(m.Budget.Value), m.Budget.Value)
		if m.Budget.Low < m.Budget.High {
			money += fmt.Sprintf(" (%s tot %s)", texts.EuroShort(m.Budget.Low), texts.EuroShort(m.Budget.High))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", m.From, m.Words, texts.Number(m.Households), texts.Number(m.Gain), texts.Number(m.Loss), money)
	}
	w.Flush() //nolint:errcheck // to a strings.Builder
}
