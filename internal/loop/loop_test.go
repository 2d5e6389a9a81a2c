package loop_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The legal date is that of Amsterdam, at every instant since 1996.
func TestDateOfIsAmsterdam(t *testing.T) {
	t.Parallel()
	ams, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	check := func(at time.Time) {
		if got, want := loop.DateOf(at), rule.Of(at.In(ams)); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", at, got, want)
		}
	}
	for year := 1997; year < 2100; year++ {
		for _, month := range []time.Month{3, 10} {
			for day := 24; day <= 31; day++ {
				for hour := 20; hour <= 26; hour++ {
					check(time.Date(year, month, day, hour, 59, 59, 0, time.UTC))
					check(time.Date(year, month, day, hour, 0, 0, 0, time.UTC))
				}
			}
		}
	}
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2027; at = at.Add(37 * time.Minute) {
		check(at)
	}
}

func TestAnchorText(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`[a-z][a-z0-9.:-]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		a := loop.Anchor{Regulation: name.Draw(t, "regulation")}
		if rapid.Bool().Draw(t, "article") {
			a.Article = "artikel-" + name.Draw(t, "a")
			if rapid.Bool().Draw(t, "paragraph") {
				a.Paragraph = name.Draw(t, "lid")
			}
		}
		switch rapid.IntRange(0, 3).Draw(t, "part") {
		case 1:
			a.Rule = name.Draw(t, "rule")
		case 2:
			a.Step = name.Draw(t, "step")
		case 3:
			a.Item = name.Draw(t, "item")
		}
		got, err := loop.ParseAnchor(a.Key())
		if err != nil || got != a {
			t.Fatalf("%q: %+v, %v", a.Key(), got, err)
		}
		if !a.Contains(a) || !(loop.Anchor{Regulation: a.Regulation}).Contains(a) || !(loop.Anchor{}).Contains(a) || (loop.Anchor{Regulation: "X"}).Contains(a) {
			t.Fatal("Contains")
		}
	})
	for _, s := range []string{"", "/a", "r/a/b", "r/a/lid-1/x", "r#", "r#a~b#c", "r/artikel-1#x/y", "r\n", "r//lid-1", strings.Repeat("x", 300)} {
		if a, err := loop.ParseAnchor(s); err == nil && a.Key() != s {
			t.Errorf("%q was read as %+v", s, a)
		} else if err == nil && s != "r#a~b#c" {
			t.Errorf("%q was read as %+v", s, a)
		}
	}
	if got := (loop.Anchor{Regulation: "zorgtoeslag", Article: "artikel-2", Paragraph: "1"}).JCI("BWBR0018451"); got != "jci1.3:c:BWBR0018451&artikel=2&lid=1" {
		t.Error(got)
	}
}

func TestNumberIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b loop.Number
		want int
	}{{"0.1", "0.10", 0}, {"2", "10", -1}, {"-2", "-10", 1}, {"0.30000000000000004", "0.3", 1}, {"x", "-9999", -1}, {"x", "", 0}} {
		if got := c.a.Cmp(c.b); got != c.want {
			t.Errorf("%s against %s: %d", c.a, c.b, got)
		}
	}
	for _, n := range []loop.Number{"", "-", ".", "1.", ".5", "1,5", "1e9", "+1", " 1", "0x1", "1/3", "NaN", "--1", loop.Number(strings.Repeat("9", 41))} {
		if n.Valid() {
			t.Errorf("%q is valid", n)
		}
	}
}

func TestLadderIsAFunctionOfTwoDates(t *testing.T) {
	t.Parallel()
	l := loop.DefaultTerms().Ladder
	due := rule.MustDate("2026-02-28")
	for days, want := range map[int]loop.Step{-1: loop.OnTime, 0: loop.OnTime, 1: loop.Overdue, 13: loop.Overdue, 14: loop.AtOwner, 27: loop.AtOwner, 28: loop.Public, 55: loop.Public, 56: loop.Parliament, 9999: loop.Parliament} {
		if got := l.Step(due, due.AddDays(days)); got != want {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
}

// Every type of event: known by name, written and read back the same, words
// outside the data, unknown fields refused.
func TestEveryTypeOfEvent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range loop.Types() {
		if seen[name] {
			t.Errorf("%s is listed twice", name)
		}
		seen[name] = true
		p, err := loop.Decode(event.Record{Event: event.Event{Seq: 7, Type: name, Data: json.RawMessage(`{}`)}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.Type() != name {
			t.Errorf("%s reads as %s", name, p.Type())
		}
		fill(reflect.ValueOf(p).Elem(), new(int))
		data, personal, err := loop.Encode(p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(string(data), "geheim") {
			t.Errorf("%s: words are in the log: %s", name, data)
		}
		r := event.Record{Event: event.Event{Seq: 7, Type: name, Data: data}, Secrets: map[string]event.Secret{}}
		for f, w := range personal {
			r.Secrets[f] = event.Secret{Text: w}
		}
		back, err := loop.Decode(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		data2, personal2, err := loop.Encode(back)
		if err != nil {
			t.Fatal(err)
		}
		// Files stay in the store: the world never holds them.
		maps.DeleteFunc(personal, func(f string, _ string) bool { return event.Bulk(f) })
		if string(data) != string(data2) || cmp.Diff(personal, personal2) != "" {
			t.Errorf("%s changes when read and written:\n%s\n%s", name, data, data2)
		}
		for _, bad := range []string{`{"onbekend":1}`, `{} {}`, `[]`, `{`, ``} {
			if _, err := loop.Decode(event.Record{Event: event.Event{Type: name, Data: json.RawMessage(bad)}}); !errors.Is(err, loop.ErrPayload) {
				t.Errorf("%s with %q: %v, want ErrPayload", name, bad, err)
			}
		}
	}
	if _, err := loop.Decode(event.Record{Event: event.Event{Type: "knelpunt.geopend.2", Data: json.RawMessage(`{}`)}}); !errors.Is(err, loop.ErrPayload) {
		t.Errorf("a newer type: %v, want ErrPayload", err)
	}
}

// fill sets every field to something.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case loop.Text:
		v.Set(reflect.ValueOf(loop.Words(fmt.Sprint("geheim ", *n))))
		return
	case rule.Date:
		v.Set(reflect.ValueOf(rule.MustDate("2026-06-01").AddDays(*n)))
		return
	case time.Time:
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				fill(v.Field(i), n)
			}
		}
	case reflect.String:
		v.SetString(fmt.Sprint("w", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		k, x := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, n)
		fill(x, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(k, x)
	}
}

// Any single change of what keys sign gives another digest.
func TestProposalDigestCoversEverything(t *testing.T) {
	t.Parallel()
	full := func() *loop.Proposal {
		p := &loop.Proposal{}
		n := 0
		fill(reflect.ValueOf(p).Elem(), &n)
		return p
	}
	base := full().Digest()
	if full().Digest() != base {
		t.Fatal("the digest is not a function of the proposal")
	}
	unsigned := map[string]bool{"ID": true, "Version": true, "State": true, "OpenedBy": true, "Opened": true, "Accepted": true, "Keys": true, "Fallen": true,
		"DecidedOn": true, "InForceFrom": true, "Stage": true, "Tripped": true, "GivenUp": true, "Measurements": true, "Reason": true,
		"Asks": true, "StageOn": true, "Cause": true, "Agreed": true, "Gave": true, "Evaluation": true, "Report": true, "History": true,
		"Refused": true, "Returns": true, "Deadlocks": true, "Settled": true, "Rulings": true}
	typ := reflect.TypeFor[loop.Proposal]()
	changed := 0
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() {
			continue
		}
		for leaf := 0; ; leaf++ {
			p := full()
			left := leaf
			if !touch(reflect.ValueOf(p).Elem().Field(i), &left) {
				break
			}
			if same := p.Digest() == base; same != unsigned[f.Name] {
				t.Errorf("change %d in %s: same digest = %v", leaf, f.Name, same)
			}
			changed++
		}
	}
	if changed < 60 {
		t.Errorf("only %d changes were tried", changed)
	}
}

// touch changes the n-th leaf of a value; it reports whether there is one.
func touch(v reflect.Value, n *int) bool {
	switch v.Interface().(type) {
	case loop.Text, time.Time:
		return false
	case rule.Date:
		if *n--; *n < 0 {
			v.Set(reflect.ValueOf(v.Interface().(rule.Date).AddDays(1)))
			return true
		}
		return false
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" && touch(v.Field(i), n) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if touch(v.Index(i), n) {
				return true
			}
		}
	case reflect.Map:
		k := v.MapKeys()[0]
		x := reflect.New(v.Type().Elem()).Elem()
		x.Set(v.MapIndex(k))
		if touch(x, n) {
			v.SetMapIndex(k, x)
			return true
		}
	case reflect.String:
		if *n--; *n < 0 {
			v.SetString(v.String() + "x")
			return true
		}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		if *n--; *n < 0 {
			v.Set(reflect.ValueOf(v.Interface()).Convert(v.Type()))
			if v.CanInt() {
				v.SetInt(v.Int() + 1)
			} else {
				v.SetUint(v.Uint() + 1)
			}
			return true
		}
	case reflect.Bool:
		if *n--; *n < 0 {
			v.SetBool(!v.Bool())
			return true
		}
	}
	return false
}

// Bad input of every field: a refusal, never a panic.
func TestBadInputIsRefused(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	good := func() loop.FileSignal { return e.signal("pim") }
	long := strings.Repeat("é", 2001)
	for code, cs := range map[string][]func(*loop.FileSignal){
		"anker-onbekend": {
			func(f *loop.FileSignal) { f.Signal.Anchor = loop.Anchor{} },
			func(f *loop.FileSignal) { f.Signal.Anchor.Article = "artikel-99" },
			func(f *loop.FileSignal) { f.Signal.Anchor.Article = "a/b" },
			func(f *loop.FileSignal) { f.Signal.Anchor = loop.Anchor{Regulation: "inkomenstoeslag", Paragraph: "1"} },
			func(f *loop.FileSignal) { f.Signal.Anchor.Rule, f.Signal.Anchor.Step = "a", "b" },
			func(f *loop.FileSignal) { f.Signal.Anchor.Regulation = long },
		},
		"tegel-onbekend":    {func(f *loop.FileSignal) { f.Signal.Kind = "" }, func(f *loop.FileSignal) { f.Signal.Kind = "x" }},
		"hoe-vaak-onbekend": {func(f *loop.FileSignal) { f.Signal.Frequency = "" }},
		"kanaal-onbekend":   {func(f *loop.FileSignal) { f.Signal.Channel = "" }},
		"melder-ontbreekt":  {func(f *loop.FileSignal) { f.Signal.Reporter = "" }, func(f *loop.FileSignal) { f.Signal.Reporter = loop.System }},
		"tekst-ontbreekt":   {func(f *loop.FileSignal) { f.Signal.What = loop.Text{} }, func(f *loop.FileSignal) { f.Signal.What = loop.Words(" \n\t ") }},
		"tekst-te-lang":     {func(f *loop.FileSignal) { f.Signal.What = loop.Words(long) }},
		"tekst-onleesbaar":  {func(f *loop.FileSignal) { f.Signal.What = loop.Words("a\xff") }},
		"id-onjuist":        {func(f *loop.FileSignal) { f.Signal.ID = "" }, func(f *loop.FileSignal) { f.Signal.ID = "a/b" }, func(f *loop.FileSignal) { f.NewIssue = "" }},
		"knelpunt-onbekend": {func(f *loop.FileSignal) { f.Join = "weg" }},
		"zaak-onjuist":      {func(f *loop.FileSignal) { f.Signal.Case = long }},
	} {
		for _, change := range cs {
			f := good()
			change(&f)
			e.no(code, "pim", f)
		}
	}
	// Two thousand characters are fine, whatever their bytes.
	f := good()
	f.Signal.What = loop.Words(strings.Repeat("é", 2000))
	e.do("pim", f)
	again := good()
	again.Signal.ID = f.Signal.ID
	e.no("id-bestaat", "pim", again)
	e.no("rol-onjuist", "", good())
	e.no("rol-onjuist", loop.PersonID(long), good())
	e.no("niet-open", "bram", loop.AnswerIssue{Issue: answered(e), Kind: loop.Explain, Reason: why("x")})

	empty := newEnv(t)
	empty.no("driehoek-onbekend", "pim", empty.signal("pim"))

	// The zero value of every command, by nobody special.
	for _, c := range []loop.Command{
		loop.FileSignal{}, loop.AlsoMine{}, loop.AnswerIssue{}, loop.LinkProposal{}, loop.WithdrawAnswer{}, loop.Forward{}, loop.GrantExtension{}, loop.AcceptKey{},
		loop.RefuseAccept{}, loop.CountWork{}, loop.React{}, loop.Remind{}, loop.Close{}, loop.Reopen{}, loop.Merge{}, loop.Split{},
		loop.AskExtension{}, loop.DenyExtension{}, loop.KeepApart{}, loop.SetAddress{}, loop.SetPace{}, loop.MarkRead{}, loop.NoteMailed{}, loop.NoteRefused{}, loop.OpenProposal{}, loop.NameAuthor{},
		loop.EditContent{}, loop.EditPlan{}, loop.EditCompass{}, loop.RecordAssessment{}, loop.AttachSimulation{}, loop.AcceptFinding{}, loop.MarkAssessed{}, loop.Submit{},
		loop.TurnKey{}, loop.WithdrawKey{}, loop.Return{}, loop.NextStage{}, loop.Pause{}, loop.Resume{}, loop.BringIntoForce{}, loop.Measure{}, loop.Evaluate{},
		loop.WithdrawProposal{}, loop.Lapse{}, loop.KeepPromise{}, loop.SetTriangle{}, loop.Appoint{}, loop.Leave{}, loop.SetCapacity{}, loop.IntendDecision{},
		loop.NoteContact{}, loop.NameException{}, loop.GiveDiscretion{}, loop.TakeDecision{}, loop.DropDecision{}, loop.Object{}, loop.SettleObjection{},
		loop.ImportRegulation{}, loop.ImportLaw{}, loop.ImportOutcomes{}, loop.ReceiveFacts{}, loop.NameOrganisation{}, loop.EraseTexts{},
	} {
		for _, x := range []*env{empty, e} {
			if err := x.try("pim", c); err == nil {
				t.Errorf("%T without anything was accepted", c)
			}
		}
	}
}

func answered(e *env) string {
	f := e.signal("pim")
	f.Signal.Kind = loop.Data
	e.do("pim", f)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")})
	return f.NewIssue
}

func TestPlanThatContradictsItself(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.do("ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "x", Policy: "bea"})
	for code, cs := range map[string][]func(*loop.Plan){
		"verwachting-onjuist": {
			func(p *loop.Plan) { p.Expectations[0].ID = "" },
			func(p *loop.Plan) { p.Expectations = append(p.Expectations, p.Expectations[0]) },
			func(p *loop.Plan) { p.Expectations[0].Indicator = "" },
			func(p *loop.Plan) { p.Expectations[0].Goal = "ander" },
			func(p *loop.Plan) { p.Expectations[0].Low = "1,5" },
			func(p *loop.Plan) { p.Expectations[0].Predicted = "78.1" },
			func(p *loop.Plan) { p.Expectations[0].High = "60" },
			func(p *loop.Plan) { p.Expectations[0].Horizon = rule.Date{} },
			func(p *loop.Plan) { p.Expectations[0].Horizon = p.InForce },
		},
		"struikeldraad-ontbreekt":  {func(p *loop.Plan) { p.Expectations[0].Tripwire = loop.Tripwire{} }, func(p *loop.Plan) { p.Expectations[0].Tripwire.Above = "veel" }},
		"struikeldraad-in-de-band": {func(p *loop.Plan) { p.Expectations[0].Tripwire.Below = "66.1" }, func(p *loop.Plan) { p.Expectations[0].Tripwire.Above = "77" }},
		"beslag-onjuist":           {func(p *loop.Plan) { p.Claim = map[loop.Quarter]int{"2027-Q5": 1} }, func(p *loop.Plan) { p.Claim = map[loop.Quarter]int{"2027-Q1": -1} }},
		"wijken-onjuist":           {func(p *loop.Plan) { p.Yields = []loop.Yield{{From: "v2", Quarter: "2027-Q1"}} }},
		"toezegging-onjuist":       {func(p *loop.Plan) { p.Promises[0].By = "" }, func(p *loop.Plan) { p.Promises = append(p.Promises, p.Promises[0]) }},
		"uitrol-onjuist": {
			func(p *loop.Plan) { p.Rollout[0].Percent = 50 },
			func(p *loop.Plan) { p.Rollout = append(p.Rollout, p.Rollout[0]) },
			func(p *loop.Plan) { p.Rollout[0].From = rule.Date{Year: 2027, Month: 2, Day: 30} },
		},
		"datum-onjuist": {func(p *loop.Plan) { p.InForce = rule.Date{Year: 2027, Month: 13, Day: 1}; p.Expectations = nil }},
	} {
		for n, change := range cs {
			p := plan(e)
			change(&p)
			if r := e.no(code, "ed", loop.EditPlan{Proposal: "v1", Plan: p}); r.Needed == "" {
				t.Errorf("%s %d: says not what is needed", code, n)
			}
		}
	}
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: plan(e)})
}

func TestTriangleRefusals(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	posts := func() []loop.Post {
		return []loop.Post{
			{ID: "a", Corner: loop.Eigenaar, Organisation: "Ministerie"},
			{ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Ministerie", Outside: true},
			{ID: "c", Corner: loop.Opdrachtnemer, Organisation: "Dienst"},
		}
	}
	base := func() loop.SetTriangle {
		from := rule.MustDate("2026-02-01")
		return loop.SetTriangle{ID: "zorg", Scope: loop.Anchor{Regulation: "zorgtoeslag"}, From: from, Posts: posts(), Terms: []loop.Term{{Post: "a", Person: "zoe", Signs: true, From: from}}}
	}
	for code, cs := range map[string][]func(*loop.SetTriangle){
		"driehoek-onvolledig": {
			func(c *loop.SetTriangle) { c.Posts = c.Posts[:2] },
			func(c *loop.SetTriangle) { c.Posts[1].Coordinating = false },
			func(c *loop.SetTriangle) { c.Posts[0].Corner = loop.Opdrachtnemer },
			func(c *loop.SetTriangle) {
				c.Posts = append(c.Posts, loop.Post{ID: "d", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "x"})
			},
		},
		"eigenaar-zonder-opvolger": {
			func(c *loop.SetTriangle) { c.Terms = nil },
			func(c *loop.SetTriangle) { c.Terms[0].Signs = false },
			func(c *loop.SetTriangle) { c.Terms[0].Until = rule.MustDate("2030-01-01") },
			func(c *loop.SetTriangle) { c.Terms[0].From = rule.MustDate("2026-02-02") },
		},
		"zelfde-persoon-twee-hoeken": {func(c *loop.SetTriangle) {
			c.Terms = append(c.Terms, loop.Term{Post: "b", Person: "zoe", Signs: true, From: rule.MustDate("2029-01-01")})
		}},
		"dubbele-aanspraak": {func(c *loop.SetTriangle) { c.Scope = loop.Anchor{} }},
		"anker-onbekend":    {func(c *loop.SetTriangle) { c.Scope.Regulation = "weg" }},
		"post-onjuist":      {func(c *loop.SetTriangle) { c.Posts[2].ID = "a" }, func(c *loop.SetTriangle) { c.Posts[2].Organisation = "" }, func(c *loop.SetTriangle) { c.Posts[2].Corner = "x" }, func(c *loop.SetTriangle) { c.Posts[2].Coordinating = true }},
		"post-onbekend":     {func(c *loop.SetTriangle) { c.Terms[0].Post = "z" }},
		"datum-onjuist":     {func(c *loop.SetTriangle) { c.From = rule.Date{} }, func(c *loop.SetTriangle) { c.Terms[0].Until = rule.MustDate("2020-01-01") }},
		"persoon-onjuist":   {func(c *loop.SetTriangle) { c.Terms[0].Person = "" }},
	} {
		for _, change := range cs {
			c := base()
			change(&c)
			e.no(code, "eva", c)
		}
	}
	e.do("eva", base())
	if h := e.w.OwnerAt(loop.Anchor{Regulation: "zorgtoeslag", Article: "artikel-1"}, e.today()); h.Person != "zoe" || !h.Vacant || h.Triangle != "zorg" {
		t.Errorf("a vacant post outside: %+v", h)
	}
	if h := e.w.OwnerAt(here, e.today()); h.Person != "bram" {
		t.Errorf("the other regulation: %+v", h)
	}
	if out := e.w.Register(e.today()).Outside; len(out) != 1 || out[0].Post.ID != "b" {
		t.Errorf("outside: %+v", out)
	}
	e.no("eigenaar-zonder-opvolger", "eva", loop.Leave{Triangle: "gemeente", Post: "directie", Person: "eva", On: e.today()})
	e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "directie", Person: "edith", Signs: true, From: e.today().AddDays(10)}})
	for days, want := range map[int]loop.PersonID{9: "eva", 10: "edith"} {
		if h := e.w.HeadAt(here, e.today().AddDays(days)); h.Person != want {
			t.Errorf("after %d days: %s", days, h.Person)
		}
	}
}

// A hundred thousand events replayed give the same world, in seconds.
func TestReplayOfAHundredThousandEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 events")
	}
	t.Parallel()
	e := municipality(t)
	for n := 0; len(e.log) < 100000; n++ {
		r := loop.PersonID(fmt.Sprint("p", n%500))
		f := e.signal(r)
		f.Signal.Anchor.Rule = ""
		if n%100 == 0 {
			f.Signal.Kind = []loop.SignalKind{loop.Unclear, loop.Data, loop.DropOut, loop.GoesWell}[n/100%4]
			e.days(1)
		}
		e.do(r, f)
		if n%50 == 0 {
			for _, i := range e.w.Issues() {
				if i.State == loop.Open {
					e.do("bram", loop.AnswerIssue{Issue: i.ID, Kind: loop.Explain, Reason: why("zo")})
				}
			}
		}
		b := e.id("b")
		e.do("pim", loop.IntendDecision{ID: b, Case: "v1:x", Anchor: here, RuleSet: "d", Date: e.today(), Kind: loop.Award, Outcome: "toegekend"})
		e.do("pim", loop.TakeDecision{Decision: b})
	}
	began := time.Now()
	w := e.replay()
	t.Logf("%d events folded in %v", len(e.log), time.Since(began))
	if !reflect.DeepEqual(e.w, w) {
		t.Error("folding the log anew gives another world")
	}
	if h, err := event.Verify(func(yield func(event.Record, error) bool) {
		for _, r := range e.log {
			if !yield(r, nil) {
				return
			}
		}
	}, nil); err != nil || int(h.Seq) != len(e.log) {
		t.Errorf("%v, %v", h, err)
	}
	// A gap, a repeated event and a broken one are refused and change
	// nothing.
	head := w.Head()
	for _, r := range []event.Record{e.log[0], {Event: event.Event{Seq: head.Seq + 2}}, {Event: event.Event{Seq: head.Seq + 1, Type: "x", Stream: "knelpunt/k"}}, {Event: event.Event{Seq: head.Seq + 1, Type: "besluit.genomen.1", Stream: "knelpunt/nieuw", Data: json.RawMessage(`{}`)}}} {
		if err := w.Apply(r); err == nil || w.Head() != head {
			t.Errorf("event %d %s was folded", r.Seq, r.Type)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	e := municipality(b)
	for range 5000 {
		f := e.signal(loop.PersonID(fmt.Sprint("p", e.ids%500)))
		f.Signal.Kind = []loop.SignalKind{loop.Unclear, loop.Data, loop.DropOut, loop.TooHarsh}[e.ids%4]
		e.do(f.Signal.Reporter, f)
		id := e.id("b")
		e.do("pim", loop.IntendDecision{ID: id, Case: "v1:x", Anchor: here, RuleSet: "d", Date: e.today(), Kind: loop.Award, Outcome: "toegekend"})
		e.do("pim", loop.TakeDecision{Decision: id})
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	var w *loop.World
	for b.Loop() {
		w = e.replay()
	}
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(len(e.log))*float64(b.N)/b.Elapsed().Seconds(), "gebeurtenissen/s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(e.log)), "bytes/gebeurtenis")
	runtime.KeepAlive(w)
}
