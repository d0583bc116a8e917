package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/soundcheck"
)

func TestAnOperatorsDirectoryReplacesAndAdds(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "en/goodbye.wav", wavFile(tagPCM, 1, 16000, sine(700, 16000, 16000)))
	put(t, dir, "ar/our_shop.wav", wavFile(tagMuLaw, 2, 8000, sine(900, 8000, 4000)))
	put(t, dir, "music/hold.wav", wavFile(tagPCM, 1, 8000, sine(500, 8000, 8000)))
	put(t, dir, "music/summer.wav", wavFile(tagPCM, 1, 8000, sine(600, 8000, 8000)))
	put(t, dir, ".DS_Store", []byte("x"))
	l := library(t, Options{Directory: dir})
	for phrase, hz := range map[string]float64{"goodbye": 700, "say:ar:our_shop": 900, "music": 500, "music:summer": 600} {
		s, err := l.Open(phrase)
		if err != nil {
			t.Fatal(err)
		}
		if purity, _ := soundcheck.Tone(hear(s, 1), hz); purity < 0.95 {
			t.Errorf("%s: %v Hz has %.2f of it", phrase, hz, purity)
		}
	}
	if _, err := l.Open("our_shop"); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a sentence of another language: %v", err)
	}
	if _, err := l.Open("say:en:welcome"); err != nil {
		t.Errorf("what is not replaced: %v", err)
	}
}

func put(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Every mistake is named at the start, each with its file.
func TestEveryFaultyFileIsNamedAtTheStart(t *testing.T) {
	dir := t.TempDir()
	good := wavFile(tagPCM, 1, 8000, sine(440, 8000, 800))
	put(t, dir, "en/welcome.mp3", good)
	put(t, dir, "en/Über.wav", good)
	put(t, dir, "en/broken.opus", []byte("OggS"))
	put(t, dir, "en/fine.wav", good)
	put(t, dir, "fr/bonjour.wav", good)
	put(t, dir, "stray.wav", good)
	_, err := New(Options{Directory: dir, Language: "xx", Country: "yy"})
	if err == nil {
		t.Fatal("the directory is taken")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, want := range []string{
		"no language \"xx\"", "a country \"yy\"", "welcome.mp3: a sound is a file that ends in", "Über.wav: a sound's name", "broken.opus: this is no Ogg file",
		"fr is neither a language", "stray.wav: sounds lie in the folder",
	} {
		found := false
		for _, line := range lines {
			found = found || strings.Contains(line, want)
		}
		if !found {
			t.Errorf("nothing says %q:\n%v", want, err)
		}
	}
	if len(lines) != 7 {
		t.Errorf("%d sentences, want 7:\n%v", len(lines), err)
	}
	if _, err := New(Options{Directory: dir + "/none"}); err == nil || !strings.Contains(err.Error(), "no directory") {
		t.Errorf("no directory: %v", err)
	}
}
