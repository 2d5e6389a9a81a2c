package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store/sqlite"
)

// BenchmarkReach is what the page "Wie raakt dit?" asks: a year of one regulation
// by article, group, class and ground, on a cube that counts ten million
// decisions. The cube is filled by itself: how long it takes to read does not
// depend on the number of facts under it, only on the number of its cells. Here
// there are twenty articles, six attributes of six values, and ten ways to end:
// 7,400 cells of 52 weeks in the regulation that is asked, and as many in another.
func BenchmarkReach(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	if err != nil {
		b.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(q string, args ...any) {
		b.Helper()
		if _, err := tx.Exec(q, args...); err != nil {
			b.Fatal(err)
		}
	}
	groups := []string{""}
	for _, name := range []string{"huishouden", "inkomen", "leeftijd", "regio", "werk", "woonvorm"} {
		for v := range 6 {
			groups = append(groups, fmt.Sprintf("%s=waarde-%d", name, v))
		}
	}
	type end struct{ class, ground string }
	ends := []end{{"bezwaar", ""}, {"bezwaar gegrond", ""}, {"niet afgerond", ""}, {"correctie", ""}}
	for _, c := range []string{"toegekend", "afgewezen", "stopgezet"} {
		ends = append(ends, end{c, ""}, end{c, "hardheid"})
	}
	first := outcome.Day(outcome.Week(rule.MustDate("2026-01-05")))
	cells, total := 0, 0
	for _, reg := range []string{"a", "b"} {
		for art := range 20 {
			for _, g := range groups {
				for _, e := range ends {
					cells++
					exec(`INSERT INTO cell (id, regulation, article, step, grp, class, ground) VALUES (?, ?, ?, '', ?, ?, ?)`, cells, reg, fmt.Sprint("artikel-", art), g, e.class, e.ground)
					n := 481
					if g != "" {
						n /= 6
					} else if reg == "a" {
						total += 52 * n
					}
					exec(`INSERT INTO cube (cell, week, n, weighs, unheard, unreached, excepted, late, asked, synthetic, amount, loss, shares, share_tenth)
						WITH RECURSIVE w(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM w WHERE k < 51) SELECT ?, ? + 7 * k, ?, ?, 0, 0, 0, 1, 1, 0, 9, 9, 0, 0 FROM w`, cells, first, n, n/5)
				}
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	if 2*total < 10_000_000 {
		b.Fatalf("the cube counts %d decisions, want ten million", 2*total)
	}
	q := outcome.Query{
		Regulation: "a", Group: "huishouden", From: outcome.DayOf(first), Until: outcome.DayOf(first + 7*51),
		By: outcome.ByArticle | outcome.ByGroup | outcome.ByClass | outcome.ByGround,
	}
	for b.Loop() {
		rows, err := s.Cube(b.Context(), q)
		if err != nil || len(rows) != 20*7*len(ends) {
			b.Fatalf("%d rows, %v", len(rows), err)
		}
	}
}
