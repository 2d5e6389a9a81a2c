package office

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/store"
)

// Guard decides who may try what and keeps what it decided: every decision is a
// line of the log; refusals and sensitive acts are counted on the shelf as well,
// per minute, so that a flood of them takes no more room than one.
//
// What is kept names an account, an operation and a policy, never what it was
// about.
type Guard struct {
	authority *authz.Authority
	shelf     store.Shelf
	now       func() time.Time
	log       *slog.Logger
	busy      chan struct{}
}

// Kept is how long a decision stays on the shelf.
const decisionKept = 90 * 24 * time.Hour

// decisionKind is the kind of the items.
const decisionKind = "toegangsbesluit"

// NewGuard gives a Guard over the policies that ship. Without a shelf it keeps
// nothing but lines.
func NewGuard(shelf store.Shelf, now func() time.Time, log *slog.Logger) (*Guard, error) {
	a, err := authz.New()
	if err != nil {
		return nil, err
	}
	return &Guard{authority: a, shelf: shelf, now: now, log: log, busy: make(chan struct{}, 4)}, nil
}

// Authority gives the policies.
func (g *Guard) Authority() *authz.Authority { return g.authority }

// Decide says what would be decided, and keeps nothing of it.
func (g *Guard) Decide(r authz.Request) authz.Decision { return g.authority.Decide(r) }

// Allow decides.
func (g *Guard) Allow(ctx context.Context, r authz.Request) authz.Decision {
	d := g.authority.Decide(r)
	sensitive := g.authority.Sensitive(r.Operation)
	level := slog.LevelDebug
	if !d.Allowed || sensitive {
		level = slog.LevelInfo
	}
	operation := g.line(ctx, level, r, d)
	if g.shelf != nil && (!d.Allowed || sensitive) {
		g.keep(ctx, r.Principal.Account, operation, d)
	}
	return d
}

// line writes a decision to the log, and gives the operation as it can be kept.
func (g *Guard) line(ctx context.Context, level slog.Level, r authz.Request, d authz.Decision) string {
	operation := r.Operation
	if !g.authority.Known(operation) { // not ours: it may hold anything
		operation = "onbekend"
	}
	if g.log.Enabled(ctx, level) {
		g.log.Log(ctx, level, "access", "operation", operation, "allowed", d.Allowed, "policy", d.Policy, "account", r.Principal.Account,
			"roles", known(r.Principal.Roles, authz.Roles()), "scopes", known(r.Principal.Scopes, authz.Scopes()), "level", r.Principal.Level)
	}
	return operation
}

// Act is Allow for a command on the server: every decision is kept on the shelf,
// under a name that says who works there. What cannot be kept is not decided.
func (g *Guard) Act(ctx context.Context, r authz.Request, who string) (authz.Decision, error) {
	d := g.authority.Decide(r)
	g.line(ctx, slog.LevelInfo, r, d)
	return d, g.count(ctx, who, r.Operation, d)
}

// known keeps the names that are ours.
func known(have, ours []string) string {
	var out []string
	for _, h := range have {
		for _, o := range ours {
			if h == o {
				out = append(out, h)
			}
		}
	}
	return strings.Join(out, " ")
}

// keep counts a decision in its minute. When the shelf is slow and more of them
// come, the line of the log has to do: a refusal costs nobody else time.
func (g *Guard) keep(ctx context.Context, account, operation string, d authz.Decision) {
	select {
	case g.busy <- struct{}{}:
		defer func() { <-g.busy }()
	default:
		g.log.WarnContext(ctx, "access not counted: too much at a time", "operation", operation)
		return
	}
	if err := g.count(ctx, account, operation, d); err != nil {
		g.log.WarnContext(ctx, "access not counted", "operation", operation, "error", err)
	}
}

func (g *Guard) count(ctx context.Context, account, operation string, d authz.Decision) error {
	now := g.now().UTC()
	said := "geweigerd"
	if d.Allowed {
		said = "toegestaan"
	}
	id := strings.Join([]string{now.Format("2006-01-02T15:04Z"), operation, said, d.Policy, account}, "|")
	_, err := g.shelf.Count(ctx, decisionKind, id, 1, now.Add(decisionKept))
	return err
}

// AccessRow is what was decided in one minute, and how often.
type AccessRow struct {
	At                         time.Time
	Operation, Policy, Account string
	Allowed                    bool
	Count                      int64
}

// Decisions gives what was kept after a place in the list, oldest first; next is
// the place to go on from, empty at the end.
func (g *Guard) Decisions(ctx context.Context, after string, limit int) (rows []AccessRow, next string, err error) {
	items, err := g.shelf.Items(ctx, decisionKind, after, limit)
	if err != nil {
		return nil, "", err
	}
	for _, it := range items {
		part := strings.SplitN(it.ID, "|", 5)
		if len(part) != 5 {
			return nil, "", fmt.Errorf("BUG: access decision %q", it.ID)
		}
		row := AccessRow{Operation: part[1], Allowed: part[2] == "toegestaan", Policy: part[3], Account: part[4]}
		if row.At, err = time.Parse("2006-01-02T15:04Z", part[0]); err != nil {
			return nil, "", fmt.Errorf("BUG: access decision: %w", err)
		}
		if row.Count, err = strconv.ParseInt(string(it.Data), 10, 64); err != nil {
			return nil, "", fmt.Errorf("BUG: access decision: %w", err)
		}
		rows = append(rows, row)
	}
	if len(items) == limit {
		next = items[len(items)-1].ID
	}
	return rows, next, nil
}
