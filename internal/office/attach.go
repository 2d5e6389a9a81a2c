package office

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"lemniscaat/internal/attachment"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// maxDrawing bounds how many pictures are unpacked at the same time: one may
// take 120 MB of memory.
const maxDrawing = 2

// readFiles judges the files of a form and makes of them what is kept.
func (o *Office) readFiles(ctx context.Context, files []view.Upload) ([]loop.Attachment, error) {
	if len(files) > attachment.MaxFiles {
		return nil, refuse("te-veel-bijlagen", fmt.Sprintf("U koos %d bestanden.", len(files)), fmt.Sprintf("Stuur er ten hoogste %d.", attachment.MaxFiles),
			view.FieldError{Field: "bijlage", Text: fmt.Sprintf("Kies ten hoogste %d bestanden.", attachment.MaxFiles)})
	}
	var out []loop.Attachment
	for _, u := range files {
		f, err := o.draw(ctx, u)
		var bad *attachment.Fault
		switch {
		case errors.As(err, &bad):
			return nil, refuse(bad.Code, bad.Text, bad.Hint, view.FieldError{Field: "bijlage", Text: bad.Text + " " + bad.Hint})
		case err != nil:
			return nil, err
		}
		out = append(out, loop.Attachment{
			Kind: f.Kind, Bytes: len(f.Data), Name: loop.Words(f.Name), Content: loop.Words(base64.StdEncoding.EncodeToString(f.Data)),
		})
	}
	return out, nil
}

func (o *Office) draw(ctx context.Context, u view.Upload) (attachment.File, error) {
	if err := o.drawing.enter(ctx); err != nil {
		return attachment.File{}, err
	}
	defer o.drawing.leave()
	return attachment.Read(u.Name, u.Data)
}

// opensFiles reports whether a reader may open what came with a signal: who
// reported it, and who works on the answer. A team leader is none of them.
func (o *Office) opensFiles(who string, s *loop.Signal) bool {
	if who == "" {
		return false
	}
	if string(s.Reporter) == who {
		return true
	}
	p, ok := o.person(who)
	if !ok || p.TeamLeader || !o.sees(reader{person: loop.PersonID(who)}, s.Reporter, s.Anchor, loop.DateOf(s.At)) {
		return false
	}
	id, today := loop.PersonID(who), o.today()
	if _, issue := o.world.Signal(s.ID); issue != "" {
		if i := o.world.Issue(issue); i != nil {
			if d, owed := i.Due(); owed && o.world.Resolve(d.Debtor, today).Person == id {
				return true
			}
		}
	}
	h, member := o.world.MemberAt(id, s.Anchor, today)
	return member && (h.Signs || h.Post.Corner == loop.Opdrachtgever || h.Post.Corner == loop.Eigenaar)
}

// fileRefs lists the files of a signal, with links for who may open them.
func (o *Office) fileRefs(who string, s *loop.Signal) []view.AttachmentRef {
	var out []view.AttachmentRef
	opens := o.opensFiles(who, s)
	for n, a := range s.Attachments {
		r := view.AttachmentRef{Kind: a.Kind, Size: int64(a.Bytes), Erased: o.world.Erased(event.Ref{Seq: a.Content.Seq, Field: a.Content.Field})}
		if opens && !r.Erased {
			r.Name = a.Name.Words
			r.Href = "/signalen/" + s.ID + "/bijlagen/" + strconv.Itoa(n+1)
			if string(s.Reporter) == who {
				r.Erase = r.Href + "/wissen"
			}
		}
		out = append(out, r)
	}
	return out
}

// attached gives the n-th file of a signal, from 1, to who may open it. Others
// do not hear whether it exists.
func (o *Office) attached(who, signal string, n int) (loop.Attachment, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, _ := o.world.Signal(signal)
	if s == nil || n < 1 || n > len(s.Attachments) || !o.opensFiles(who, s) {
		return loop.Attachment{}, view.ErrNotFound
	}
	return s.Attachments[n-1], nil
}

// Attachment gives a file of a signal.
func (o *Office) Attachment(ctx context.Context, who, signal string, n int) (view.AttachmentFile, error) {
	a, err := o.attached(who, signal, n)
	if err != nil {
		return view.AttachmentFile{}, err
	}
	o.sawAttachment(ctx, signal)
	text, err := o.Store.Text(ctx, event.Ref{Seq: a.Content.Seq, Field: a.Content.Field})
	if errors.Is(err, store.ErrNotFound) {
		return view.AttachmentFile{}, view.ErrNotFound
	}
	if err != nil {
		return view.AttachmentFile{}, err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return view.AttachmentFile{}, fmt.Errorf("attachment %d of %s: %w", n, signal, err)
	}
	return view.AttachmentFile{Name: a.Name.Words, Kind: a.Kind, Data: data}, nil
}

// EraseAttachment erases a file and its name, for who sent it. That there was
// one stays in the log.
func (o *Office) EraseAttachment(ctx context.Context, who, signal string, n int) error {
	a, err := o.attached(who, signal, n)
	if err != nil {
		return err
	}
	refs := []event.Ref{{Seq: a.Content.Seq, Field: a.Content.Field}}
	if a.Name.Given {
		refs = append(refs, event.Ref{Seq: a.Name.Seq, Field: a.Name.Field})
	}
	return o.do(ctx, who, loop.EraseTexts{Refs: refs, Ground: "verzoek van wie het stuurde"})
}
