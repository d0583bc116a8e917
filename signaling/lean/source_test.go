package lean

import (
	"fmt"
	"testing"

	"github.com/pion/rtcp"
)

// What comes before there are keys is nobody's, sound and reports alike: it is
// neither heard nor counted against the page, which is served as any other.
func TestWhatComesBeforeTheKeysIsNobodys(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.checks(t)
	early, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{SSRC: 7, Reports: []rtcp.ReceptionReport{{SSRC: p.session.Local().SSRC, FractionLost: 255}}}})
	check(t, err)
	for range 50 {
		p.write(early)
		p.write([]byte{0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	}
	p.connects(t)
	p.says(t, "first")
	p.told(t, 1, "heard")
	select {
	case percent := <-p.loss:
		t.Errorf("%d %% are lost, says somebody", percent)
	default:
	}
}

// A page that speaks from our own source is heard and hears: either direction has
// keys of its own, and what it reports in that name it cannot say of itself.
func TestAPageThatHasChosenOurSource(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	ours := p.session.Local().SSRC
	for n := range uint16(5) {
		word := fmt.Sprint("word ", n)
		p.write(p.packet(t, ours, word))
		if got := next(t, "sound", p.sound); got != word {
			t.Errorf("heard %q, want %q", got, word)
		}
		p.told(t, n, word)
	}
	b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: ours, Reports: []rtcp.ReceptionReport{{SSRC: ours, FractionLost: 255}}}})
	check(t, err)
	sealed, err := p.seal.EncryptRTCP(nil, b, nil)
	check(t, err)
	p.write(sealed)
	p.write(p.packet(t, ours, "after it"))
	next(t, "sound", p.sound)
	select {
	case percent := <-p.loss:
		t.Errorf("%d %% are lost, say we ourselves", percent)
	default:
	}
}

// Two sources of a page that speak in turn are one voice, the first. One that
// stays alone takes over with its third packet, and nothing of it is lost after.
func TestOneOfTwoSourcesIsHeard(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	for n := range 10 {
		p.write(p.packet(t, 7, fmt.Sprint("seven ", n)))
		p.write(p.packet(t, 8, fmt.Sprint("eight ", n)))
	}
	for n := 10; n < 20; n++ {
		p.write(p.packet(t, 8, fmt.Sprint("eight ", n)))
	}
	var want []string
	for n := range 10 {
		want = append(want, fmt.Sprint("seven ", n))
	}
	for n := 11; n < 20; n++ { // the last of the turns, and two alone, are three
		want = append(want, fmt.Sprint("eight ", n))
	}
	for i, w := range want {
		if got := next(t, "sound", p.sound); got != w {
			t.Fatalf("packet %d: heard %q, want %q", i, got, w)
		}
	}
}
