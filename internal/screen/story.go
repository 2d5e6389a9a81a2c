package screen

import "lemniscaat/internal/rule"

// StoryListView lists the stories that can be read.
type StoryListView struct{ Stories []StoryRow }

// StoryRow is one story in the list.
type StoryRow struct {
	ID, Title   string
	Sentence    string
	From, Until rule.Date
	Steps       int
}

// StoryView is one story as a time line.
type StoryView struct {
	ID, Title string
	Lead      string
	// Shows says what playing it shows, and NotShown what it does not.
	Shows, NotShown string
	Steps           []StoryStep
	Sources         []StorySource
	// Checks is how many things were checked while it was played, Failed how many
	// of them came out otherwise than the story says.
	Checks, Failed int
}

// StoryStep is one moment.
type StoryStep struct {
	ID   string
	Date rule.Date
	// Month: only the month is known.
	Month    bool
	Station  Station
	Title    string
	Then     string // what happened; "" for a step that is only played
	Shown    string // what Lemniscaat would have shown
	Results  []StoryResult
	Screen   Ref    // the live page
	As       string // who looks at it there
	Sources  []int  // numbers in StoryView.Sources
	Invented bool
}

// StoryResult is one thing that was checked.
type StoryResult struct {
	Text string
	OK   bool
}

// StorySource is where a fact comes from.
type StorySource struct {
	Number int
	Text   string
	Href   string // "" when it is not on line
}

// StoryBar stands above a live page of a story.
type StoryBar struct {
	Title string
	Step  string // title of the step
	N, Of int
	Date  rule.Date
	Back  string // address of the step in the story
	As    string // who looks
}
