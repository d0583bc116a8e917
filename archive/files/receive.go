package files

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"webtrunk"
	"webtrunk/archive/objects"
)

// Receive takes the bytes that a ticket is for, keeps them if they are what they were said
// to be, and has the others told.
func (f *Files) Receive(ctx context.Context, id, secret string, content io.Reader) (File, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		return File{}, &webtrunk.Error{Op: "files", Kind: webtrunk.Unavailable, Message: "Many files are being sent at the moment. Try again in a moment."}
	}
	t, err := f.take(id, secret, false)
	if err != nil {
		return File{}, err
	}
	defer f.drop(id)
	ctx, cancel := context.WithTimeout(ctx, f.o.Patience)
	defer cancel()
	w, err := f.o.Objects.Draft(t.file.ID)
	if err != nil {
		return File{}, f.unkept(t.file, err)
	}
	if err = f.fill(ctx, t, w, content); err != nil {
		if lost := w.Discard(); lost != nil {
			f.o.Log.Warn("what was sent of a file stays until the next start", "file", t.file.ID, "error", lost)
		}
		return File{}, err
	}
	return t.file, nil
}

// filing is how long a file may take to get its row, and its place in the chat, which has
// less time itself.
const filing = 30 * time.Second

// fill writes a file, looks at it, and tells of it.
func (f *Files) fill(ctx context.Context, t *ticket, w objects.Writer, content io.Reader) error {
	if err := f.write(t.file, w, content); err != nil {
		return err
	}
	if err := f.look(ctx, t.file, w); err != nil {
		return err
	}
	// From here on it is either kept and told of or gone, also where the page goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), filing)
	defer cancel()
	if _, err := w.Keep(); err != nil {
		return f.unkept(t.file, err)
	}
	t.file.Created = f.o.Now()
	if err := f.insert(ctx, t.file); err != nil {
		return f.unkept(t.file, err)
	}
	f.drop(t.file.ID) // it counts by its row now
	if err := t.kept(ctx, t.file); err != nil {
		if lost := f.strike(ctx, t.file.ID); lost != nil {
			f.o.Log.Error("a file that nobody was told of stays", "file", t.file.ID, "error", lost)
		}
		return err
	}
	return nil
}

const notAsNamed = "This file is not what its name says: it was not sent."

// write writes as many bytes as were announced, of the kind that the name says.
func (f *Files) write(file File, w objects.Writer, content io.Reader) error {
	head := make([]byte, min(headLength, file.Bytes))
	if _, err := io.ReadFull(content, head); err != nil {
		return torn(err)
	}
	k, _ := kindOf(file.Name)
	if !k.is(head) {
		return refused(webtrunk.Invalid, notAsNamed)
	}
	rest := io.LimitReader(content, file.Bytes-int64(len(head))+1)
	var to io.Writer = keeping{w}
	text := &readable{to: to}
	if k.media == "text/plain" {
		to = text
	}
	n, err := io.Copy(to, io.MultiReader(strings.NewReader(string(head)), rest))
	switch full := (*diskError)(nil); {
	case errors.As(err, &full):
		return f.unkept(file, full.err)
	case errors.Is(err, errUnreadable), err == nil && !text.whole():
		return refused(webtrunk.Invalid, notAsNamed)
	case err != nil || n < file.Bytes:
		return torn(err)
	case n > file.Bytes:
		return refused(webtrunk.Invalid, "This file is larger than was said: it was not sent.")
	}
	return nil
}

// look holds a file's content against its kind, and has it scanned.
func (f *Files) look(ctx context.Context, file File, w objects.Writer) error {
	content := func() io.Reader { return io.NewSectionReader(w, 0, file.Bytes) }
	if strings.HasPrefix(file.MediaType, "image/") && !decodable(file.MediaType, content()) {
		return refused(webtrunk.Invalid, "This picture is damaged, or has more pixels than can be shown: it was not sent.")
	}
	if f.o.Scanner == nil {
		return nil
	}
	clean, err := f.o.Scanner.Scan(ctx, file, content())
	switch {
	case err != nil:
		f.o.Log.Error("a file could not be scanned, and was not sent", "file", file.ID, "error", err)
		return &webtrunk.Error{Op: "files: scan", Kind: webtrunk.Unavailable, Message: "Files cannot be checked for malware at the moment, so none are sent. Try again later.", Err: err}
	case !clean:
		f.o.Log.Warn("a file was refused by the scanner", "file", file.ID, "call", file.Call.ID)
		return refused(webtrunk.Invalid, "This file was found to be harmful: it was not sent.")
	}
	return nil
}

func torn(err error) error {
	return &webtrunk.Error{Op: "files: receive", Kind: webtrunk.Invalid, Message: "The file did not arrive whole. Send it again.", Err: err}
}

func (f *Files) unkept(file File, err error) error {
	f.o.Log.Error("a file cannot be kept", "file", file.ID, "error", err)
	return &webtrunk.Error{Op: "files: keep", Kind: webtrunk.Unavailable, Message: "The file cannot be kept at the moment. Try again later.", Err: err}
}

// keeping tells the disk's errors from those of whoever sends.
type keeping struct{ to io.Writer }

type diskError struct{ err error }

func (d *diskError) Error() string { return d.err.Error() }

func (k keeping) Write(b []byte) (int, error) {
	n, err := k.to.Write(b)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}

var errUnreadable = errors.New("not a text")

// readable passes on text in UTF-8, and nothing else.
type readable struct {
	to   io.Writer
	rest []byte // of a letter that is not whole yet
}

func (r *readable) Write(b []byte) (int, error) {
	text := append(r.rest, b...)
	whole := len(text)
	if last := lastRune(text); !utf8.FullRune(text[last:]) {
		whole = last
	}
	if !utf8.Valid(text[:whole]) || strings.ContainsRune(string(text[:whole]), 0) {
		return 0, errUnreadable
	}
	r.rest = append([]byte(nil), text[whole:]...)
	if _, err := r.to.Write(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// lastRune is where the last letter begins.
func lastRune(b []byte) int {
	i := len(b) - 1
	for i > 0 && !utf8.RuneStart(b[i]) {
		i--
	}
	return max(i, 0)
}

// whole reports whether the last letter was.
func (r *readable) whole() bool { return len(r.rest) == 0 }
