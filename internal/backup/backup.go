// Package backup is the file format of a backup of an installation: written as
// a stream, read back only as a whole.
//
// A backup is a line of text, a gzip-compressed tar and a SHA-256 over both:
//
//	lemniscaat-reservekopie 1\n
//	<tar.gz: manifest.json, then the files that it names, in its order>
//	<32 bytes: SHA-256 of everything before>
//
// The manifest (JSON) names each file with its size and SHA-256, and the head
// of the log inside. Any byte that is changed, added or missing makes Read
// fail. An encrypted backup is that file in the age format
// (https://age-encryption.org/v1), so that the age tool opens it as well.
//
// Keys are never inside. The manifest holds their names and fingerprints, so
// that whoever restores knows which belong to it.
package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// Format is the number of the format that this package writes.
const Format = 1

const (
	magic       = "lemniscaat-reservekopie "
	header      = magic + "1\n"
	ageHeader   = "age-encryption.org/v1\n"
	manifestRow = "manifest.json"
	maxManifest = 64 << 20 // bytes
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrDamaged: it is not what was written, or not all of it.
	ErrDamaged = errors.New("de reservekopie is beschadigd of niet compleet")
	// ErrForeign: the file is something else.
	ErrForeign = errors.New("dit bestand is geen reservekopie van Lemniscaat")
	// ErrNewer: a newer program wrote it.
	ErrNewer = errors.New("deze reservekopie is van een nieuwere versie van Lemniscaat")
	// ErrLocked: it is encrypted, and the right key was not given.
	ErrLocked = errors.New("deze reservekopie is versleuteld")
)

// Manifest says what is in a backup.
type Manifest struct {
	Format  int    `json:"formaat"`
	Program string `json:"programma"` // version that wrote it
	// At is when the copy was made, UTC.
	At time.Time `json:"gemaakt"`
	// Head is where the log inside ends: "1234:9f86d0…".
	Head   string `json:"kop"`
	Events uint64 `json:"gebeurtenissen"`
	// Source is the kind of store it was made of: "sqlite" or "postgres".
	Source string `json:"opslag"`
	Files  []File `json:"bestanden"`
	Keys   []Key  `json:"sleutels"` // not inside
}

