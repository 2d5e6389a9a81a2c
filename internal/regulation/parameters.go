package regulation

import (
	"fmt"
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// certainties are how sure a value is: read in the official publication (V),
// in an official leaflet or table quoted by others (S+), computed from
// official figures (D), read elsewhere (S), or known without a source (K).
var certainties = []string{"V", "S+", "D", "S", "K"}

// parameters reads parameters.yaml. The values themselves are read when the
// types are known.
func (r *reader) parameters(f *folder, file string) {
	d, top, done := r.document(file)
	defer done()
	if top == nil {
		return
	}
	f.parameters = append(f.parameters, readParameters(d, top, parametersFile)...)
}

// readParameters reads a mapping of parameters to their values.
func readParameters(d *notation.Doc, top *notation.Node, what string) []parameterText {
	var out []parameterText
	d.Each(top, what, func(slug string, k, v *notation.Node) {
		p := parameterText{slug: slug, pos: d.Pos(k)}
		d.Items(v, slug, func(v *notation.Node) {
			val := valueText{pos: d.Pos(v)}
			certainty := ""
			d.Fields(v, "een waarde van "+slug, map[string]notation.Field{
				"vanaf!":    d.Date(&val.From, "vanaf"),
				"waarde!":   func(_, v *notation.Node) { val.node = v },
				"bron!":     d.Text(&val.Source, "bron"),
				"zekerheid": d.Choice(&certainty, "zekerheid", certainties),
				"voorbeeld": d.Bool(&val.Example, "voorbeeld"),
				"notitie":   d.Text(&val.Note, "notitie"),
			})
			switch {
			case val.Example && certainty != "":
				d.Fail(v, "zekerheid", "laat één van beide weg", "een voorbeeldwaarde heeft geen zekerheid")
			case !val.Example && certainty == "" && notation.IsMap(v):
				d.Fail(v, "zekerheid", "schrijf zekerheid: V (officiële bekendmaking), S+ (officiële folder of tabel), D (afgeleid), S (elders gelezen) of K (uit kennis), of voorbeeld: ja",
					"er staat niet bij hoe zeker deze waarde is")
			}
			val.Verified = val.Example || certainty == "V" || certainty == "S+" || certainty == "D"
			if val.From.IsZero() || val.node == nil {
				return
			}
			if slices.ContainsFunc(p.values, func(o valueText) bool { return o.From == val.From }) {
				d.Fail(v, "dubbele-datum", "laat er één staan", "%s heeft twee waarden vanaf %s", slug, val.From)
				return
			}
			p.values = append(p.values, val)
		})
		slices.SortFunc(p.values, func(a, b valueText) int { return a.From.Compare(b.From) })
		out = append(out, p)
	})
	return out
}

// read reads the values as those of a parameter, and adds them to a list that
// is not nil.
func (text parameterText) read(p *rule.Parameter, to *[]rule.ParameterValue) rule.Diagnostics {
	d := &notation.Doc{File: text.pos.File, Line: 1}
	for _, v := range text.values {
		dat, ok := d.Datum(v.node, p.Type, text.slug)
		if !ok || to == nil {
			continue
		}
		val := v.ParameterValue
		val.Value = dat
		*to = append(*to, val)
	}
	return d.Diags
}

// fill gives the parameters of a model their values.
func (b *builder) fill() {
	byID := map[string]*rule.Parameter{}
	owned := map[string][]string{}
	for _, p := range b.set.Model.Parameters {
		byID[p.ID] = p
	}
	for _, f := range b.bundle.folders {
		for _, p := range b.set.Model.Parameters {
			if reg, slug, _ := cutID(p.ID); reg == f.reg.ID {
				owned[reg] = append(owned[reg], slug)
			}
		}
	}
	for _, f := range b.bundle.folders {
		for _, text := range f.parameters {
			p, ok := byID[f.reg.ID+"."+text.slug]
			if !ok {
				b.fail(text.pos, "onbekende-parameter", fmt.Sprintf("geen regelspraakblok van %s declareert de parameter %q%s",
					f.reg.ID, text.slug, notation.Suggest(text.slug, owned[f.reg.ID])), "schrijf in gegevens.md: Parameter de … : Bedrag;")
				continue
			}
			b.diags = append(b.diags, text.read(p, &p.Values)...)
		}
	}
	for _, p := range b.set.Model.Parameters {
		if len(p.Values) == 0 {
			b.warn(p.Pos, "parameter-zonder-waarde", fmt.Sprintf("de parameter %s heeft geen enkele waarde", p.ID), "zet de waarden in parameters.yaml")
		}
	}
}
