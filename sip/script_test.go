package sip

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// TestScripts plays testdata/*.txt: what a carrier says and what the edge must
// say to it, over real UDP, in exactly this order.
//
//	config KEY=VALUE ...      first line, where the defaults do not do
//	dial NUMBER [KEY=VALUE]   the call dials; KEY=VALUE is its metadata
//	leg WISH                  the call asks the leg: ring, early, answer, hold, resume, digits D, hangup CAUSE
//	< WHAT [METHOD]           the edge says this next: a method, or a status (of METHOD's transaction)
//	< again WHAT              the edge repeats, byte for byte, what it said
//	> STATUS [METHOD] ...     the carrier answers the request that came last, or METHOD's
//	> METHOD ...              the carrier asks
//	report WHAT               the leg reports this next
//	offered FROM TO           the edge offers an arriving call
//	sound CODEC to ADDRESS    the leg's sound goes there, in that codec
//	crash                     the gateway is killed, without a word
//	restart                   and another one starts on its address
//	rescue [STATE]            which is told of the leg, connected or in STATE, to hang it up
//	keys SUITE theirs K       both sides' keys are these, see script_media_test.go
//	done                      nothing is left: no leg, no message, no report
//	connect, disconnect       the carrier opens a connection, closes all that are open
//	redialled                 the edge has connected once more
//	ping                      a double CRLF goes out, and a single one comes back
//
// Behind > stand sdp[=NAME] for a body, tag=T for another To tag, and switches
// that say_test.go lists. Indented lines below < are tests (HEADER ~ TEXT,
// = TEXT, absent, same WHAT, after WHAT, above WHAT, proves USER PASSWORD); below > they
// are headers to set, or to leave out (-HEADER). {edge} and {peer} are
// addresses; {A:B} is header B of the message A that came last.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			play(t, file)
		})
	}
}

// A step is one line and the indented lines below it.
type step struct {
	line  int
	words []string
	below []string
}

func readScript(t *testing.T, file string) []step {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var steps []step
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		text := s.Text()
		switch {
		case strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#"):
		case strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t"):
			last := &steps[len(steps)-1]
			last.below = append(last.below, strings.TrimSpace(text))
		default:
			steps = append(steps, step{line: n, words: strings.Fields(text)})
		}
	}
	return steps
}

// A player plays one script.
type player struct {
	*wire
	file    string
	step    step
	edge    *Edge
	desk    *desk
	leg     switchboard.Leg
	record  recorder // of the leg that we dialled
	reports chan call.Input
	last    map[string]raw // what came last, by method or status; "request" is the last request but ACK
	sent    map[string]raw // what we sent last
	callID  string         // of the calls that we make
	seq     int            // our CSeq
	tag     string         // our tag
	branch  int
	dialled bool // the edge calls us

	cfg       Config
	second    side // see script_life_test.go
	changes   chan trunk.Change
	arrived   []byte // the dialog of the call that was offered last
	restarted bool
	arrivals  int // connections of the edge that the script has told of

	established raw // the last response to our INVITE that has a tag

	talks   map[string]talk // see script_replace_test.go
	talking string
}

func play(t *testing.T, file string) {
	steps := readScript(t, file)
	p := &player{
		wire: newWire(t, "127.0.0.1:0"), file: file,
		last: map[string]raw{}, sent: map[string]raw{}, callID: "c" + token(), seq: 100, tag: "peer",
	}
	cfg := testConfig(t, p.addr())
	if len(steps) > 0 && steps[0].words[0] == "config" {
		p.step = steps[0]
		p.configure(&cfg, steps[0].words[1:])
		steps = steps[1:]
	}
	p.changes = make(chan trunk.Change, 64)
	cfg.Changed = func(c trunk.Change) { p.changes <- c }
	p.edge, p.desk = startEdge(t, cfg)
	p.cfg = cfg
	p.reports = p.desk.reports
	p.wire.edge = p.edge.AddrOf(cfg.Network.Trunks[0].Transport)
	for _, s := range steps {
		p.step = s
		p.play(s)
	}
}

