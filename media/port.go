package media

import (
	"sync"
	"sync/atomic"
	"time"

	"webtrunk/transcode"
)

// maxPayload is the longest payload that is looked at: what fits an Ethernet
// packet. No codec of ours needs a third of it for 20 ms.
const maxPayload = 1500

// A Port is one leg's end of the media loop.
//
// Locks are taken in one order: a port's in, then another port's out. Receive
// holds in while its packet is on its way, which is how Join and unjoin know
// when none is; the stream to the leg has the other lock, because several
// sources take turns in it.
type Port struct {
	// What each packet from the leg needs lies together, and behind it what each one to
	// the leg does: between two packets of one call all others have theirs, and a line of
	// 64 bytes is the least that has to come back.
	in        sync.Mutex       // guards what follows, up to out
	gone      bool             // closed: joins no more
	resting   bool             // what came last said that silence follows
	member    *member          // of a conference
	peer      *Port            // of a link
	collector *collector       // nil unless keys are listened for in the sound
	now       func() time.Time // when a packet came
	format    atomic.Pointer[Format]
	next      atomic.Pointer[change] // to another format
	route     route
	arrived   sequence
	due       schedule // of what arrives
	loud      loudness
	keys      keypad
	hear      atomic.Pointer[func(digit byte, held time.Duration)]
	tone      atomic.Pointer[func(digit byte)]
	counts    Stats
	said      hearing // what arrives, for taps
	bond      bond

	out stream

	// Tone is the ringback tone; zero means NorthAmerica. Set it before Ringback.
	Tone Cadence

	name    string
	video   Video
	relieve atomic.Pointer[func(digit byte)]
	loss    atomic.Int32 // percent of what we send that the leg's network loses
	foreign atomic.Uint64
	forged  atomic.Uint64
	aside   atomic.Uint64
	looped  atomic.Uint64

	playing playing
	work    worker
	waits   sync.WaitGroup // timers of windows
}

// NewPort returns a port that sends to out. The name is for logs and String.
func NewPort(name string, out Sender) *Port {
	p := &Port{name: name, now: time.Now}
	p.out.begin(out)
	p.out.format, p.out.loss = &p.format, &p.loss
	p.said.guard, p.said.waits = &p.in, &p.waits
	p.out.heard.guard, p.out.heard.waits = &p.out.mu, &p.waits
	p.work.done = make(chan struct{})
	opened(p)
	return p
}

// String returns the port's name, and the path that its sound takes.
func (p *Port) String() string {
	p.in.Lock()
	defer p.in.Unlock()
	if p.member != nil {
		return p.name + " → conference"
	}
	if p.peer == nil {
		return p.name
	}
	if p.route.path == nil {
		return p.name + " → " + p.peer.name
	}
	return p.name + " → " + p.route.path.String() + " → " + p.peer.name
}

// Video is the leg's end of the way for pictures. Legs that send and receive
// none leave it alone.
func (p *Port) Video() *Video { return &p.video }

// SetFormat sets what the leg speaks, at its start and after a renegotiation.
// The way between joined ports is laid anew when their next packet comes.
func (p *Port) SetFormat(f Format) {
	if old := p.format.Load(); old != nil && *old == f {
		return
	}
	p.format.Store(&f)
}

// Format returns what the leg speaks.
func (p *Port) Format() Format {
	if f := p.format.Load(); f != nil {
		return *f
	}
	return Format{}
}

// SetLoss tells how many of a hundred packets that we send the leg's network
// loses, as its receiver reports say. From 3 % on, an Opus stream made here
// carries redundancy.
func (p *Port) SetLoss(percent int) { p.loss.Store(int32(percent)) }

// OnDigit sets who is told of each digit that the leg's telephone-events
// carry, once per key press. It is called on the receiving goroutine and must
// not block.
func (p *Port) OnDigit(hear func(digit byte, held time.Duration)) { p.hear.Store(&hear) }

// OnUncarried sets who is told of each digit that the joined leg presses and
// that this leg, which takes no telephone-events, is not sent: it may have
// another way. It is called on the other leg's receiving goroutine and must not
// block.
func (p *Port) OnUncarried(relieve func(digit byte)) { p.relieve.Store(&relieve) }

