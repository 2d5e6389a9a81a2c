package cli

import (
	"context"
	"fmt"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// rolled is a roll-out that runs, and whether a case falls in it.
type rolled struct {
	Voorstel string `json:"voorstel"`
	Titel    string `json:"titel"`
	Procent  int    `json:"procent"`
	ValtErin bool   `json:"valtErin"`
}

func (r rolled) text() string {
	if r.ValtErin {
		return fmt.Sprintf("Uitrol van %s: deze zaak hoort bij de eerste %d %%. De nieuwe regels gelden.", r.Titel, r.Procent)
	}
	return fmt.Sprintf("Uitrol van %s: deze zaak hoort nog niet bij de eerste %d %%. De oude regels gelden.", r.Titel, r.Procent)
}

// inCohort gives the rules for one case in an installation: with what is rolled
// out to its cohort. Without a number of the case it is not known which rules
// are right, and guessing is refused.
func inCohort(ctx context.Context, data string, set *regulation.Set, regs []string, zaak string, on rule.Date) (*regulation.Set, []rolled, error) {
	if data == "" {
		return set, nil, nil
	}
	log, err := readLog(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	running, err := office.Rollouts(ctx, log, set, regs...)
	if err != nil {
		return nil, nil, &fault{Input, fmt.Errorf("de uitrol in %s: %w", data, err)}
	}
	var out []rolled
	var keys map[int][]byte
	for _, r := range running {
		if on.Before(r.Begins) {
			continue
		}
		if zaak == "" {
			return nil, nil, usage("%q wordt stap voor stap ingevoerd, nu bij %d %% van de zaken; geef met --zaak het nummer van de zaak, dan gelden de juiste regels", r.Title, r.Percent)
		}
		if keys == nil {
			if keys, err = pseudonymKeys(data); err != nil {
				return nil, nil, &fault{Input, err}
			}
		}
		if keys[r.Version] == nil {
			return nil, nil, badInput("de sleutel waarmee de uitrol van %q zaken verdeelt (versie %d) staat niet in %s", r.Title, r.Version, data)
		}
		x := rolled{r.Proposal, r.Title, r.Percent, r.Takes(office.Pseudonym(r.Version, keys[r.Version], zaak), on)}
		if x.ValtErin {
			if set, err = r.Over(set); err != nil {
				return nil, nil, fmt.Errorf("uitrol %s: %w", r.Proposal, err)
			}
		}
		out = append(out, x)
	}
	return set, out, nil
}

// dateIn gives the date of a case file; zero when it cannot be read, which
// deciding then says.
func dateIn(name string, text []byte, set *regulation.Set) rule.Date {
	f, ds := dossier.Read(name, text, set.Model)
	if ds.Err() != nil {
		return rule.Date{}
	}
	return f.Date
}
