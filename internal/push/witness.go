package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"lemniscaat/internal/notice"
	"lemniscaat/internal/seal"
)

// Folder keeps each signed head as a file of its own in a folder, which should be
// on another machine or on a medium that can only be added to.
type Folder struct{ Path string }

// Name implements audit.Witness.
func (f Folder) Name() string { return "map:" + f.Path }

// Keep writes "kop-<number>.txt" and returns when it is on disk. What is there
// already is never replaced.
func (f Folder) Keep(_ context.Context, h seal.Head, statement string) error {
	name := filepath.Join(f.Path, fmt.Sprintf("kop-%020d.txt", h.Size))
	if have, err := os.ReadFile(name); err == nil {
		if string(have) == statement {
			return nil
		}
		return fmt.Errorf("%s is er al en is een andere kop", filepath.Base(name))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp, err := os.CreateTemp(f.Path, ".kop-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(statement)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	// Link fails when the name exists: two servers never overwrite each other.
	if err := os.Link(tmp.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(tmp.Name(), name); err != nil { // a file system without links
			return err
		}
	}
	dir, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Lines writes each head as one line of JSON, for a log that somebody else
// collects (journald, syslog, the output of a container).
type Lines struct {
	To io.Writer
	mu sync.Mutex
}

// Name implements audit.Witness.
func (l *Lines) Name() string { return "regel" }

// Keep implements audit.Witness.
func (l *Lines) Keep(_ context.Context, _ seal.Head, statement string) error {
	b, err := json.Marshal(map[string]string{"logboekkop": statement})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err = l.To.Write(append(b, '\n'))
	return err
}

// Webhook posts each head as text; any 2xx means that it is kept.
type Webhook struct{ Client *Client }

// Name implements audit.Witness.
func (w Webhook) Name() string { return "https:" + w.Client.Host() }

// Keep implements audit.Witness.
func (w Webhook) Keep(ctx context.Context, _ seal.Head, statement string) error {
	a, err := w.Client.Post(ctx, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, strings.NewReader(statement))
	if err != nil {
		return err
	}
	if a.Status < 200 || a.Status > 299 {
		return fmt.Errorf("%s antwoordt %d", w.Client.Host(), a.Status)
	}
	return nil
}

// Mail sends each head to one address.
type Mail struct {
	Mailer notice.Mailer
	To     string
}

// Name implements audit.Witness. It says no address: that is of a person.
func (m Mail) Name() string { return "mail" }

// Keep implements audit.Witness.
func (m Mail) Keep(ctx context.Context, h seal.Head, statement string) error {
	return m.Mailer.Send(ctx, notice.Message{
		ID: fmt.Sprintf("kop-%s-%d", h.Root.String()[:16], h.Size), To: m.To,
		// A witness has no account that says a language: the mail is in both.
		Subject: fmt.Sprintf("Kop van het logboek: %d gebeurtenissen (head of the log: %d events)", h.Size, h.Size),
		Text: "Bewaar dit bericht. Hiermee kunt u later zien of er met het logboek is geknoeid:\n" +
			"lemniscaat audit verify --koppen BESTAND\n\n" +
			"Keep this message. With it you can see later whether somebody tampered with the log:\n" +
			"lemniscaat audit verify --koppen FILE\n\n" + statement,
	})
}
