package check

// steps finds proofs that a register already holds.
func (c *checker) steps() {
	for _, reg := range c.set.Regulations {
		for _, s := range reg.Steps(c.o.Date) {
			if s.Who != "burger" || s.Automatic {
				continue
			}
			for _, e := range s.Evidence {
				if e.Register == "" {
					continue
				}
				f := c.add(CodeKnown, "De stap %q vraagt %s. Dat staat al in: %s.", s.Action, e.Name, e.Register)
				f.in(reg.ID, s.Article, s.Pos)
				f.Step = s.ID
			}
		}
	}
}
