package ogg_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"webtrunk/media/ogg"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// opusinfo and opusdec of opus-tools agree with our writer, and our reader with
// opusenc.
func TestOpusToolsAgree(t *testing.T) {
	if _, err := exec.LookPath("opusinfo"); err != nil {
		t.Fatal("opus-tools is not installed: run make tools")
	}
	enc, err := transcode.NewEncoder(transcode.Opus)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	said := soundcheck.Sentence(soundcheck.Harbour)
	path := filepath.Join(t.TempDir(), "ours.opus")
	f, _ := os.Create(path)
	w, _ := ogg.NewWriter(f, 3, mono, "TITLE=harbour")
	var payload [transcode.MaxPayload]byte
	for at := 0; at+160 <= len(said); at += 160 {
		n, _ := enc.Encode(payload[:], said[at:at+160])
		if err := w.Write(payload[:n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(0), f.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := exec.Command("opusinfo", path).CombinedOutput()
	if err != nil || bytes.Contains(info, []byte("WARNING")) || !bytes.Contains(info, []byte("TITLE=harbour")) {
		t.Errorf("opusinfo: %v\n%s", err, info)
	}
	wav := path + ".wav"
	if out, err := exec.Command("opusdec", "--quiet", "--rate", "48000", path, wav).CombinedOutput(); err != nil {
		t.Fatalf("opusdec: %v %s", err, out)
	}
	decoded, _ := os.Open(wav)
	defer decoded.Close()
	heard, err := soundcheck.ReadWAV(decoded)
	if err != nil {
		t.Fatal(err)
	}
	if err := soundcheck.Tell(heard, said, soundcheck.Sentence(soundcheck.Garden)); err != nil {
		t.Error(err)
	}
	again := path + ".again"
	if out, err := exec.Command("opusenc", "--quiet", wav, again).CombinedOutput(); err != nil {
		t.Fatalf("opusenc: %v %s", err, out)
	}
	b, _ := os.ReadFile(again)
	list, end := read(t, b)
	if n := len(said) * 6; len(list) < n/960-1 || end < uint64(n-2*960) || end > uint64(n+2*960) {
		t.Errorf("%d packets of opusenc, ending at %d; want about %d", len(list), end, n)
	}
}