func (p *player) fatal(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("%s:%d: %s: %s", p.file, p.step.line, strings.Join(p.step.words, " "), fmt.Sprintf(format, args...))
}

func (p *player) play(s step) {
	p.t.Helper()
	switch s.words[0] {
	case "dial":
		p.dial(s.words[1:])
	case "leg":
		p.wish(s.words[1:])
	case "<":
		p.expect(s.words[1:])
	case ">":
		p.say(s.words[1:])
	case "report":
		p.reported(strings.Join(s.words[1:], " "))
	case "offered":
		p.offered(s.words[1], s.words[2])
	case "crash":
		p.edge.letGo()
	case "restart":
		p.restart()
	case "rescue":
		p.rescue(s.words[1:])
	case "drain":
		go p.edge.Drain(context.Background())
		p.until("draining", func() bool { p.edge.mu.Lock(); defer p.edge.mu.Unlock(); return p.edge.draining })
	case "sound":
		p.sound(s.words[1], s.words[3])
	case "keys":
		p.keys(s.words[1:])
	case "dialog":
		p.turn(s.words[1])
	case "done":
		p.done()
	case "connect", "disconnect", "redialled", "ping":
		p.line(s.words[0])
	default:
		if !p.playLife(s) {
			p.fatal("no such step")
		}
	}
}

func (p *player) configure(cfg *Config, words []string) {
	tr := &cfg.Network.Trunks[0]
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		d, _ := time.ParseDuration(value)
		switch key {
		case "user":
			tr.Username = value
		case "password":
			tr.Password = value
		case "domain":
			tr.Domain = value
		case "codecs":
			tr.Codecs = strings.Split(value, ",")
		case "prefix":
			tr.Inbound = bare(value)
		case "identity":
			tr.Identity.Believe = true
		case "t1":
			cfg.Timers.T1, cfg.Timers.T2 = d, 4*d
		case "b":
			cfg.Timers.B = d
		case "record":
			cfg.Timers.Record = d
		case "unconfirmed":
			p.record.dumb = true
		case "test":
			tr.Test = true
		case "f":
			cfg.Timers.F = d
		case "h":
			cfg.Timers.H = d
		case "ring":
			cfg.Timers.Ring = d
		case "refresh":
			cfg.Timers.Refresh = d
		case "transport":
			p.overStreams(cfg, value)
		case "linger":
			cfg.Timers.Linger = d
		case "glare":
			cfg.Timers.GlareOurs, cfg.Timers.GlareTheirs = d, d
		case "refer":
			tr.Refer = true
		case "redirects":
			tr.Redirects = strings.Split(value, ",")
		case "leave":
			cfg.Timers.Leave = d
		default:
			if !configureDialog(cfg, key, value) && !configureIdentity(tr, key, value) && !configureRedirect(cfg, key, value) &&
				!configureMedia(cfg, key, value) && !configureJoin(cfg, key, value) && !p.configureLife(cfg, key, value) {
				p.fatal("no such setting: %s", key)
			}
		}
	}
}

func (p *player) dial(words []string) {
	p.dialled = true
	l := call.Leg{ID: 2, Call: webtrunk.CallID("call_test" + p.talking), Kind: call.PSTN, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: words[0]}, Context: map[string]string{}}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "from":
			l.From = webtrunk.Address{Scheme: webtrunk.Tel, Value: value}
		case "replaces":
			l.Replaces = value
		case "anonymous":
			l.Anonymous = true
		default:
			l.Context[key] = value
		}
	}
	leg, err := dialRecorded(p.edge, l, &p.record, func(in call.Input) { p.reports <- in })
	if err != nil {
		p.fatal("%v", err)
	}
	p.leg = leg
}