// Receive takes one packet from the leg's network. It is called by one
// goroutine at a time.
func (p *Port) Receive(f Frame) {
	var pressed presses
	p.pass(f, &pressed)
	p.tellTones(&pressed)
	if pressed.n == 0 {
		return
	}
	hear, relieve := p.hear.Load(), pressed.relieve
	for _, press := range pressed.list[:pressed.n] {
		if hear != nil && *hear != nil {
			(*hear)(press.digit, press.held)
		}
		if relieve != nil && *relieve != nil {
			(*relieve)(press.digit)
		}
		if pressed.member != nil {
			pressed.member.carry(press.digit)
		}
	}
}

// Anew tells that what comes next is from another source than what came before:
// neither its numbers nor its timestamps have to do with those (RFC 3550 §8.2).
func (p *Port) Anew() {
	p.in.Lock()
	defer p.in.Unlock()
	p.arrived = sequence{}
}

// pass takes a packet as far as it goes. The bytes are a stranger's: should
// they make us fail, they cost their own packet.
func (p *Port) pass(f Frame, pressed *presses) {
	p.in.Lock()
	defer p.in.Unlock()
	defer p.counts.survive()
	p.counts.Received++
	format := p.spoken(f.PayloadType)
	if p.gone || format == nil || format.Codec == transcode.None || len(f.Payload) == 0 || len(f.Payload) > maxPayload {
		p.counts.Dropped++
		return
	}
	a, ok := p.arrive(f.Sequence)
	if !ok {
		return
	}
	p.said.hear(f, a, format)
	way := p.way(format)
	switch {
	case f.PayloadType == format.PayloadType:
		p.keys.sound(pressed)
		p.overhear(f, format.Codec, a, pressed)
		p.resting = false
		if p.staled(&f, format, a) {
			way.skip(f, a)
			break
		}
		p.loud.packet(format.Codec, f.Payload)
		way.audio(f, a)
	case f.PayloadType == format.Events && format.EventsClock != 0:
		p.event(f, a, way, format.EventsClock, pressed)
	case f.PayloadType == format.Noise && format.Noise != 0:
		p.keys.sound(pressed)
		p.resting = true
		p.quiet(f, a, way)
	default:
		p.counts.Dropped++
		p.counts.Unagreed++
		way.skip(f, a)
	}
	p.counts.Hasty += pressed.hasty
	if pressed.n > 0 {
		p.counts.Digits += uint64(pressed.n)
		pressed.relieve, pressed.member = p.uncarried(), p.member
	}
}

// staled reports whether a packet of sound comes out of a stall, too late to be
// heard. The first that is heard again begins a talk spurt (RFC 3551 §4.1).
func (p *Port) staled(f *Frame, format *Format, a arrival) bool {
	if a.order == restarted {
		p.due = schedule{}
	}
	before := p.due.run
	if p.due.passed(f, format.Codec.ClockRate(), p.now()) {
		p.counts.Stale++
		return true
	}
	f.Marker = f.Marker || before > 0
	return false
}

// survive is deferred around what a stranger's bytes do.
func (s *Stats) survive() {
	if recover() != nil {
		s.Panics++
	}
}

// quiet takes a description of noise from the leg.
func (p *Port) quiet(f Frame, a arrival, way path) {
	n, ok := parseNoise(f.Payload)
	if !ok {
		p.counts.Dropped++
		way.skip(f, a)
		return
	}
	way.noise(f, n, a)
}

// uncarried returns who takes digits for the joined leg where its format does
// not carry them.
func (p *Port) uncarried() *func(digit byte) {
	if p.peer == nil {
		return nil
	}
	if to := p.peer.format.Load(); to == nil || to.Codec == transcode.None || to.EventsClock != 0 {
		return nil
	}
	return p.peer.relieve.Load()
}

// arrive puts a packet into its place in the arriving sequence; not ok means
// that it has none.
func (p *Port) arrive(n uint16) (a arrival, ok bool) {
	a.order, a.lost = p.arrived.take(n)
	p.counts.Lost += uint64(a.lost)
	switch a.order {
	case late:
		p.counts.Late++
	case repeated:
		p.counts.Duplicates++
		return a, false
	case astray:
		p.counts.Dropped++
		return a, false
	}
	return a, true
}

// Close ends everything that runs for the port and waits for it. Afterwards
// the port sends nothing and joins nobody.
func (p *Port) Close() {
	p.in.Lock()
	p.gone = true
	p.said.close()
	p.dropCollector(p.collector)
	bond := p.bond
	p.in.Unlock()
	if bond != nil {
		bond.dissolve()
	}
	p.playing.close()
	p.work.stop()
	p.out.close()
	p.waits.Wait()
	closed(p)
}
