package regulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

var quarterPattern = regexp.MustCompile(`^20[0-9]{2}-[1-4]$`)

// Words that a regeling.yaml may use.
var (
	periods  = []string{"jaar", "kwartaal", "maand", "eenmalig"}
	says     = []string{"betaalt", "is"}
	units    = []string{"procent", "aantal", "euro"}
	measures = []string{"bereik", "toekenningen", "uitgaven", "afwijzingen", "maatwerk"}
)

// document opens a YAML file of a folder; the node is nil when it cannot be
// read or is empty. done hands over what was found wrong in it.
func (r *reader) document(file string) (d *notation.Doc, top *notation.Node, done func()) {
	d = notation.NewDoc(file)
	if data, ok := r.read(file); ok {
		top = d.Parse(data)
	}
	return d, top, func() { r.diags = append(r.diags, d.Diags...) }
}

// meta reads regeling.yaml.
func (r *reader) meta(f *folder, file string) {
	d, top, done := r.document(file)
	defer done()
	if top == nil {
		return
	}
	reg := &f.reg
	f.metaPos = map[string]rule.Pos{}
	id := ""
	d.Fields(top, "regeling.yaml", map[string]notation.Field{
		"id!":          d.Text(&id, "id"),
		"naam!":        d.Text(&reg.Name, "naam"),
		"bwb":          d.Text(&reg.BWB, "bwb"),
		"link":         d.Text(&reg.Official, "link"),
		"samenvatting": d.Text(&reg.Summary, "samenvatting"),
		"bouwt-op": d.List("bouwt-op", func(v *notation.Node) {
			other := ""
			d.Text(&other, "een regeling bij bouwt-op")(nil, v)
			f.metaPos["bouwt-op:"+other] = d.Pos(v)
			reg.BuildsOn = append(reg.BuildsOn, other)
		}),
		"inkomensmaat": d.Bool(&reg.MeasuresIncome, "inkomensmaat"),
		"gemeente":     func(_, v *notation.Node) { reg.Municipality = readMunicipality(d, v) },
		"driehoek":     func(_, v *notation.Node) { reg.Triangle = readTriangle(d, v) },
		"doelen": d.List("doelen", func(v *notation.Node) {
			var g Goal
			d.Fields(v, "een doel", map[string]notation.Field{"id!": d.Text(&g.ID, "id"), "tekst!": d.Text(&g.Text, "tekst")})
			reg.Goals = append(reg.Goals, g)
		}),
		"indicatoren": d.List("indicatoren", func(v *notation.Node) {
			var i Indicator
			d.Fields(v, "een indicator", map[string]notation.Field{
				"id!": d.Text(&i.ID, "id"), "naam!": d.Text(&i.Name, "naam"), "eenheid!": d.Choice(&i.Unit, "eenheid", units),
				"doel": d.Text(&i.Goal, "doel"), "meting!": d.Choice(&i.Measure, "meting", measures), "hoger-is-beter": d.Bool(&i.Higher, "hoger-is-beter"),
			})
			f.metaPos["indicator:"+i.ID] = d.Pos(v)
			reg.Indicators = append(reg.Indicators, i)
		}),
		"uitkomsten": d.List("uitkomsten", func(v *notation.Node) {
			var o Outcome
			d.Fields(v, "een uitkomst", map[string]notation.Field{
				"eigenschap!": d.Text(&o.Attribute, "eigenschap"), "per": d.Choice(&o.Period, "per", periods), "naam!": d.Text(&o.Label, "naam"),
				"zin": d.Choice(&o.Says, "zin", says),
			})
			f.metaPos["uitkomst:"+o.Attribute] = d.Pos(v)
			reg.Outcomes = append(reg.Outcomes, o)
		}),
		"maatwerkgronden": d.List("maatwerkgronden", func(v *notation.Node) {
			var g Ground
			d.Fields(v, "een grond voor maatwerk", map[string]notation.Field{
				"id!": d.Text(&g.ID, "id"), "tekst!": d.Text(&g.Text, "tekst"), "artikel": d.Text(&g.Article, "artikel"), "bron!": d.Text(&g.Source, "bron"),
			})
			f.metaPos["grond:"+g.ID] = d.Pos(v)
			reg.Grounds = append(reg.Grounds, g)
		}),
		"voorschot": func(_, v *notation.Node) {
			reg.Advance = new(Advance)
			d.Fields(v, "voorschot", map[string]notation.Field{"drempel!": d.Text(&reg.Advance.Threshold, "drempel")})
		},
		"contactdrempel": func(_, v *notation.Node) {
			if dat, ok := d.Datum(v, rule.Type{Kind: rule.Amount}, "contactdrempel"); ok && !dat.IsEmpty() {
				reg.ContactThreshold = dat.Num
			}
		},
		"bevindingen": d.List("bevindingen", func(v *notation.Node) {
			x := Explanation{Pos: d.Pos(v)}
			place := func(v *notation.Node) {
				at := ""
				d.Text(&at, "een plaats bij bevindingen")(nil, v)
				f.metaPos["bevinding:"+at] = d.Pos(v)
				x.At = append(x.At, at)
			}
			d.Fields(v, "een bevinding die blijft", map[string]notation.Field{
				"code!": d.Text(&x.Code, "code"), "uitleg!": d.Text(&x.Text, "uitleg"),
				"bij!": func(_, v *notation.Node) {
					if notation.IsList(v) {
						d.Items(v, "bij", place)
					} else {
						place(v)
					}
				},
			})
			reg.Explained = append(reg.Explained, x)
		}),
		"aannames": d.List("aannames", func(v *notation.Node) {
			var a dossier.Assumption
			d.Fields(v, "een aanname", map[string]notation.Field{"id!": d.Text(&a.ID, "id"), "tekst!": d.Text(&a.Text, "tekst")})
			reg.Assumptions = append(reg.Assumptions, a)
		}),
	})
	if id != "" && id != reg.ID {
		d.Fail(top, "id", "geef de map en het id dezelfde naam", "het id %q is niet de naam van de map (%q)", id, reg.ID)
	}
	if !validID(reg.ID) {
		d.Fail(top, "id", "gebruik kleine letters, cijfers en streepjes", "%q is geen bruikbaar id", reg.ID)
	}
	if reg.BWB != "" && !rule.IsBWB(reg.BWB) {
		d.Fail(top, "bwb", "schrijf bijvoorbeeld BWBR0018451", "%q is geen BWB-nummer", reg.BWB)
	}
	if reg.Official != "" && !strings.HasPrefix(reg.Official, "https://") {
		d.Fail(top, "link", "", "de link begint niet met https://")
		reg.Official = ""
	}
	if reg.Official == "" && reg.BWB != "" {
		reg.Official = "https://wetten.overheid.nl/" + reg.BWB
	}
	for _, i := range reg.Indicators {
		if i.Goal != "" && !slices.ContainsFunc(reg.Goals, func(g Goal) bool { return g.ID == i.Goal }) {
			r.fail(f.metaPos["indicator:"+i.ID], "onbekend-doel", fmt.Sprintf("het doel %q van indicator %q staat niet bij doelen", i.Goal, i.ID), "")
		}
	}
	unique(d, top, "doel", reg.Goals, func(g Goal) string { return g.ID })
	unique(d, top, "indicator", reg.Indicators, func(i Indicator) string { return i.ID })
	unique(d, top, "uitkomst", reg.Outcomes, func(o Outcome) string { return o.Attribute })
	unique(d, top, "maatwerkgrond", reg.Grounds, func(g Ground) string { return g.ID })
}