func (p *player) wish(words []string) {
	var err error
	switch words[0] {
	case "ring":
		err = p.leg.Progress(false)
	case "early":
		err = p.leg.Progress(true)
	case "answer":
		err = p.leg.Answer()
	case "hold":
		err = p.leg.Hold()
	case "resume":
		err = p.leg.Resume()
	case "digits":
		err = p.leg.SendDigits(words[1])
	case "confirm":
		err = p.leg.Confirm()
	case "refer":
		err = p.leg.Refer(webtrunk.Address{Scheme: webtrunk.Tel, Value: words[1]})
	case "rings":
		err = p.leg.Transferring(call.TellTransfer{Result: call.TargetRings})
	case "fails":
		err = p.leg.Transferring(call.TellTransfer{Result: call.TargetNotReached, Cause: call.Cause(words[1])})
	case "hangup":
		p.leg.Hangup(call.HangUpLeg{Cause: call.Cause(words[1])})
	default:
		p.fatal("no such wish")
	}
	if err != nil {
		p.fatal("%v", err)
	}
}

// expect reads what the edge says next.
func (p *player) expect(words []string) {
	p.t.Helper()
	again := words[0] == "again"
	if again {
		words = words[1:]
	}
	for deadline := time.Now().Add(patience); ; {
		m, repeated, ok := p.receive(time.Until(deadline))
		if !ok {
			p.fatal("the edge says nothing")
		}
		if repeated != again { // only timers tell when it repeats itself
			if repeated {
				continue
			}
			p.fatal("the edge says instead:\n%s", m.bytes)
		}
		request, what := m.isRequest()
		_, method := m.cseq()
		if what != words[0] || len(words) > 1 && method != words[1] {
			p.fatal("the edge says instead:\n%s", m.bytes)
		}
		for _, test := range p.step.below {
			p.check(m, test)
		}
		p.last[what] = m
		if !request && method == "INVITE" && m.tag("To") != "" {
			p.established = m
		}
		if request && what != "ACK" {
			p.last["request"] = m
		}
		return
	}
}

func (p *player) check(m raw, test string) {
	p.t.Helper()
	header, rest, _ := strings.Cut(test, " ")
	op, want, _ := strings.Cut(rest, " ")
	if header == "crypto" {
		op = header
	}
	want = p.expand(want)
	got := m.part(header)
	ok := false
	switch op {
	case "~":
		ok = strings.Contains(got, want)
	case "!~":
		ok = !strings.Contains(got, want)
	case "=":
		ok = got == want
	case "absent":
		ok = got == ""
	case "same":
		ok = got == p.last[want].part(header)
	case "differs":
		ok = got != p.last[want].part(header)
	case "after":
		n, _ := m.cseq()
		before, _ := p.last[want].cseq()
		ok = n == before+1
	case "above":
		n, _ := m.cseq()
		before, _ := p.last[want].cseq()
		ok = n > before+100
	case "proves":
		var user, password string
		fmt.Sscan(want, &user, &password)
		ok = proves(got, m, user, password)
	default:
		if header != "crypto" {
			p.fatal("no such test: %s", test)
		}
		ok = p.cryptoCheck(m, test)
	}
	if !ok {
		p.fatal("%s fails: %s is %q in\n%s", test, header, got, m.bytes)
	}
}

// proves checks digest credentials as a carrier does (RFC 7616 §3.4.1).
func proves(header string, m raw, user, password string) bool {
	c, err := digest.ParseCredentials(header)
	if err != nil || c.URI != m.uri() || c.Username != user {
		return false
	}
	_, method := m.isRequest()
	chal := &digest.Challenge{Realm: c.Realm, Nonce: c.Nonce, Algorithm: c.Algorithm, Opaque: c.Opaque}
	if c.QOP != "" {
		chal.QOP = []string{c.QOP}
	}
	options := digest.Options{Method: method, URI: c.URI, Username: user, Password: password, Cnonce: c.Cnonce, Count: c.Nc}
	ofSession(chal, &options)
	want, err := digest.Digest(chal, options)
	return err == nil && want.Response == c.Response
}

// expand puts addresses and what came into a text.
func (p *player) expand(s string) string {
	s = strings.NewReplacer("{edge}", p.wire.edge.String(), "{peer}", p.addr().String(), "{callid}", p.callID).Replace(s)
	for {
		before, after, found := strings.Cut(s, "{")
		name, rest, closed := strings.Cut(after, "}")
		what, header, _ := strings.Cut(strings.TrimPrefix(name, p.talking+" "), ":")
		if !found || !closed {
			return s
		}
		value := p.last[what].get(header)
		switch header {
		case "tag":
			value = p.last[what].tag("To")
		case "fromtag":
			value = p.last[what].tag("From")
		case "number":
			value, _, _ = strings.Cut(p.last[what].get("CSeq"), " ")
		case "target":
			value = p.last[what].contact()
		}
		s = before + value + rest
	}
}

