package screen

import "lemniscaat/internal/rule"

// Tile is one of the seven kinds of signal.
type Tile string

const (
	TileUnclear   Tile = "onduidelijk"
	TileCannot    Tile = "kan-niet"
	TileHarsh     Tile = "te-hard"
	TileClash     Tile = "botst"
	TileData      Tile = "gegevens"
	TileDropOut   Tile = "haken-af"
	TileGoingWell Tile = "gaat-goed"
)

// Tiles lists the tiles in the order of the page.
var Tiles = [...]Tile{TileUnclear, TileCannot, TileHarsh, TileClash, TileData, TileDropOut, TileGoingWell}

// Frequency is how often it happens, as the reporter says.
type Frequency string

const (
	Once    Frequency = "een-keer"
	Monthly Frequency = "maandelijks"
	Weekly  Frequency = "wekelijks"
	Daily   Frequency = "dagelijks"
)

// Frequencies lists the frequencies in the order of the page.
var Frequencies = [...]Frequency{Once, Monthly, Weekly, Daily}

// SignalFormView is the page Signaal.
type SignalFormView struct {
	Anchor  Anchor
	Anchors []AnchorOption // to choose from when Anchor names no regulation or no article
	Known   []KnownIssue   // knelpunten that already live on the anchor, or look like what is typed
	Owner   string         // who will answer
	Due     rule.Date      // the last day of the answer, if sent today
	Tile    Tile           // chosen by the words that were looked for, "" for none
	// Finding is filled when Anchor names no regulation: the page looks in
	// ordinary words.
	Finding *Finding
}

// SignalAsk is what the page Signaal was opened with.
type SignalAsk struct {
	At    Anchor
	Words string // what to look for, when there is no place yet
	Text  string // what is typed so far: knelpunten that look like it are shown
	Tile  Tile
}

// Finding is what a search in ordinary words gives.
type Finding struct {
	Words string
	Found []FoundPlace
}

// FoundPlace is a place in the rules that was found.
type FoundPlace struct {
	Anchor  Anchor
	Kind    string // "artikel", "regel", "stap", "regeling"
	Excerpt string
	Why     []string // "“terugbetalen” lijkt op “terugvordering” in de tekst"
}

// Visibility says who may see who reported.
type Visibility string

// The choices of the page.
const (
	SeenByOwner    Visibility = "eigenaar"
	SeenByNobody   Visibility = "niemand"
	SeenByEveryone Visibility = "iedereen"
)

// Visibilities lists them in the order of the page.
var Visibilities = [...]Visibility{SeenByOwner, SeenByNobody, SeenByEveryone}

// Upload is a file that a form sent.
type Upload struct {
	Name string
	Data []byte
}

// AttachmentRef is a file of a signal.
type AttachmentRef struct {
	Name string
	Kind string // media type
	Size int64  // bytes
	Href string // "" when this reader may not open it
	// Erased says that only the fact is left.
	Erased bool
	// Erase is where the reporter can erase it, "" for others.
	Erase string
}

// AttachmentFile is a file to keep.
type AttachmentFile struct {
	Name, Kind string
	Data       []byte
}

// AnchorOption is a place to choose.
type AnchorOption struct {
	Value string // "individuele-inkomenstoeslag/artikel-3"
	Group string // regulation name
	Label string // article name
}

// KnownIssue is offered before sending: "37 collega's zagen dit".
type KnownIssue struct {
	ID       string
	Title    string
	Tile     Tile
	Count    int    // people who saw it
	Place    string // where, when it is another place than that of the page
	Why      string // why it may be the same, when it was found by its words
	Mine     bool   // the actor already said so
	Standing string // the standing answer in one sentence, "" when none
}

// SignalInput is what the form sends.
type SignalInput struct {
	Anchor    Anchor // only ids, Lid and Case are filled
	Tile      Tile
	Text      string
	Frequency Frequency
	// Shown says who may see who reported; "" is who owes the answer.
	Shown Visibility
	Files []Upload
	// Key makes sending twice harmless: the same key is the same signal.
	Key string
}

// SignalReceipt is the page after sending.
type SignalReceipt struct {
	ID       string // of the signal
	Issue    Ref
	Anchor   Anchor
	Tile     Tile
	Text     string
	Owner    string // who answers
	OwnerWhy string // "coördinerend opdrachtgever van dit artikel"
	Due      rule.Date
	Others   int        // how many saw it before
	Standing string     // a standing answer, delivered at once; "" when none
	Absent   bool       // the debtor is niet aangesloten: it is asked by e-mail
	Shown    Visibility // who may see who reported; "" when that is not for this reader
	Files    []AttachmentRef
	// Key is that of the form that was sent: its draft can be forgotten.
	Key string
}

// MySignalsView is the page Mijn signalen.
type MySignalsView struct {
	Rows []MySignalRow
	Paging
}

// MySignalRow is one signal of the actor.
type MySignalRow struct {
	ID      string
	Text    string
	Tile    Tile
	Anchor  Anchor
	Filed   rule.Date
	Issue   Ref
	Station Station // where it is on the ∞
	State   string  // "Wacht op antwoord van Femke de Wit"
	Owes    string  // who owes something
	What    string  // what is owed: "antwoord"
	Due     rule.Date
	Overdue bool
	Answer  *AnswerView
	Files   []AttachmentRef
	Shown   Visibility
	// React is filled when an answer waits for this reporter's reaction.
	React    bool
	ReactBy  rule.Date
	Dispute  bool   // not asked, but the reporter can say that the answer is wrong
	Reaction string // what the reporter said earlier, "" when nothing
}

// CountInput is how often it happened before and after an adaptation, as typed.
type CountInput struct {
	Issue         string
	Before, After string
}

// ReactionInput is "Herken je dit? Ja / Nee, want…".
type ReactionInput struct {
	Signal     string
	Recognised bool
	Why        string // obliged for a no
}
