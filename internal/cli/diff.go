package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/bwb"
)

func diffCommand(env Env) *cobra.Command {
	var asJSON, brief bool
	var sides sidesFlags
	cmd := &cobra.Command{
		Use:   "diff OUD NIEUW | diff REGELING|MAP",
		Short: "zeg wat er verschilt tussen twee versies van een wet, of van een regeling",
		Long: `Met twee bestanden: vergelijkt twee versies van een wet (toestanden in BWB-XML) of verordening (Markdown), artikel voor
artikel en lid voor lid: gewijzigd, nieuw, vervallen, hernummerd of verplaatst. Artikelen worden herkend aan hun vaste
kenmerk (stam-id) in het Basiswettenbestand, ook als hun nummer verandert. Woorden die weg zijn staan tussen [- en -],
nieuwe tussen [+ en +].

Met een regeling: vergelijkt haar regels op twee dagen, met en zonder een variant, of in twee gemeenten. Eerst in woorden: regels, waarden en
stappen. Dan in gevolg: elk rekenvoorbeeld aan beide kanten, het verschil, en waar de twee uitleggen uiteengaan. Links is de
eerste dag, of zonder de variant; rechts de tweede, of met de variant. Zonder dagen is het de laatste keer dat er iets
veranderde: de dag ervoor naast de dag zelf.

Uitgangscode 0: er is niets veranderd; 1: er is iets veranderd; 3: een bestand is niet te lezen.`,
		Example: "  lemniscaat diff BWBR0002629_2014-01-01_0.xml BWBR0002629_2015-01-01_0.xml\n" +
			"  lemniscaat diff zorgtoeslag --van 2025-12-31 --tot 2026-01-01\n" +
			"  lemniscaat diff individuele-inkomenstoeslag --variant ruimere-grens\n" +
			"  lemniscaat diff individuele-inkomenstoeslag --gemeente noorderkoog",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := arguments(1, 2, "OUD en NIEUW, of een REGELING")(cmd, args); err != nil {
				return err
			}
			if len(args) == 2 && sides.given(cmd) {
				return usage("--van, --tot, --variant, --gemeente en --data horen bij één regeling, niet bij twee bestanden")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return diffRegulation(cmd.Context(), env, args, sides, asJSON, brief)
			}
			return diffTexts(env, args, asJSON, brief)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	f.BoolVar(&brief, "kort", false, "alleen de artikelen, zonder de woorden; bij een regeling zonder de rekenvoorbeelden")
	sides.add(cmd)
	return cmd
}

// diffTexts compares two texts of one law.
func diffTexts(env Env, args []string, asJSON, brief bool) error {
	var texts [2]*bwb.Text
	for i, name := range args {
		text, ds, err := readText(env, name)
		if err != nil {
			return err
		}
		if text == nil {
			printDiagnostics(env, ds)
			return silent(Input)
		}
		texts[i] = text
	}
	if a, b := texts[0].BWB, texts[1].BWB; a != b {
		return badInput("dit zijn verschillende regelingen: %s en %s", titled(texts[0]), titled(texts[1]))
	}
	changes := bwb.Compare(texts[0], texts[1])
	n := tallied(changes)
	if asJSON {
		if err := writeJSON(env, diffJSON(texts, changes, n)); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Out, "%s: %s\n", texts[1].Name, n)
		for _, c := range changes {
			printChange(env, c, brief)
		}
	}
	if n.changed() {
		return silent(Found)
	}
	return nil
}

func titled(t *bwb.Text) string {
	if t.BWB != "" {
		return t.Name + " (" + t.BWB + ")"
	}
	return t.Name
}

// tally counts articles by what happened to them.
type tally struct {
	Gelijk     int `json:"gelijk"`
	Gewijzigd  int `json:"gewijzigd"`
	Nieuw      int `json:"nieuw"`
	Vervallen  int `json:"vervallen"`
	Hernummerd int `json:"hernummerd"` // artikelen en leden
	Verplaatst int `json:"verplaatst"`
}

func tallied(changes []bwb.Change) *tally {
	var t tally
	for _, c := range changes {
		switch c.Kind {
		case bwb.Unchanged:
			t.Gelijk++
		case bwb.Changed:
			t.Gewijzigd++
		case bwb.Added:
			t.Nieuw++
		case bwb.Removed:
			t.Vervallen++
		}
		if c.Moved {
			t.Verplaatst++
		}
	}
	t.Hernummerd = len(bwb.Moves(changes))
	return &t
}

func (t *tally) changed() bool {
	return t.Gewijzigd+t.Nieuw+t.Vervallen+t.Hernummerd+t.Verplaatst > 0
}