// reported waits for the leg's next report.
func (p *player) reported(want string) {
	p.t.Helper()
	select {
	case in := <-p.reports:
		p.keepsDialog(in)
		if got := describeInput(in); got != want {
			p.fatal("the leg reports %q", got)
		}
	case <-time.After(patience):
		p.fatal("the leg reports nothing")
	}
}

func describeInput(in call.Input) string {
	switch in := in.(type) {
	case call.LegRinging:
		return "ringing"
	case call.LegProgress:
		return "progress"
	case call.LegAnswered:
		return "answered"
	case call.LegHeld:
		return "held"
	case call.LegResumed:
		return "resumed"
	case call.LegDigit:
		return "digit " + in.Digit
	case call.Transfer:
		return strings.TrimSpace(fmt.Sprintf("transfer %s %s", in.To, in.Replaces))
	case call.LegReferred:
		return fmt.Sprintf("referred %d", in.SIPCode)
	case call.LegDialog:
		return "dialog"
	case call.LegEnded:
		if in.SIPCode == 0 {
			return "ended " + string(in.Cause)
		}
		return fmt.Sprintf("ended %s %d", in.Cause, in.SIPCode)
	}
	return fmt.Sprintf("%T", in)
}

func (p *player) offered(from, to string) {
	p.t.Helper()
	select {
	case o := <-p.desk.offers:
		if o.in.From.String() != from && !(from == "-" && o.in.From.IsZero()) || o.in.To.String() != to {
			p.fatal("offered: from %s to %s", o.in.From, o.in.To)
		}
		if o.in.Kind != call.PSTN || o.in.Via != "carrier" || o.in.ID == "" {
			p.fatal("offered: %+v", o.in)
		}
		if len(o.in.Dialog) == 0 || o.in.Test != p.cfg.Network.Trunks[0].Test {
			p.fatal("offered: %+v", o.in)
		}
		p.leg, p.arrived = o.leg, o.in.Dialog
	case <-time.After(patience):
		p.fatal("nothing is offered")
	}
}

func (p *player) until(what string, is func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			p.fatal("not %s", what)
		}
	}
}

// done checks that the story is over on all sides.
func (p *player) done() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.edge.quiet(ctx); err != nil {
		p.fatal("%d legs are not finished", p.edge.Stats().Legs)
	}
	for {
		m, repeated, ok := p.receive(time.Millisecond)
		if !ok {
			break
		}
		if !repeated {
			p.fatal("the edge says more:\n%s", m.bytes)
		}
	}
	p.quietSecond()
	select {
	case in := <-p.reports:
		p.fatal("the leg reports more: %s", describeInput(in))
	default:
	}
	s := p.edge.Stats()
	if s.Panics != 0 {
		p.fatal("%d panics", s.Panics)
	}
	if s.Ghosts != 0 && !p.restarted {
		p.fatal("%d ghosts, and nobody died", s.Ghosts)
	}
	if faults := p.record.faults(); len(faults) > 0 {
		p.fatal("%v", faults)
	}
}

// restart starts an edge where the one that crashed was.
func (p *player) restart() {
	cfg := p.cfg
	cfg.Listen = p.wire.edge
	p.edge, p.desk = startEdge(p.t, cfg)
	p.reports, p.restarted = p.desk.reports, true
}

// rescue hands the leg's last dialog to the edge, as recovery does.
func (p *player) rescue(words []string) {
	l := call.Leg{ID: 2, Call: "call_test", Kind: call.PSTN, State: call.Connected, Dialog: p.record.state()}
	if !p.dialled {
		l.ID, l.Dialog = 1, p.arrived
	}
	if len(words) > 0 {
		l.State = call.LegState(words[0])
	}
	p.edge.Rescue(l)
}
