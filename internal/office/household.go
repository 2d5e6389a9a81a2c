package office

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/spelling"
)

// HouseholdOf explains what the rules of a run say of one of its synthetic
// households, by its number; without a number it asks for one.
func (o *Office) HouseholdOf(ctx context.Context, who, id, number string) (view.HouseholdView, error) {
	v := view.HouseholdView{Number: strings.TrimSpace(number)}
	info, err := o.Runs.Status(ctx, id)
	if errors.Is(err, run.ErrNotFound) {
		return v, view.ErrNotFound
	}
	if err != nil {
		return v, fmt.Errorf("status of run %s: %w", id, err)
	}
	q := info.Question
	o.mu.Lock()
	v.Run = view.Ref{Text: o.runState(ctx, info, who).Title, Href: "/simulaties/" + id}
	base := o.rules.set
	people, err := o.peopleOf(q)
	o.mu.Unlock()
	switch {
	case err != nil:
		return v, err
	case people == nil:
		v.Why = texts.T("huishouden.andere-mensen")
		return v, nil
	}
	v.Last = people.Len() - 1
	if v.Number == "" {
		return v, nil
	}
	n, err := strconv.Atoi(strings.ReplaceAll(v.Number, ".", ""))
	if err != nil || n < 0 || n > v.Last {
		v.Faults = []view.FieldError{{Field: "nummer", Text: texts.T("huishouden.nummer", "tot", v.Last)}}
		return v, nil
	}
	if err := o.trying.enter(ctx); err != nil {
		return v, err
	}
	defer o.trying.leave()
	now, variants, err := q.Sides(base)
	if errors.Is(err, run.ErrOther) {
		v.Why = texts.T("huishouden.andere-regels")
		return v, nil
	}
	if err != nil {
		return v, fmt.Errorf("rules of run %s: %w", id, err)
	}
	v.Source = view.Provenance{Run: id, Population: q.People, RuleSet: now.Digest, Date: texts.Date(q.Date), Seed: strconv.FormatUint(q.Seed, 10)}
	return v, o.decideHousehold(&v, i18n.Language(ctx), people, q, n, append([]simulate.Side{now}, variants...))
}

// peopleOf gives the synthetic population of a question; nil when this program
// makes others. Callers hold the lock.
func (o *Office) peopleOf(q run.Question) (*population.Population, error) {
	spec, err := population.Parse(q.Population)
	if err != nil {
		return nil, nil //nolint:nilerr // not synthetic: nobody in it is explained
	}
	spec.Seed, spec.Year, spec.Households = q.Seed, q.Year, q.Households
	people, err := o.planned(spec)
	if err != nil {
		return nil, fmt.Errorf("population of a run: %w", err)
	}
	if people.ID() != q.People {
		return nil, nil
	}
	return people, nil
}

// decideHousehold fills the table: a row per regulation, a column per side.
func (o *Office) decideHousehold(v *view.HouseholdView, lang string, people *population.Population, q run.Question, n int, sides []simulate.Side) error {
	f, err := simulate.Dossier(people, q.Date, n, sides...)
	if err != nil {
		return fmt.Errorf("household %d: %w", n, err)
	}
	v.Words = f.Assumptions[0].Text
	v.Table = view.Table{Title: texts.T("huishouden.tabel"), Head: []view.TableHead{{Text: texts.T("huishouden.regeling")}, {Text: texts.T("huishouden.nu")}}}
	ids := sides[0].IDs()
	rows := make([][]view.TableCell, len(ids))
	for k, s := range sides {
		if k > 0 {
			v.Table.Head = append(v.Table.Head, view.TableHead{Text: s.Name})
		}
		h, ds := entitlement.Decide(s.Rules(), f, entitlement.Options{Date: q.Date, Lang: lang, People: simulate.NamesOf(people, n)}, ids...)
		if err := ds.Err(); err != nil {
			return fmt.Errorf("decide household %d: %w", n, err)
		}
		for i, a := range h.Answers {
			if k == 0 {
				rows[i] = []view.TableCell{{Text: spelling.Capital(entitlement.Name(a.Regulation)), Ref: &view.Ref{Text: a.Regulation.Name, Href: regulationHref(a.Regulation.ID)}}}
			}
			rows[i] = append(rows[i], householdCell(a))
		}
	}
	v.Table.Rows = rows
	return nil
}

// householdCell is what one regulation gives, with its sentence.
func householdCell(a *entitlement.Answer) view.TableCell {
	var amounts []string
	for _, x := range a.Amounts() {
		s := x.Text
		if s == "" {
			s = texts.T("huishouden.geen")
		} else if x.Period != "" {
			s = texts.T("huishouden.per", "bedrag", s, "periode", x.Period)
		}
		amounts = append(amounts, s)
	}
	c := view.TableCell{Text: strings.Join(amounts, ", ")}
	if len(a.Outcomes) > 0 {
		if first := a.Outcomes[0]; first.Explained != nil && first.Err == nil {
			c.Sub = first.Explained.Sentence
		} else if first.Err != nil {
			c.Text, c.Sub = texts.T("huishouden.fout"), first.Err.Error()
		}
	}
	return c
}
