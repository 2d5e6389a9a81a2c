package language

type index struct{}

func newIndex(w *Workspace) *index { return &index{} }
