package office

import (
	"slices"
	"strings"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/loop"
)

// Kinds of findings that people made, beside those that are computed.
const (
	kindSaid     doability.Kind = "van-mensen"
	kindCitizens doability.Kind = "van-burgers"
	kindVerdict  doability.Kind = "oordeel"
)

// ownMark is in the key of a finding that somebody wrote in an assessment.
const ownMark = "/eigen/"

// said gives the findings that people made: in an assessment on the content of
// now, or together with citizens.
func said(p *loop.Proposal) []loop.Finding {
	var out []loop.Finding
	for _, a := range p.Assessments {
		if a.Content != p.Content.Digest {
			continue
		}
		for _, f := range a.Findings {
			if strings.Contains(f.Key, ownMark) || strings.HasPrefix(f.Key, p.Regulation+"/"+a.Questionnaire+"/") {
				out = append(out, f)
			}
		}
	}
	for _, e := range p.Evidence {
		out = append(out, e.Findings...)
	}
	return out
}

// saidBy says who made a finding.
func saidBy(p *loop.Proposal, key string) doability.Kind {
	switch {
	case slices.ContainsFunc(p.Evidence, func(e loop.Evidence) bool {
		return slices.ContainsFunc(e.Findings, func(f loop.Finding) bool { return f.Key == key })
	}):
		return kindCitizens
	case strings.Contains(key, ownMark):
		return kindSaid
	}
	return kindVerdict
}

// resolvable reports whether a finding of citizens can be said to be taken away:
// something changed since they tested.
func (o *Office) resolvable(p *loop.Proposal, key string) bool {
	for _, e := range p.Evidence {
		if slices.ContainsFunc(e.Findings, func(f loop.Finding) bool { return f.Key == key }) {
			return !p.Resolved(key) && e.Content != p.Content.Digest
		}
	}
	return false
}
