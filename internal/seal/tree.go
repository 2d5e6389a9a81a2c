package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"lemniscaat/internal/event"
)

// Tree is the Merkle tree over the first Size events of a log (RFC 6962, leaf =
// the hash of the event). It holds only the roots of its complete subtrees, at most
// 64 hashes, so that a longer log costs nothing more. The zero Tree is empty.
type Tree struct {
	Size uint64 `json:"omvang"`
	// Peaks are the roots of the complete subtrees, the largest first.
	Peaks []event.Hash `json:"toppen,omitempty"`
}

// Check reports why a tree that was read cannot be one, or nil.
func (t Tree) Check() error {
	if len(t.Peaks) != bits.OnesCount64(t.Size) {
		return fmt.Errorf("een boom over %d gebeurtenissen heeft %d toppen, niet %d", t.Size, bits.OnesCount64(t.Size), len(t.Peaks))
	}
	return nil
}

// Add puts the hash of the next event in the tree.
func (t *Tree) Add(h event.Hash) { t.add(h, nil) }

// add calls made, when it is not nil, with every subtree that becomes complete:
// its level and its number on that level.
func (t *Tree) add(h event.Hash, made func(level int, n int64, h tlog.Hash)) {
	top := tlog.RecordHash(h[:])
	n := int64(t.Size)
	t.Size++
	if made != nil {
		made(0, n, top)
	}
	for level := 0; n>>level&1 == 1; level++ {
		last := len(t.Peaks) - 1
		top = tlog.NodeHash(tlog.Hash(t.Peaks[last]), top)
		t.Peaks = t.Peaks[:last]
		if made != nil {
			made(level+1, n>>(level+1), top)
		}
	}
	t.Peaks = append(t.Peaks, event.Hash(top))
}

// Root gives the hash over all leaves. That of the empty tree is zero here.
func (t Tree) Root() event.Hash {
	if len(t.Peaks) == 0 {
		return event.Hash{}
	}
	root := tlog.Hash(t.Peaks[len(t.Peaks)-1])
	for i := len(t.Peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(tlog.Hash(t.Peaks[i]), root)
	}
	return event.Hash(root)
}

// Clone gives a tree that grows on its own.
func (t Tree) Clone() Tree { return Tree{t.Size, slices.Clone(t.Peaks)} }

// Head is what an installation states about its log: the checkpoint format of
// C2SP (tlog-checkpoint: origin, size, root), with two lines of our own.
type Head struct {
	Origin string     // the name of the installation
	Size   uint64     // number of events
	Root   event.Hash // of the tree over them
	Last   event.Hash // of the last event: what event.Head holds
	At     time.Time  // UTC
}

// Text gives the statement that is signed.
func (h Head) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\nkop %s\ntijd %s\n", h.Origin, h.Size, base64.StdEncoding.EncodeToString(h.Root[:]), h.Last, h.At.UTC().Format(time.RFC3339Nano))
}

// ParseHead reads what Head.Text gave.
func ParseHead(text string) (Head, error) {
	bad := errors.New("dit is geen kop van een logboek (verwacht: naam, omvang, wortel, kop en tijd, elk op een regel)")
	lines := strings.Split(text, "\n")
	if len(lines) != 6 || lines[5] != "" || lines[0] == "" {
		return Head{}, bad
	}
	h := Head{Origin: lines[0]}
	var err error
	if h.Size, err = strconv.ParseUint(lines[1], 10, 63); err != nil {
		return Head{}, bad
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != len(h.Root) {
		return Head{}, bad
	}
	h.Root = event.Hash(root)
	last, ok := strings.CutPrefix(lines[3], "kop ")
	at, timed := strings.CutPrefix(lines[4], "tijd ")
	if !ok || !timed || h.Last.UnmarshalText([]byte(last)) != nil {
		return Head{}, bad
	}
	if h.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return Head{}, bad
	}
	if h.Text() != text {
		return Head{}, bad
	}
	return h, nil
}

// OpenHead checks the signature under a head and reads it.
func (t Trust) OpenHead(statement string) (Head, error) {
	text, name, err := t.Open(statement)
	if err != nil {
		return Head{}, err
	}
	h, err := ParseHead(text)
	if err != nil {
		return Head{}, err
	}
	if h.Origin != name {
		return Head{}, fmt.Errorf("%w: de kop is van %q, de handtekening van %q", ErrSignature, h.Origin, name)
	}
	return h, nil
}
