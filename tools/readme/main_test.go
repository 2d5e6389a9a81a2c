package main

import "testing"

func TestParse(t *testing.T) {
	t.Parallel()
	steps, err := parse("tekst\n```console\n$ a\n$ b\nuit\n```\n```console server\n$ c\n```\n")
	if err != nil || len(steps) != 3 {
		t.Fatalf("got %v, %v", steps, err)
	}
	if steps[1].line != 4 || len(steps[1].want) != 1 || steps[0].want != nil || !steps[2].server || steps[1].server {
		t.Errorf("got %+v", steps)
	}
	for _, bad := range []string{"```console\nuit\n```\n", "```console\n$ a\n", "```console\n$ a\n```\n```console\nuit\n```\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("accepts %q", bad)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want []string
		got  string
		ok   bool
	}{
		{nil, "wat dan ook\n", true},
		{[]string{"een", "twee"}, "een\ntwee\n", true},
		{[]string{"een", "twee"}, "een\ntwee\ndrie\n", false},
		{[]string{"een", "…"}, "een\ntwee\ndrie\n", true},
		{[]string{"…", "drie"}, "een\ntwee\ndrie\n", true},
		{[]string{"een (… s)"}, "een (12 s)\n", true},
		{[]string{"een (… s)"}, "twee (12 s)\n", false},
		{[]string{"a.b"}, "axb\n", false},
	} {
		if err := compare(c.want, c.got); (err == nil) != c.ok {
			t.Errorf("compare(%q, %q) = %v", c.want, c.got, err)
		}
	}
}
