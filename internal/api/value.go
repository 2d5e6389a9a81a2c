package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// day writes a legal date, "" for none.
func day(d rule.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// instant gives a time for JSON: UTC, nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC().Truncate(time.Millisecond)
	return &u
}

// last gives the last part of an address of a page: the id of what it leads to.
func last(href string) string {
	href, _, _ = strings.Cut(href, "?")
	href, _, _ = strings.Cut(href, "#")
	return href[strings.LastIndexByte(href, '/')+1:]
}

// Paged is the parameter of every list.
type Paged struct {
	Pagina int `query:"pagina" default:"1" minimum:"1" maximum:"1000000" doc:"Welke pagina, vanaf 1. Een pagina heeft 50 rijen."`
}

// Linked is the header of every list.
type Linked struct {
	Link string `header:"Link" doc:"De vorige en volgende pagina (RFC 8288): self, first, prev, next, last."`
}

// Total is how long a list is.
type Total struct {
	Totaal  int `json:"totaal" doc:"Aantal rijen van de hele lijst."`
	Pagina  int `json:"pagina" doc:"Welke pagina dit is."`
	Paginas int `json:"paginas" doc:"Hoeveel pagina's er zijn."`
}

// paged makes the header and the count of a list; a page that is not there is a
// no.
func paged(at string, query url.Values, asked int, p screen.Paging) (string, Total, error) {
	if asked > p.Pages {
		return "", Total{}, no(http.StatusNotFound, "niet-gevonden", fmt.Sprintf("Er zijn %d pagina's.", p.Pages))
	}
	link := func(rel string, n int) string {
		q := url.Values{}
		for k, v := range query {
			if len(v) > 0 && v[0] != "" {
				q[k] = v
			}
		}
		q.Set("pagina", strconv.Itoa(n))
		return fmt.Sprintf("<%s%s?%s>; rel=%q", Base, at, q.Encode(), rel)
	}
	links := []string{link("self", asked), link("first", 1)}
	if asked > 1 {
		links = append(links, link("prev", asked-1))
	}
	if asked < p.Pages {
		links = append(links, link("next", asked+1))
	}
	links = append(links, link("last", p.Pages))
	return strings.Join(links, ", "), Total{p.Total, asked, p.Pages}, nil
}
