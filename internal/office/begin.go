package office

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// beginTriangle is the id of the triangle for everything, as Begin hier makes it.
const beginTriangle = "organisatie"

// Begin is the page Begin hier.
func (o *Office) Begin(ctx context.Context, _ string) (view.BeginView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.BeginView{Organisation: o.organisation()}
	today := o.today()
	counts := map[int]int{}
	for _, r := range o.rules.sorted() {
		counts[o.level(r)]++
	}
	for level := range 4 {
		v.Levels = append(v.Levels, view.BeginLevel{Level: level, Count: counts[level]})
	}
	for _, g := range o.world.Regulations() {
		if !g.Imported.IsZero() {
			v.Regulations = append(v.Regulations, view.Ref{Text: g.Name, Href: regulationHref(g.ID)})
		}
	}
	if t := o.world.TriangleOf(loop.Anchor{}); t != nil {
		v.Provisional = t.ID == beginTriangle && o.Demo == nil
		for _, h := range t.Members(today) {
			if h.Person != "" {
				v.People = append(v.People, view.BeginPerson{Name: o.name(ctx, h.Person), Title: postTitle(h)})
			}
		}
	}
	v.Vacant = len(o.world.Triangles()) == 0
	for _, i := range o.world.Issues() {
		v.Issues++
		switch a := i.Answer(); {
		case i.State == loop.Open:
			if d, ok := i.Due(); ok && (v.Waiting.Href == "" || d.Due.Before(v.Due)) {
				v.Waiting = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
				v.Due, v.Owner = d.Due, o.holderName(ctx, o.ownerOf(i))
			}
		case a != nil && len(i.Delivered) > 0 && v.Delivered.Href == "":
			v.Delivered = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
		}
	}
	v.Steps = [5]bool{v.Organisation != "", len(v.Regulations) > 0, !v.Vacant, v.Issues > 0, v.Delivered.Href != ""}
	return v, nil
}

// organisation is the name that people gave, or else that of the settings.
func (o *Office) organisation() string {
	if n := o.world.Organisation(); n != "" {
		return n
	}
	return o.Organisation
}

// starter is who does the first steps: the one who is chosen, or the program as
// long as there is nobody.
func (o *Office) starter(who string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if len(o.world.Triangles()) == 0 {
		return string(loop.System)
	}
	return who
}

// NameOrganisation gives the organisation its name.
func (o *Office) NameOrganisation(ctx context.Context, who, name string) error {
	if err := refusePersonal("organisatie", name); err != nil {
		return err
	}
	return o.do(ctx, o.starter(who), loop.NameOrganisation{Name: name})
}

// BringText brings in a text that was pasted or sent: Markdown, plain text with
// lines like "Artikel 3", or an XML of the Basiswettenbestand. name is that of
// the regulation, when the text does not say it.
func (o *Office) BringText(ctx context.Context, who, name, file, text string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	field := func(f, code, said, hint string) error {
		return refuse(code, said, hint, view.FieldError{Field: f, Text: said + " " + hint})
	}
	if strings.TrimSpace(text) == "" {
		return "", field("tekst", "tekst-ontbreekt", "Er is nog geen tekst.", "Plak een artikel, of kies een bestand.")
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		text = asMarkdown(name, text)
		if name == "" && !strings.HasPrefix(strings.TrimSpace(text), "# ") {
			return "", field("naam", "naam-ontbreekt", "De regeling heeft nog geen naam.", "Geef de naam die mensen kennen.")
		}
	}
	read, ds := bwb.Read(file, strings.NewReader(text))
	if err := ds.Err(); err != nil || read == nil {
		for _, d := range ds {
			if d.Severity == rule.Error {
				if d.Code == "geen-artikelen" {
					d.Hint = "Begin elk artikel met een regel zoals Artikel 3."
				}
				return "", field("tekst", "tekst-onleesbaar", "De tekst is niet te lezen: "+d.Message+".", d.Hint)
			}
		}
		return "", field("tekst", "tekst-onleesbaar", "De tekst is niet te lezen.", "Begin elk artikel met een regel zoals Artikel 3.")
	}
	got, err := o.ImportText(ctx, o.starter(who), Text{File: path.Base(file), Text: read})
	if err != nil {
		return "", err
	}
	if got.Regulation == "" && len(got.Beside) > 0 {
		return got.Beside[0], nil
	}
	return got.Regulation, nil
}

// asMarkdown makes headings of bare lines "Artikel 3 Hoogte", also when the text
// goes on behind it ("Artikel 3. Wie …"), and puts the name above a text that has
// none.
func asMarkdown(name, text string) string {
	var b strings.Builder
	heading := false
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		bare := strings.TrimSpace(line)
		if strings.HasPrefix(bare, "# ") {
			heading = true
		}
		if head, rest, ok := bareArticle(bare); ok {
			line = "## " + head + "\n" + rest + "\n"
		}
		b.WriteString(line)
	}
	if name != "" && !heading {
		return "# " + name + "\n\n" + b.String()
	}
	return b.String()
}

var (
	articleLine     = regexp.MustCompile(`(?i)^(artikel[ \t]+[0-9]+(?:[.:][0-9]+)*[a-z]{0,3})(?:[ \t]*([.:–-]))?(?:[ \t]+(.*))?$`)
	articleSentence = regexp.MustCompile(`[.!?;:](?:\s|$)|, `)
)

