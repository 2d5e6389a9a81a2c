package screen

import "lemniscaat/internal/rule"

// Frame is what every page shows around its content.
type Frame struct {
	Organisation string // "Gemeente Voorbeeldstad"
	Demo         bool   // shows the role switch and the mark "demonstratie"
	Choose       bool   // no demo and no accounts: everybody chooses who to be
	DemoCode     string // of the message of a resident that the demo begins with
	Today        rule.Date
	Actor        Person   // who acts; zero when nobody is chosen
	People       []Person // for the role switch
	// Story is filled on the live pages of a story: they can only be looked at.
	Story  *StoryBar
	Owed   int // what this person owes or is asked: the number beside "Mijn werk"
	Unread int // notices that are new
}
