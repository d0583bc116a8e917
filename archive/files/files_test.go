package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"))
}

var (
	shop  = Call{ID: "call_1", Account: "acct_shop"}
	other = Call{ID: "call_1", Account: "acct_other"}
)

const site = "https://shop.example"

func open(t *testing.T, db *store.DB, o Options) *Files {
	t.Helper()
	f, err := Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// send sends a file, as a page does, and returns what the others are told of it.
func send(t *testing.T, f *Files, name string, content []byte) (told []File, err error) {
	t.Helper()
	ticket, err := f.Offer(t.Context(), Wish{Call: shop, Leg: 1, Origin: site, Name: name, Bytes: int64(len(content))}, func(_ context.Context, file File) error {
		told = append(told, file)
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = f.Receive(t.Context(), ticket.ID, ticket.Secret, bytes.NewReader(content))
	return told, err
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		all = append(all, f.Name())
	}
	return all
}

// picture is a picture of a size, of which only the header counts.
func picture(t *testing.T, end string, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	small := image.NewGray(image.Rect(0, 0, width, height))
	switch end {
	case "png":
		err = png.Encode(&b, small)
	case "jpg":
		err = jpeg.Encode(&b, small, nil)
	case "gif":
		err = gif.Encode(&b, small, nil)
	case "webp": // VP8L
		b.WriteString("RIFF\x20\x00\x00\x00WEBPVP8L\x10\x00\x00\x00\x2f")
		_ = binary.Write(&b, binary.LittleEndian, uint32(width-1)|uint32(height-1)<<14)
		b.Write(make([]byte, 16))
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zip is the beginning of a ZIP file whose first entry has a name, and is not compressed.
func zip(name, content string) []byte {
	head := make([]byte, zipName)
	copy(head, "PK\x03\x04")
	binary.LittleEndian.PutUint16(head[zipNameLength:], uint16(len(name)))
	return append(head, (name + content + strings.Repeat("x", 40))...)
}

// A file is kept, told of, lent once to a page of its call and to nobody else, read by its
// account, and goes with its call, and by age.
func TestAFileIsSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		dir := t.TempDir()
		f := open(t, db, Options{Directory: dir})
		content := picture(t, "png", 3, 2)
		told, err := send(t, f, `C:\pictures\my mug.PNG`, content)
		if err != nil || len(told) != 1 || told[0].Name != "my mug.PNG" || told[0].MediaType != "image/png" || told[0].Bytes != int64(len(content)) || told[0].Leg != 1 {
			t.Fatalf("told %+v: %v", told, err)
		}
		id := told[0].ID
		ticket, err := f.Lend(t.Context(), shop, site, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.Borrow(ticket.ID, "guessed"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a guessed secret is taken: %v", err)
		}
		if origin, known := f.Origin(ticket.ID); !known || origin != site {
			t.Errorf("the ticket is of %q, %v", origin, known)
		}
		file, lent, err := f.Borrow(ticket.ID, ticket.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(lent); !bytes.Equal(got, content) || err != nil || file.ID != id {
			t.Errorf("lent is %q of %+v: %v", got, file, err)
		}
		lent.Close()
		if _, _, err := f.Borrow(ticket.ID, ticket.Secret); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a ticket is good twice: %v", err)
		}
		for _, of := range []Call{other, {ID: "call_2", Account: "acct_shop"}, {ID: "call_1", Account: "acct_shop", Test: true}} {
			if _, err := f.Lend(t.Context(), of, site, id); webtrunk.KindOf(err) != webtrunk.NotFound {
				t.Errorf("it is lent to %+v: %v", of, err)
			}
			if _, _, err := f.Read(t.Context(), of, id); webtrunk.KindOf(err) != webtrunk.NotFound {
				t.Errorf("it is read by %+v: %v", of, err)
			}
		}
		h := http.Header{}
		file.Describe(h)
		if h.Get("Content-Disposition") != `attachment; filename="my mug.PNG"` || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("it is described by %v", h)
		}
		if n, err := f.Expire(t.Context(), "acct_shop", false, time.Now().Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("%d are an hour old: %v", n, err)
		}
		if n, err := f.Erase(t.Context(), "acct_shop", "call_1"); n != 1 || err != nil {
			t.Errorf("erased %d: %v", n, err)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("left are %q", left)
		}
		if _, err := send(t, f, "notes.txt", []byte("Grüße")); err != nil {
			t.Fatal(err)
		}
		if n, err := f.Expire(t.Context(), "acct_shop", false, time.Now().Add(time.Hour)); n != 1 || err != nil || len(names(t, dir)) > 0 {
			t.Errorf("expired %d: %v; left are %q", n, err, names(t, dir))
		}
	})
}

// What is not what its name says is refused, and so is what nobody can be expected to open;
// nothing of it stays.
func TestWhatCanBeSent(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	f := open(t, db, Options{Directory: dir, PerCall: 1000})
	odt := "application/vnd.oasis.opendocument.text"
	for _, c := range []struct {
		name    string
		content []byte
		sent    bool
	}{
		{"a.png", picture(t, "png", 2, 2), true},
		{"a.jpeg", picture(t, "jpg", 2, 2), true},
		{"a.gif", picture(t, "gif", 2, 2), true},
		{"a.webp", picture(t, "webp", 2, 2), true},
		{"a.pdf", []byte("%PDF-1.7 …"), true},
		{"a.txt", []byte(strings.Repeat("é", 700)), true}, // a letter lies over the head's end
		{"a.csv", []byte("mug;12\r\n"), true},
		{"a.docx", zip("[Content_Types].xml", ""), true},
		{"a.xlsx", zip("xl/workbook.xml", ""), true},
		{"a.odt", zip("mimetype", odt), true},

		{"a.pdf", []byte("MZ\x90\x00 this is a program"), false},
		{"a.png", picture(t, "jpg", 2, 2), false},
		{"a.png", []byte("\x89PNG\r\n\x1a\n and nothing more"), false},
		{"a.png", huge(t), false},
		{"a.webp", picture(t, "webp", 16384, 16384), false},
		{"a.docx", zip("../../evil.exe", ""), false},
		{"a.ods", zip("mimetype", odt), false},
		{"a.docx", zip("mimetype", odt), false},
		{"a.txt", []byte("<!DOCTYPE html><script>alert(1)</script>"), false},
		{"a.txt", []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[:0] + "<?xml version='1.0'?><svg/>"), false},
		{"a.txt", []byte("text\x00" + strings.Repeat("x", 600)), false},
		{"a.txt", append([]byte(strings.Repeat("x", 600)), 0xff, 0xfe), false},
		{"a.txt", append([]byte(strings.Repeat("x", 600)), 0xc3), false},
		{"a.svg", []byte("<svg/>"), false},
		{"a.html", []byte("text"), false},
		{"a.zip", zip("a", ""), false},
		{"a.exe", []byte("MZ"), false},
		{"a.pdf.exe", []byte("%PDF-1.7"), false},
		{"a", []byte("text"), false},
		{".txt", []byte("text"), false},
		{"a.txt", nil, false},
	} {
		before := len(names(t, dir))
		told, err := send(t, f, c.name, c.content)
		if c.sent != (err == nil) || c.sent != (len(told) == 1) {
			t.Errorf("%s with %.30q: told %d, %v", c.name, c.content, len(told), err)
		}
		if !c.sent && (webtrunk.KindOf(err) != webtrunk.Invalid || webtrunk.MessageOf(err, "") == "" || len(names(t, dir)) != before) {
			t.Errorf("%s with %.30q: %v; there are %q", c.name, c.content, err, names(t, dir))
		}
	}
}

