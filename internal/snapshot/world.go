package snapshot

import (
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
)

// World names the maps of a loop.World of which there are many, or that are large.
func World() []Fast {
	return []Fast{
		Map[string, *loop.Issue](), Map[string, *loop.Signal](), Map[string, *loop.Proposal](), Map[string, *loop.Decision](), Map[string, *loop.FormalRequest](),
		Map[string, string](), Map[string, uint64](), Map[string, int](), Map[string, bool](), Map[string, []string](), Map[string, []loop.Seen](),
		Map[string, loop.Text](), Map[loop.PersonID, []string](), Map[loop.PersonID, int](), Map[loop.PersonID, bool](), Map[loop.PersonID, loop.Heard](),
		Map[loop.PersonID, loop.Reaction](), Map[loop.PersonID, loop.Text](), Map[event.Ref, loop.PersonID](), Map[event.Ref, bool](), Map[event.Ref, event.Hash](),
		Map[[2]string, bool](),
	}
}