// String gives "10 artikelen gewijzigd, 8 nieuw, 2 vervallen, 81 gelijk gebleven".
func (t *tally) String() string {
	if !t.changed() {
		return "er is niets veranderd"
	}
	parts := []string{fmt.Sprintf("%d gewijzigd", t.Gewijzigd)}
	for _, p := range []struct {
		n    int
		what string
	}{{t.Nieuw, "nieuw"}, {t.Vervallen, "vervallen"}, {t.Verplaatst, "verplaatst"}, {t.Gelijk, "gelijk gebleven"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	s := strings.Join(parts, ", ") + " (artikelen)"
	if t.Hernummerd > 0 {
		s += fmt.Sprintf("; %d keer een ander nummer (artikelen en leden)", t.Hernummerd)
	}
	return s
}

func printChange(env Env, c bwb.Change, brief bool) {
	if c.Still() {
		return
	}
	fmt.Fprintf(env.Out, "\n%s: %s", c.Article().Heading(), c.Kind)
	if c.Renumbered {
		fmt.Fprintf(env.Out, ", was %s", strings.Split(c.Old.Heading(), ".")[0])
	}
	if c.Moved {
		fmt.Fprintf(env.Out, ", staat nu in %s", strings.Join(c.New.Path, ", "))
	}
	fmt.Fprintln(env.Out)
	if brief || c.Old == nil || c.New == nil {
		return
	}
	for _, l := range c.Leden {
		if l.Still() {
			continue
		}
		name := "tekst"
		if n := l.Lid().Number; n != "" {
			name = "lid " + n
		}
		fmt.Fprintf(env.Out, "  %s: %s", name, l.Kind)
		if l.Renumbered && l.Old.Number != "" {
			fmt.Fprintf(env.Out, ", was lid %s", l.Old.Number)
		}
		fmt.Fprintln(env.Out)
		if words := l.Spans(); len(words) > 0 {
			fmt.Fprintln(env.Out, "    "+wordLine(words))
		}
	}
}

// wordLine shows what changed with a few words around it.
func wordLine(words []bwb.Span) string {
	const around = 6
	var parts []string
	for i, w := range words {
		text := oneLine(w.Text)
		switch w.Kind {
		case bwb.Removed:
			text = "[-" + text + "-]"
		case bwb.Added:
			text = "[+" + text + "+]"
		default:
			f := strings.Fields(text)
			switch {
			case i == 0 && len(f) > around:
				text = "… " + strings.Join(f[len(f)-around:], " ")
			case i == len(words)-1 && len(f) > around:
				text = strings.Join(f[:around], " ") + " …"
			case len(f) > 2*around:
				text = strings.Join(f[:around], " ") + " … " + strings.Join(f[len(f)-around:], " ")
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

type jsonDiff struct {
	Naam      string        `json:"naam"`
	BWB       string        `json:"bwb,omitempty"`
	Van       string        `json:"van,omitempty"`
	Tot       string        `json:"tot,omitempty"`
	Verschil  *tally        `json:"verschil"`
	Artikelen []jsonArticle `json:"artikelen"`
	Verhuisd  []jsonMove    `json:"verhuisd"`
}

type jsonArticle struct {
	Artikel string    `json:"artikel"` // id in the new text, or in the old when it is gone
	Was     string    `json:"was,omitempty"`
	Soort   string    `json:"soort"`
	Onder   []string  `json:"onder,omitempty"` // only when moved
	Leden   []jsonLid `json:"leden"`
}

type jsonLid struct {
	Lid     string     `json:"lid,omitempty"`
	Was     string     `json:"was,omitempty"`
	Soort   string     `json:"soort"`
	Woorden []jsonSpan `json:"woorden,omitempty"`
}

type jsonSpan struct {
	Soort string `json:"soort"`
	Tekst string `json:"tekst"`
}

type jsonMove struct {
	Van  string `json:"van"`
	Naar string `json:"naar"`
}

func diffJSON(texts [2]*bwb.Text, changes []bwb.Change, n *tally) jsonDiff {
	out := jsonDiff{Naam: texts[1].Name, BWB: texts[1].BWB, Verschil: n, Artikelen: []jsonArticle{}, Verhuisd: []jsonMove{}}
	if !texts[0].Date.IsZero() {
		out.Van, out.Tot = texts[0].Date.String(), texts[1].Date.String()
	}
	for _, c := range changes {
		if c.Still() {
			continue
		}
		a := jsonArticle{Artikel: c.Article().ID, Soort: c.Kind.String(), Leden: []jsonLid{}}
		if c.Old != nil && c.Old.ID != a.Artikel {
			a.Was = c.Old.ID
		}
		if c.Moved {
			a.Onder = c.New.Path
		}
		for _, l := range c.Leden {
			if l.Still() {
				continue
			}
			x := jsonLid{Lid: l.Lid().Number, Soort: l.Kind.String()}
			if l.Renumbered && l.Old != nil {
				x.Was = l.Old.Number
			}
			for _, w := range l.Words {
				x.Woorden = append(x.Woorden, jsonSpan{w.Kind.String(), w.Text})
			}
			a.Leden = append(a.Leden, x)
		}
		out.Artikelen = append(out.Artikelen, a)
	}
	place := func(p bwb.Place) string {
		if p.Lid != "" {
			return p.Article + "/lid-" + p.Lid
		}
		return p.Article
	}
	for _, m := range bwb.Moves(changes) {
		out.Verhuisd = append(out.Verhuisd, jsonMove{place(m.From), place(m.To)})
	}
	return out
}