// huge is a small file that says that it is a picture of 4,000 megapixels.
func huge(t *testing.T) []byte {
	b := picture(t, "png", 1, 1)
	binary.BigEndian.PutUint32(b[16:], 65_000)
	binary.BigEndian.PutUint32(b[20:], 65_000)
	return b
}

func TestNamesAreCleaned(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/passwd.txt": "passwd.txt",
		"a\u202egpj.exe.png":   "agpj.exe.png",
		"\x00a\r\nb.png":       "a b.png",
		"<script>.png":         "script.png",
		"..png":                "png", // which is no end of a name any more

		"   .png":                         "png",
		"\xff\xfea.png":                   "a.png",
		"مخطط.pdf":                        "مخطط.pdf",
		strings.Repeat("界", 200) + ".txt": strings.Repeat("界", 116) + ".txt",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// Neither too much, nor too little, nor without end, nor too many: and a ticket that is not
// used counts until it is no longer good.
func TestThereAreBounds(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir, now := t.TempDir(), time.Now()
	f := open(t, db, Options{Directory: dir, Largest: 1000, PerCall: 3, CallBytes: 1500, Now: func() time.Time { return now }})
	offer := func(bytes int64) (Ticket, error) {
		return f.Offer(t.Context(), Wish{Call: shop, Name: "a.txt", Bytes: bytes}, func(context.Context, File) error { return nil })
	}
	if _, err := offer(1001); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("too large a file is offered: %v", err)
	}
	for name, content := range map[string]io.Reader{
		"endless": strings.NewReader(strings.Repeat("x", 1<<20)), "short": strings.NewReader("xxx"), "torn": iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 600)))),
	} {
		ticket, err := offer(600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Receive(t.Context(), ticket.ID, ticket.Secret, content); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("what is %s is taken: %v", name, err)
		}
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
	late, err := offer(700)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := offer(700); err != nil {
		t.Error(err)
	}
	if _, err := offer(700); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("more bytes than a call may have are offered: %v", err)
	}
	now = now.Add(lasting + time.Second)
	if _, err := f.Receive(t.Context(), late.ID, late.Secret, strings.NewReader(strings.Repeat("x", 700))); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a ticket is good for ever: %v", err)
	}
	for range 3 {
		if _, err := send(t, f, "a.txt", []byte("x")); err != nil {
			t.Error(err)
		}
	}
	if _, err := send(t, f, "a.txt", []byte("x")); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("a fourth file is sent: %v", err)
	}
}

