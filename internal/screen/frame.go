package screen

import "lemniscaat/internal/rule"

// Frame is what every page shows around its content.
type Frame struct {
	Organisation string // "Gemeente Voorbeeldstad"
	Demo         bool   // shows the role switch and the mark "demonstratie"
	Today        rule.Date
	Actor        Person   // who acts; zero when nobody is chosen
	People       []Person // for the role switch
	Owed         int      // what this person owes or is asked: the number beside "Mijn werk"
}