// File is one file of a backup, by its path with slashes.
type File struct {
	Name   string `json:"naam"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Key is a key that belongs to the installation and is not in the backup.
type Key struct {
	Name        string `json:"naam"`
	Fingerprint string `json:"vingerafdruk"`
}

// Fingerprint names a key without telling anything of it, given that it is
// random and long.
// maxPadding bounds the zeros after the last entry of an archive, in bytes.
const maxPadding = 1 << 20

func Fingerprint(key []byte) string {
	sum := sha256.Sum256(append([]byte("lemniscaat/vingerafdruk/1\n"), bytes.TrimSpace(key)...))
	return hex.EncodeToString(sum[:16])
}

// Describe fills Files with what is in a folder, for the names given.
func (m *Manifest) Describe(dir string, names []string) error {
	m.Files = nil
	for _, n := range names {
		f, err := os.Open(filepath.Join(dir, filepath.FromSlash(n)))
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		h := sha256.New()
		size, err := io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		m.Files = append(m.Files, File{Name: n, Bytes: size, SHA256: hex.EncodeToString(h.Sum(nil))})
	}
	return nil
}

// Write writes a backup of the files that the manifest names, from a folder.
// With recipients it is encrypted to them.
func Write(to io.Writer, m Manifest, dir string, recipients ...age.Recipient) (err error) {
	m.Format = Format
	out := to
	var sealed io.WriteCloser
	if len(recipients) > 0 {
		if sealed, err = age.Encrypt(to, recipients...); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		out = sealed
	}
	sum := sha256.New()
	both := io.MultiWriter(out, sum)
	if _, err := io.WriteString(both, header); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := writeTar(both, m, dir); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := out.Write(sum.Sum(nil)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if sealed != nil {
		if err := sealed.Close(); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	return nil
}

func writeTar(to io.Writer, m Manifest, dir string) error {
	zip, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return err
	}
	t := tar.NewWriter(zip)
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := writeEntry(t, manifestRow, int64(len(text)), m.At, bytes.NewReader(text)); err != nil {
		return err
	}
	for _, f := range m.Files {
		in, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if err != nil {
			return err
		}
		h := sha256.New()
		err = writeEntry(t, f.Name, f.Bytes, m.At, io.TeeReader(io.LimitReader(in, f.Bytes), h))
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
		if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
			return fmt.Errorf("%s veranderde tijdens het kopiëren", f.Name)
		}
	}
	return errors.Join(t.Close(), zip.Close())
}

func writeEntry(t *tar.Writer, name string, size int64, at time.Time, from io.Reader) error {
	err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: size, ModTime: at.Truncate(time.Second), Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	_, err = io.Copy(t, from)
	return err
}

// Read reads a whole backup and puts its files in an empty folder. On an error
// what is in the folder is worth nothing. dir "" only checks.
func Read(from io.Reader, dir string, identities ...age.Identity) (Manifest, error) {
	in := bufio.NewReaderSize(from, 1<<20)
	first, _ := in.Peek(len(ageHeader)) // a shorter file is no backup
	if string(first) == ageHeader {
		if len(identities) == 0 {
			return Manifest{}, ErrLocked
		}
		open, err := age.Decrypt(in, identities...)
		var none *age.NoIdentityMatchError
		switch {
		case errors.As(err, &none):
			return Manifest{}, fmt.Errorf("%w, en niet voor deze sleutel", ErrLocked)
		case err != nil:
			return Manifest{}, damaged(err)
		}
		in = bufio.NewReaderSize(open, 1<<20)
	}
	first, err := in.Peek(len(header))
	switch {
	case !strings.HasPrefix(string(first), magic):
		if err != nil && !errors.Is(err, io.EOF) {
			return Manifest{}, damaged(err)
		}
		return Manifest{}, ErrForeign
	case string(first) != header:
		line, _, _ := strings.Cut(string(first), "\n")
		return Manifest{}, fmt.Errorf("%w (%q; dit programma kent formaat %d)", ErrNewer, line, Format)
	}
	b := &body{from: in, sum: sha256.New()}
	_, _ = io.CopyN(io.Discard, b, int64(len(header))) // it was seen above
	m, err := readTar(b, dir)
	if err != nil {
		return m, err
	}
	// What follows the archive belongs to the sum as well.
	if n, err := io.Copy(io.Discard, b); err != nil {
		return m, damaged(err)
	} else if n > 0 {
		return m, damaged(errors.New("er staat iets achter het einde"))
	}
	if !bytes.Equal(b.tail, b.sum.Sum(nil)) || len(b.tail) != sha256.Size {
		return m, damaged(errors.New("de controlesom klopt niet"))
	}
	return m, nil
}

func damaged(err error) error {
	if errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

func readTar(b io.Reader, dir string) (m Manifest, err error) {
	buffered := bufio.NewReaderSize(b, 1<<16)
	zip, err := gzip.NewReader(buffered)
	if err != nil {
		return m, damaged(err)
	}
	zip.Multistream(false)
	t := tar.NewReader(zip)
	h, err := t.Next()
	if err != nil {
		return m, damaged(err)
	}
	if h.Name != manifestRow || h.Size > maxManifest {
		return m, damaged(errors.New("de lijst van bestanden ontbreekt"))
	}
	d := json.NewDecoder(t)
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, damaged(fmt.Errorf("de lijst van bestanden: %w", err))
	}
	if m.Format != Format {
		return m, damaged(fmt.Errorf("de lijst van bestanden is van formaat %d", m.Format))
	}
	for _, f := range m.Files {
		h, err := t.Next()
		if err != nil {
			return m, damaged(fmt.Errorf("%s: %w", f.Name, unexpected(err)))
		}
		if h.Name != f.Name || h.Size != f.Bytes || h.Typeflag != tar.TypeReg || !safe(f.Name) {
			return m, damaged(fmt.Errorf("verwacht %q van %d bytes, gevonden %q van %d bytes", f.Name, f.Bytes, h.Name, h.Size))
		}
		if err := unpack(t, dir, f); err != nil {
			return m, err
		}
	}
	if _, err := t.Next(); !errors.Is(err, io.EOF) {
		return m, damaged(errors.New("er staat meer in dan de lijst noemt"))
	}
	// The padding of the archive, up to the checksum of gzip.
	if _, err := io.CopyN(io.Discard, zip, maxPadding+1); err == nil {
		return m, damaged(errors.New("er staat iets achter het laatste bestand"))
	} else if !errors.Is(err, io.EOF) {
		return m, damaged(err)
	}
	if _, err := buffered.ReadByte(); !errors.Is(err, io.EOF) {
		return m, damaged(errors.New("er staat iets achter het archief"))
	}
	return m, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// safe reports whether a name stays within the folder, as it is written.
func safe(name string) bool {
	return name != "" && name != "." && name == path.Clean(name) && filepath.IsLocal(filepath.FromSlash(name)) && !strings.ContainsAny(name, "\\\x00:")
}

func unpack(from io.Reader, dir string, f File) (err error) {
	sum := sha256.New()
	to := io.Writer(sum)
	if dir != "" {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		defer func() {
			if closed := errors.Join(out.Sync(), out.Close()); err == nil && closed != nil {
				err = fmt.Errorf("restore: %w", closed)
			}
		}()
		to = io.MultiWriter(out, sum)
	}
	var faulty *os.PathError // writing failed, not reading
	if _, err := io.CopyN(to, from, f.Bytes); errors.As(err, &faulty) {
		return fmt.Errorf("restore: %w", err)
	} else if err != nil {
		return damaged(fmt.Errorf("%s: %w", f.Name, unexpected(err)))
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return damaged(fmt.Errorf("%s is niet wat er is weggeschreven", f.Name))
	}
	return nil
}

// body gives everything but the last 32 bytes, which it keeps as tail.
type body struct {
	from *bufio.Reader
	sum  hash.Hash
	tail []byte
}

func (b *body) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(p) > b.from.Size()-sha256.Size {
		p = p[:b.from.Size()-sha256.Size]
	}
	seen, err := b.from.Peek(len(p) + sha256.Size)
	n := len(seen) - sha256.Size
	if n <= 0 {
		if err == nil || errors.Is(err, io.EOF) {
			b.tail = append([]byte(nil), seen...)
			return 0, io.EOF
		}
		return 0, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	n = copy(p, seen[:n])
	b.sum.Write(p[:n])
	_, _ = b.from.Discard(n) // it is buffered
	return n, nil
}
