package main

import (
	"context"
	"slices"
	"time"

	"webtrunk/bench/choir"
)

type delayCommand struct {
	Calls   int    `default:"20" help:"How many calls at once: few enough that the gateway has time."`
	Seconds int    `default:"15" help:"How long to measure."`
	Pages   string `default:"narrowband" enum:"narrowband,hybrid,pcmu" help:"What the pages send."`
	Cores   int    `default:"1" help:"How many cores the gateway has."`
}

// Run measures how long packets are on their way through the gateway, and how
// much later the telephone hears what the page says, and the other way round.
//
// A packet's transit is from the moment before the system call that sends it to
// the kernel's timestamp at the other end. The delay of the sound is from mouth
// to ear, without the 20 ms that fill a packet at the mouth and without a
// receiver's jitter buffer: the transit, and what the encoder and the decoder
// keep back, which is found by correlation.
func (c delayCommand) Run(ctx context.Context) error {
	s := newSheet()
	err := staging{pages: c.Pages, cores: c.Cores}.onStage(ctx, func(l *load, _ *gateway) error {
		if err := l.grow(ctx, c.Calls); err != nil {
			return err
		}
		beside := newMeter()
		b, err := layBare(beside, c.Calls)
		if err != nil {
			return err
		}
		m, err := l.measure(ctx, time.Duration(c.Seconds)*time.Second)
		b.close()
		if err != nil {
			return err
		}
		heard, err := l.check(ctx, 8)
		if err != nil {
			return err
		}
		c.print(s, &m, spreadOf(beside.phase().bare), heard)
		return nil
	})
	if err == nil {
		s.print()
	}
	return err
}

func (c delayCommand) print(s *sheet, m *measured, bare spread, heard []choir.Heard) {
	both := choir.Both(m.ToPages, m.ToTelephones)
	s.head(c.Pages+" ↔ pcmu", "packets", "lost", "late", "transit p50", "p99", "longest")
	for _, way := range []struct {
		name string
		*choir.Tally
	}{{"page → telephone", &m.ToTelephones}, {"telephone → page", &m.ToPages}, {"both", &both}} {
		s.row(way.name, way.Sent, way.Lost(), way.Late, way.Transit(50), way.Transit(99), way.Transit(100))
	}
	s.row("without a gateway", bare.count, "", "", bare.p50, bare.p99, bare.longest)
	toPage, toTelephone := ways(heard)
	s.head("sound, median of the calls that were heard out", "from mouth to ear", "of it in the codecs", "longest")
	s.row("page → telephone", toTelephone.median(delayOf), toTelephone.median(codecsOf), toTelephone.longest())
	s.row("telephone → page", toPage.median(delayOf), toPage.median(codecsOf), toPage.longest())
	s.pair("transit_p50_ms", "%.3f", ms(both.Transit(50)))
	s.pair("transit_p99_ms", "%.3f", ms(both.Transit(99)))
	s.pair("bare_p99_ms", "%.3f", ms(bare.p99))
	s.pair("audio_delay_ms", "%.2f", ms(max(toPage.median(delayOf), toTelephone.median(delayOf))))
	s.pair("audio_delay_to_telephone_ms", "%.2f", ms(toTelephone.median(delayOf)))
	s.pair("audio_delay_to_page_ms", "%.2f", ms(toPage.median(delayOf)))
}

// An earful is what was heard at one side.
type earful []choir.Heard

// ways tells the sides apart: a call's page and telephone are heard in turn.
func ways(heard []choir.Heard) (pages, telephones earful) {
	for i, h := range heard {
		if i%2 == 0 {
			pages = append(pages, h)
		} else {
			telephones = append(telephones, h)
		}
	}
	return pages, telephones
}

func delayOf(h choir.Heard) time.Duration  { return h.Delay }
func codecsOf(h choir.Heard) time.Duration { return h.Codecs }

func (e earful) median(of func(choir.Heard) time.Duration) time.Duration {
	var all []time.Duration
	for _, h := range e {
		all = append(all, of(h))
	}
	slices.Sort(all)
	return at(all, 50)
}

func (e earful) longest() time.Duration {
	var most time.Duration
	for _, h := range e {
		most = max(most, h.Delay)
	}
	return most.Round(10 * time.Microsecond)
}
