package office

import (
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/web"
)

func (o *Office) stepFindings(r *regulation.Regulation, id string) []loop.Finding { return nil }
func (o *Office) severity(a loop.Anchor) string                                   { return "" }
func (o *Office) assessments(p *loop.Proposal, d draft, me Person) ([]view.AssessmentView, []view.FindingRow, error) {
	return nil, nil, nil
}