func unique[T any](d *notation.Doc, at *notation.Node, what string, list []T, id func(T) string) {
	seen := map[string]bool{}
	for _, x := range list {
		if seen[id(x)] {
			d.Fail(at, "dubbel-id", "geef elk een eigen id", "%s %q staat er twee keer", what, id(x))
		}
		seen[id(x)] = true
	}
}

func readMunicipality(d *notation.Doc, n *notation.Node) *Municipality {
	var m Municipality
	d.Fields(n, "gemeente", map[string]notation.Field{
		"id!": d.Text(&m.ID, "id"), "naam!": d.Text(&m.Name, "naam"), "voorbeeld": d.Bool(&m.Fictional, "voorbeeld"),
	})
	return &m
}

func readTriangle(d *notation.Doc, n *notation.Node) *Triangle {
	t := &Triangle{}
	holder := func(what string, v *notation.Node) Holder {
		var h Holder
		d.Fields(v, what, map[string]notation.Field{
			"rol!": d.Text(&h.Role, "rol"), "partij!": d.Text(&h.Party, "partij"), "functie": d.Text(&h.Title, "functie"),
			"coordinerend": d.Bool(&h.Coordinating, "coordinerend"),
		})
		if h.Party != "" && !slices.ContainsFunc(t.Parties, func(p Party) bool { return p.ID == h.Party }) {
			var known []string
			for _, p := range t.Parties {
				known = append(known, p.ID)
			}
			d.Fail(v, "onbekende-partij", "zet partijen boven de rollen", "%q staat niet bij partijen%s", h.Party, notation.Suggest(h.Party, known))
		}
		if h.Coordinating && what != "een opdrachtgever" {
			d.Fail(v, "coordinerend", "", "alleen een opdrachtgever kan coördinerend zijn")
		}
		return h
	}
	holders := func(dst *[]Holder, what, list string) notation.Field {
		return d.List(list, func(v *notation.Node) { *dst = append(*dst, holder(what, v)) })
	}
	d.Fields(n, "driehoek", map[string]notation.Field{
		"van!": d.Date(&t.From, "van"),
		"tot":  d.Date(&t.Until, "tot"),
		"partijen!": d.List("partijen", func(v *notation.Node) {
			p := Party{Connected: true}
			d.Fields(v, "een partij", map[string]notation.Field{
				"id!": d.Text(&p.ID, "id"), "naam!": d.Text(&p.Name, "naam"), "aangesloten": d.Bool(&p.Connected, "aangesloten"),
			})
			t.Parties = append(t.Parties, p)
		}),
		"eigenaar!":       func(_, v *notation.Node) { t.Owner = holder("de eigenaar", v) },
		"opdrachtgevers!": holders(&t.Commissioners, "een opdrachtgever", "opdrachtgevers"),
		"opdrachtnemers!": holders(&t.Executors, "een opdrachtnemer", "opdrachtnemers"),
		"medewerkers":     holders(&t.Staff, "een medewerker", "medewerkers"),
		"caseload":        d.Int(&t.Caseload, "caseload", 1, 10_000),
		"formatie":        d.Int(&t.Staffing, "formatie", 1, 100_000),
		"capaciteit": func(_, v *notation.Node) {
			d.Each(v, "capaciteit", func(key string, k, v *notation.Node) {
				if !quarterPattern.MatchString(key) {
					d.Fail(k, "kwartaal", "schrijf bijvoorbeeld 2027-1", "%q is geen kwartaal", key)
					return
				}
				c := Capacity{Quarter: key}
				d.Int(&c.Hours, "het aantal uren", 0, 1_000_000)(k, v)
				t.Capacity = append(t.Capacity, c)
			})
		},
	})
	slices.SortFunc(t.Capacity, func(a, b Capacity) int { return strings.Compare(a.Quarter, b.Quarter) })
	coordinating := 0
	for _, h := range t.Commissioners {
		if h.Coordinating {
			coordinating++
		}
	}
	if len(t.Commissioners) == 1 && coordinating == 0 {
		t.Commissioners[0].Coordinating, coordinating = true, 1
	}
	if len(t.Commissioners) > 0 && coordinating != 1 {
		d.Fail(n, "coordinerend", "schrijf bij precies één opdrachtgever coordinerend: ja", "er zijn %d coördinerende opdrachtgevers", coordinating)
	}
	if len(t.Executors) == 0 {
		d.Fail(n, "opdrachtnemer", "", "er is minstens één opdrachtnemer nodig")
	}
	return t
}