// bareArticle cuts a line that begins an article in its heading and the text that
// follows on the same line: "Artikel 3 Hoogte" is all heading, of "Artikel 3. Wie
// verhuist, meldt dat." the sentence is text. A sentence about an article, such as
// "Artikel 3 is niet van toepassing.", begins none.
func bareArticle(line string) (head, rest string, ok bool) {
	m := articleLine.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	running := articleSentence.MatchString(m[3]) || utf8.RuneCountInString(line) > 120
	switch {
	case !running:
		return line, "", true
	case m[2] != "":
		return m[1], m[3], true
	}
	return "", "", false
}

// NameTriangle names who is eigenaar, opdrachtgever and opdrachtnemer of
// everything that has no triangle of its own, and a professional at the desk. It
// is provisional: the eigenaar changes it later.
func (o *Office) NameTriangle(ctx context.Context, who string, in view.BeginTriangle) error {
	o.mu.RLock()
	organisation, vacant := o.organisation(), len(o.world.Triangles()) == 0
	o.mu.RUnlock()
	if !vacant {
		return refuse("driehoek-bestaat", "Er is al een driehoek.", "De eigenaar verandert hem op de kaart van driehoeken.")
	}
	if organisation == "" {
		return refuse("organisatie-ontbreekt", "De organisatie heeft nog geen naam.", "Doe eerst stap 1.")
	}
	var fields []view.FieldError
	seen := map[string]string{}
	clean := func(field, name string, need bool) string {
		name = strings.Join(strings.Fields(name), " ")
		_, personal := privacy.Mask(name)
		switch {
		case name == "" && need:
			fields = append(fields, view.FieldError{Field: field, Text: "Noem iemand."})
		case len(personal) > 0 || utf8.RuneCountInString(name) > 100:
			fields = append(fields, view.FieldError{Field: field, Text: "Geef alleen een naam, van ten hoogste 100 tekens."})
		case name != "" && seen[strings.ToLower(name)] != "" && (field == "beleid" || field == "uitvoering") && seen[strings.ToLower(name)] != "eigenaar":
			fields = append(fields, view.FieldError{Field: field, Text: "Beleid en uitvoering zijn twee mensen."})
		}
		if name != "" {
			seen[strings.ToLower(name)] = field
		}
		return name
	}
	owner, policy := clean("eigenaar", in.Owner, true), clean("beleid", in.Policy, true)
	execution, desk := clean("uitvoering", in.Execution, true), clean("professional", in.Professional, false)
	if len(fields) > 0 {
		return refuse("namen", "De driehoek is nog niet compleet.", "Noem drie mensen.", fields...)
	}
	from := o.today()
	set := loop.SetTriangle{ID: beginTriangle, From: from, Posts: []loop.Post{
		{ID: "eigenaar", Corner: loop.Eigenaar, Organisation: organisation},
		{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: organisation, Department: "Beleid"},
		{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: organisation, Department: "Uitvoering"},
	}}
	ids := map[string]loop.PersonID{}
	term := func(post, name string, signs bool) {
		id, ok := ids[strings.ToLower(name)]
		if !ok {
			id = loop.PersonID(o.NewID("p"))
			ids[strings.ToLower(name)] = id
		}
		set.Terms = append(set.Terms, loop.Term{Post: post, Person: id, Name: loop.Words(name), Signs: signs, From: from})
	}
	term("eigenaar", owner, true)
	term("beleid", policy, true)
	term("uitvoering", execution, true)
	if desk != "" {
		term("uitvoering", desk, false)
	}
	return o.do(ctx, string(loop.System), set)
}

// followPeople keeps who can act here. A demo has its own people; elsewhere it is
// whoever holds a place in a triangle today. The caller holds mu.
func (o *Office) followPeople() {
	if o.Demo != nil {
		return
	}
	var people []Person
	seen := map[loop.PersonID]bool{}
	for _, t := range o.world.Triangles() {
		for _, h := range t.Members(o.today()) {
			if h.Person == "" || seen[h.Person] || h.Post.Outside {
				continue
			}
			seen[h.Person] = true
			p := Person{ID: string(h.Person), Name: o.world.Name(h.Person).Words, Title: postTitle(h)}
			if h.Signs {
				p.Corner = h.Post.Corner
			}
			if p.Name == "" {
				p.Name = fmt.Sprintf("iemand van %s", h.Post.Organisation)
			}
			people = append(people, p)
		}
	}
	o.here.Store(&people)
}

// persons gives who can act here.
func (o *Office) persons() []Person {
	if p := o.here.Load(); p != nil {
		return append((*p)[:len(*p):len(*p)], o.People...)
	}
	return o.People
}

// PersonIDs gives the ids of who can act here, in order.
func (o *Office) PersonIDs() []string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var out []string
	for _, p := range o.persons() {
		out = append(out, p.ID)
	}
	slices.Sort(out)
	return out
}

func postTitle(h loop.Holder) string {
	if !h.Signs {
		return "uitvoeringsprofessional"
	}
	switch h.Post.Corner {
	case loop.Eigenaar:
		return "eigenaar"
	case loop.Opdrachtgever:
		return "beleid, opdrachtgever"
	}
	return "uitvoering, opdrachtnemer"
}
