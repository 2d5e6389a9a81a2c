package screen

import "time"

// DeliveryView is what goes out of an installation, and what was not delivered.
type DeliveryView struct {
	Receivers []DeliveryReceiver
	Dead      []DeliveryDead
	Paging    Paging
	GivenUp   []DeliveryGivenUp
	// Mails is how many people have mail that waits; Refused are those whose address
	// the mail server refused, by their id. Mail says that this installation mails.
	Mail    bool
	Mails   int
	Refused []string
	Act     Action // try again and give up
}

// DeliveryReceiver is somebody who hears of events, or the log of processing.
type DeliveryReceiver struct {
	Name          string
	Rows          bool
	Sent, Refused uint64
	Behind        uint64
	Oldest        time.Time
	Failures      int
	Since, Next   time.Time
	Fault         string
	Gone          bool
}

// Stuck says that somebody can have it tried at once.
func (r DeliveryReceiver) Stuck() bool { return r.Gone || r.Failures > 0 }

// DeliveryDead is one message that a receiver refused.
type DeliveryDead struct {
	ID, Receiver, Type string
	Seq                uint64
	At                 time.Time
	Status, Tries      int
	Again              bool // it is sent at the next turn
}

// DeliveryGivenUp is one that will never be delivered.
type DeliveryGivenUp struct {
	Receiver, Type, By, Reason string
	Seq                        uint64
	At                         time.Time
}
