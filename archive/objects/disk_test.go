package objects

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func open(t *testing.T) *Disk {
	t.Helper()
	d := &Disk{Directory: filepath.Join(t.TempDir(), "made")}
	if err := d.Prepare(); err != nil {
		t.Fatal(err)
	}
	return d
}

// draft begins an object and writes its content.
func written(t *testing.T, d *Disk, name, content string) Writer {
	t.Helper()
	w, err := d.Draft(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.(*draft).file.Close() })
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	return w
}

func names(t *testing.T, d *Disk) (all []string) {
	t.Helper()
	files, err := os.ReadDir(d.Directory)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		all = append(all, f.Name())
	}
	return all
}

// An object is there when it is kept and not before, for nobody else to read, and
// is gone when it is deleted, however often.
func TestAnObjectIsThereOnceItIsWhole(t *testing.T) {
	d := open(t)
	w := written(t, d, "rec_1.opus", "said")
	if _, err := d.Open("rec_1.opus"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a draft can be opened: %v", err)
	}
	if _, err := d.Draft("rec_1.opus"); !errors.Is(err, os.ErrExist) {
		t.Errorf("two write one object: %v", err)
	}
	if size, err := w.Keep(); size != 4 || err != nil {
		t.Fatalf("kept %d bytes: %v", size, err)
	}
	file, err := d.Open("rec_1.opus")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if content, err := io.ReadAll(file); string(content) != "said" || err != nil {
		t.Errorf("it holds %q: %v", content, err)
	}
	if info, err := os.Stat(d.path("rec_1.opus")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v: %v", info.Mode(), err)
	}
	for range 2 {
		if err := d.Delete("rec_1.opus"); err != nil {
			t.Error(err)
		}
	}
	if left := names(t, d); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// Nothing stays of what is discarded, kept before or not.
func TestADiscardedDraftLeavesNothing(t *testing.T) {
	d := open(t)
	kept, dropped := written(t, d, "rec_1.opus", "x"), written(t, d, "rec_2.opus", "x")
	if _, err := kept.Keep(); err != nil {
		t.Fatal(err)
	}
	for _, w := range []Writer{kept, dropped} {
		if err := w.Discard(); err != nil {
			t.Error(err)
		}
	}
	if left := names(t, d); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// A disk that is full gives no object its name.
func TestADiskThatIsFullKeepsNothing(t *testing.T) {
	d := open(t)
	d.Make = func(string) (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) }
	w, err := d.Draft("rec_1.opus")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "said"); err == nil {
		t.Error("a full disk takes what is written")
	}
	if _, err := w.Keep(); err == nil {
		t.Error("it was kept")
	}
	if err := w.Discard(); err != nil {
		t.Error(err)
	}
	if left := names(t, d); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// A sweep deletes drafts and what nobody knows, tells of it, and leaves alone
// what is known and what is another's.
func TestASweepLeavesWhatIsKnown(t *testing.T) {
	d := open(t)
	for _, name := range []string{"rec_1.opus", "rec_2.opus", "rec_1.opus.part", "else.part"} {
		if err := os.WriteFile(d.path(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var told []string
	err := d.Sweep("rec_", func(name string) bool { return strings.HasPrefix(name, "rec_1") }, func(file string) { told = append(told, file) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"rec_1.opus.part", "rec_2.opus"}; !slices.Equal(told, want) {
		t.Errorf("told of %q, want %q", told, want)
	}
	if left := names(t, d); !slices.Equal(left, []string{"else.part", "rec_1.opus"}) {
		t.Errorf("left are %q", left)
	}
}

// What a process left is taken up: a draft as far as it was written, and a whole object.
func TestWhatWasLeftIsTakenUp(t *testing.T) {
	d := open(t)
	written(t, d, "rec_1.opus", "left") // and its process dies
	if _, err := written(t, d, "rec_2.opus", "whole").Keep(); err != nil {
		t.Fatal(err)
	}
	left, err := d.Names("rec_")
	if err != nil || !slices.Equal(left, []string{"rec_1.opus", "rec_2.opus"}) {
		t.Fatalf("left are %q: %v", left, err)
	}
	for name, content := range map[string]string{"rec_1.opus": "left", "rec_2.opus": "whole"} {
		w, err := d.Adopt(name)
		if err != nil {
			t.Fatal(err)
		}
		read := make([]byte, len(content))
		if _, err := w.ReadAt(read, 0); err != nil || string(read) != content {
			t.Errorf("%s holds %q: %v", name, read, err)
		}
		if size, err := w.Keep(); size != int64(len(content)) || err != nil {
			t.Errorf("kept %d bytes of %s: %v", size, name, err)
		}
	}
	if left := names(t, d); !slices.Equal(left, []string{"rec_1.opus", "rec_2.opus"}) {
		t.Errorf("left are %q", left)
	}
	if _, err := d.Adopt("rec_3.opus"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is not there was taken up: %v", err)
	}
}
