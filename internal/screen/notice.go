package screen

import "lemniscaat/internal/rule"

// NoticeListView is the page with the notices of one person, the newest first.
type NoticeListView struct {
	Paging
	Rows   []NoticeRow
	Unread int
	// Mark is how far this list goes; it is sent back when all is marked read, so
	// that what came meanwhile stays unread.
	Mark NoticeMark
	// Mails says in one sentence what is mailed; "" when this installation does
	// not mail.
	Mails string
}

// NoticeMark is how far somebody is: an event and a day.
type NoticeMark struct {
	Seq uint64
	Day rule.Date
}

// NoticeRow is one notice.
type NoticeRow struct {
	Text   string
	Ref    Ref
	Day    rule.Date
	Unread bool
	Late   bool
}

// NoticeSettingsView is the page on which somebody says what is mailed.
type NoticeSettingsView struct {
	Address string
	Refused bool   // the mail server refuses the address
	Works   bool   // this installation mails
	Pace    string // direct, dagelijks, niet
	Lang    string // "nl" or "en"; "" when it was not chosen
	Kinds   []NoticeChoice
}

// NoticeChoice is a kind of notice that can be mailed or not.
type NoticeChoice struct {
	Kind, Label string
	On          bool
}

// NoticeSettingsInput is what that page sends.
type NoticeSettingsInput struct {
	Address string
	Pace    string
	Lang    string   // "": as it was
	Kinds   []string // that are mailed
}
