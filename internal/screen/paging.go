package screen

// PerPage is how many rows one page of a list shows.
const PerPage = 50

// FirstRows is how many rows of a list stand on a page about something else, with
// the way to the whole list.
const FirstRows = 10

// MaxChoices is how many options a form offers. Of a longer list the first are suggested,
// and any other can be typed.
const MaxChoices = 500

// Asked is what a reader wants of a list that can grow.
type Asked struct {
	Words string // what to look for; "" is everything
	Page  int    // from 1
}

// Paging says which part of a list is shown.
type Paging struct {
	Asked
	Pages int // at least 1
	Total int // rows of the whole list, after searching
}

// PageOf gives the rows of the page that was asked for: the last one when there
// are not so many. The rows are a part of all, not a copy.
func PageOf[T any](all []T, asked Asked) ([]T, Paging) {
	p := Paging{Asked: asked, Total: len(all), Pages: max(1, (len(all)+PerPage-1)/PerPage)}
	p.Page = min(max(asked.Page, 1), p.Pages)
	from := (p.Page - 1) * PerPage
	return all[from:min(from+PerPage, len(all))], p
}

// From and To number the rows that are shown, from 1; both are 0 for an empty
// list.
func (p Paging) From() int {
	if p.Total == 0 {
		return 0
	}
	return (p.Page-1)*PerPage + 1
}

// To is the number of the last row that is shown.
func (p Paging) To() int { return min(p.Page*PerPage, p.Total) }