// Nobody is told of what could not be kept, and nothing is kept of which nobody can be told.
func TestAFileThatCannotBeKept(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	f := open(t, db, Options{Directory: dir})
	ticket, err := f.Offer(t.Context(), Wish{Call: shop, Name: "a.txt", Bytes: 1}, func(context.Context, File) error { return errors.New("the room is full") })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Receive(t.Context(), ticket.ID, ticket.Secret, strings.NewReader("x")); err == nil || err.Error() != "the room is full" {
		t.Errorf("it was sent: %v", err)
	}
	if n, _, err := f.held(t.Context(), shop); n != 0 || err != nil || len(names(t, dir)) > 0 {
		t.Errorf("%d are held: %v; left are %q", n, err, names(t, dir))
	}
	f.o.Objects = &objects.Disk{Directory: dir, Make: func(string) (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }}
	if told, err := send(t, f, "a.txt", []byte("x")); webtrunk.KindOf(err) != webtrunk.Unavailable || len(told) > 0 {
		t.Errorf("on a full disk told %d: %v", len(told), err)
	}
}

// A scanner is asked for each file; what it does not find clean is not sent, also when it
// does not answer.
func TestFilesAreScanned(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	says := http.StatusOK
	scanner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		if r.Header.Get("Content-Type") != "text/plain" || !strings.HasPrefix(r.URL.Query().Get("file"), "file_") {
			t.Errorf("it is asked %s with %v", r.URL, r.Header)
		}
		w.WriteHeader(says)
		result := map[bool]string{true: "infected", false: "clean"}[strings.Contains(string(content), "EICAR")]
		_, _ = io.WriteString(w, `{"result": "`+result+`"}`)
	}))
	defer scanner.Close()
	f := open(t, db, Options{Directory: dir, Scanner: HTTPScanner{URL: scanner.URL + "/scan?by=webtrunk"}})
	if told, err := send(t, f, "a.txt", []byte("harmless")); err != nil || len(told) != 1 {
		t.Errorf("told %d: %v", len(told), err)
	}
	if told, err := send(t, f, "a.txt", []byte("EICAR")); webtrunk.KindOf(err) != webtrunk.Invalid || len(told) != 0 {
		t.Errorf("told %d: %v", len(told), err)
	}
	says = http.StatusInternalServerError
	if told, err := send(t, f, "a.txt", []byte("harmless")); webtrunk.KindOf(err) != webtrunk.Unavailable || len(told) != 0 {
		t.Errorf("told %d: %v", len(told), err)
	}
	if left := names(t, dir); len(left) != 1 {
		t.Errorf("there are %q", left)
	}
}

// What a dead process has left is gone at the next start; what is kept is not.
func TestWhatWasLeftIsRemoved(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	told, err := send(t, open(t, db, Options{Directory: dir}), "a.txt", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file_1", "file_2.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, db, Options{Directory: dir})
	if left := names(t, dir); len(left) != 1 || left[0] != told[0].ID {
		t.Errorf("left are %q, want %q", left, told[0].ID)
	}
}
