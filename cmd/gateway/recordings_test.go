package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thesyncim/gopus"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/media/ogg"
	"webtrunk/soundcheck"
)

// calledIn is the number under which a switchroom's queue is called.
const calledIn = "+15550100144"

// rung has a telephone call the queue.
func (c *switchroom) rung() *carrier.Call {
	c.t.Helper()
	_, err := c.directory.CreateNumber(c.ctx, c.by, directory.NewNumber{Account: c.by.Account, Test: true, Number: calledIn, Reference: c.ref})
	must(c.t, err)
	phone := dial(c.t, c.demo, calledIn)
	reaches(c.t, phone, carrier.Reached(carrier.Confirmed))
	return phone
}

// taken are the names of what lies among the recordings.
func (c *switchroom) taken() (names []string) {
	c.t.Helper()
	all, err := os.ReadDir(c.cfg.Recordings.Directory)
	must(c.t, err)
	for _, f := range all {
		names = append(names, f.Name())
	}
	return names
}

// kept waits for the recordings of the one call that there is.
func (c *switchroom) kept(n int) (all []recordings.Recording) {
	c.t.Helper()
	c.until(func() bool {
		var err error
		all, err = c.library.List(c.ctx, c.by.Account, true, 10, "")
		must(c.t, err)
		return len(all) == n
	})
	return all
}

// channels are what a test account's recording sounds like on its left and on its right.
func (d *demo) channels(t *testing.T, account webtrunk.AccountID, id string) (left, right []int16) {
	t.Helper()
	file, err := d.library.Open(t.Context(), account, true, id)
	must(t, err)
	defer file.Close()
	r, err := ogg.NewReader(file)
	must(t, err)
	dec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: soundcheck.Rate, Channels: 2})
	must(t, err)
	for {
		packet, _, err := r.Next()
		if err == io.EOF {
			return left, right
		}
		must(t, err)
		var pcm [2 * 960]int16
		n, err := dec.DecodeInt16(packet, pcm[:])
		must(t, err)
		for i := range n {
			left, right = append(left, pcm[2*i]), append(right, pcm[2*i+1])
		}
	}
}

// records tells the recording of a running call something, over the interface.
func (c *switchroom) records(id, what string) {
	c.t.Helper()
	q, err := http.NewRequestWithContext(c.ctx, "POST", c.urls()[0]+"/v1/calls/"+id+"/recording/"+what, nil)
	must(c.t, err)
	q.Header.Set("Authorization", "Bearer "+c.account.key)
	res, err := client(nil).Do(q)
	must(c.t, err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(res.Body)
		c.t.Fatalf("%s: %s", res.Status, body)
	}
}

// running is the one call that runs.
func (c *switchroom) running() webtrunk.CallID {
	c.t.Helper()
	all := c.board.Snapshot()
	if len(all) != 1 {
		c.t.Fatalf("%d calls run", len(all))
	}
	return all[0].View.ID
}

// longestSilence is how many samples in a row are silent, where most are.
func longestSilence(pcm []int16) (longest int) {
	run := 0
	for _, s := range pcm {
		if run++; s > 40 || s < -40 {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// recording is the recording's state, as a page was told last.
func (w writer) recording() string {
	if all := w.call.Messages("recording"); len(all) > 0 {
		return all[len(all)-1].State
	}
	return ""
}

// asked waits until a telephone has heard the question whether it may be recorded, and
// returns what it heard. It is compared later: a busy machine takes longer for that than
// the telephone has to answer.
func (c *switchroom) asked(phone *carrier.Call) []int16 {
	c.t.Helper()
	return longer(c.t, phone.Heard, len(recited(c.t, c.phrases, "may_be_recorded"))+soundcheck.Rate)
}

// question asserts that what was heard is the question, and not that nothing is asked.
func (c *switchroom) question(heard []int16) {
	c.t.Helper()
	if err := soundcheck.Hears(heard, recited(c.t, c.phrases, "may_be_recorded"), recited(c.t, c.phrases, "recording")); err != nil {
		c.t.Error(err)
	}
}

// TestACallIsRecordedByConsent: a telephone that waits is asked, and nothing is written
// before it has pressed 1; then each side's speech is on its own channel. What is said while
// the agent pauses is not there, but its time is; and retention takes the file.
func TestACallIsRecordedByConsent(t *testing.T) {
	t.Parallel()
	c := startSwitchroom(t, dispatch.Queue{Name: "Support", Recording: "ask", Ring: 60})
	_, pages := c.agent("ada", 1)
	phone := c.rung()
	asked := c.asked(phone)
	ring := c.rings(pages[0])
	must(t, ring.Accept(c.ctx))
	ada := writer{c, pages[0], ring}
	ada.until("it is known that it is not recorded yet", func() bool { return ada.recording() == "off" })
	if files := c.taken(); len(files) > 0 {
		t.Fatalf("before consent there is %q", files)
	}
	must(t, phone.SendDigits(c.ctx, "1"))
	ada.until("it records", func() bool { return ada.recording() == "on" })
	c.question(asked)

	harbour, garden := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	stop := saysOn(c.ctx, ring.Speak, garden)
	must(t, phone.Play(c.ctx, harbour))
	listen(t, phone.Heard, "the agent, at the telephone", garden)
	stop()
	must(t, pages[0].SendRaw([]byte(`{"type":"record","id":"`+ring.ID+`","action":"pause"}`)))
	ada.until("it is paused", func() bool { return ada.recording() == "paused" })
	secret := recited(t, c.phrases, "hold")
	stop = saysOn(c.ctx, phone.Play, secret)
	listen(t, ring.Heard, "what is said in the pause, at the agent's", secret)
	stop()
	id := string(c.running())
	c.records(id, "resume")
	ada.until("it goes on", func() bool { return ada.recording() == "on" })
	must(t, phone.Play(c.ctx, harbour))
	must(t, phone.Hangup(c.ctx))

	kept := c.kept(1)[0]
	if kept.Call != webtrunk.CallID(id) || kept.Leg != 1 || kept.Interrupted {
		t.Errorf("kept as %+v", kept)
	}
	left, right := c.channels(t, c.by.Account, kept.ID)
	if err := soundcheck.Hears(left, harbour, garden, secret); err != nil {
		t.Error("on the left: ", err)
	}
	if err := soundcheck.Hears(right, garden, harbour, secret); err != nil {
		t.Error("on the right: ", err)
	}
	if gap := longestSilence(left); gap < len(secret)/2 {
		t.Errorf("the longest silence has %d samples, and what was said in the pause %d", gap, len(secret))
	}
	want := []string{"recording.planned", "consent.granted", "consent.granted", "recording.started", "recording.paused", "recording.resumed"}
	if got := c.ofCall(id, "recording.planned"); len(got) != 1 {
		t.Errorf("planned %q", got)
	}
	for _, kind := range want {
		if len(c.ofCall(id, kind)) == 0 {
			t.Errorf("nothing was told of %s", kind)
		}
	}
	if n, err := c.library.Expire(c.ctx, c.by.Account, true, kept.Created.Add(time.Second)); n != 1 || err != nil || len(c.taken()) > 0 {
		t.Errorf("retention took %d: %v; left is %q", n, err, c.taken())
	}
}

// TestWhoDeclinesIsNotRecorded: another key is no consent; the call goes on, and not even a
// temporary file is there, then or later.
func TestWhoDeclinesIsNotRecorded(t *testing.T) {
	t.Parallel()
	c := startSwitchroom(t, dispatch.Queue{Name: "Support", Recording: "ask", Ring: 60})
	_, pages := c.agent("ada", 1)
	phone := c.rung()
	asked := c.asked(phone)
	must(t, phone.SendDigits(c.ctx, "2"))
	c.question(asked)
	ring := c.rings(pages[0])
	must(t, ring.Accept(c.ctx))
	id := string(c.running())
	c.until(func() bool { return len(c.ofCall(id, "consent.declined")) == 1 })
	garden := soundcheck.Sentence(soundcheck.Garden)
	stop := saysOn(c.ctx, ring.Speak, garden)
	listen(t, phone.Heard, "the agent, at the telephone", garden)
	stop()
	if files := c.taken(); len(files) > 0 {
		t.Errorf("there is %q", files)
	}
	must(t, phone.Hangup(c.ctx))
	c.until(func() bool { return len(c.ofCall(id, "call.ended")) == 1 })
	c.library.Wait()
	if files := c.taken(); len(files) > 0 {
		t.Errorf("there is %q", files)
	}
	if told := c.ofCall(id, "recording.started"); len(told) > 0 {
		t.Errorf("told of %q", told)
	}
}

// TestAVisitorIsAskedOnThePage: a page is asked in writing while it waits, and says yes; the
// account's own policy has a tone tell of it, which both hear, and takes consent back at once.
func TestAVisitorIsAskedOnThePage(t *testing.T) {
	t.Parallel()
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, err := c.library.SetPolicy(c.ctx, c.by.Account, true, c.by.ID, recordings.Policy{Consent: call.ByAsking, Beep: 5})
	must(t, err)
	_, pages := c.agent("ada", 1)
	ann, ada := c.meet(pages[0])
	ann.until("ann is asked", func() bool { return ann.recording() == "asked" })
	consent := func(granted string) {
		t.Helper()
		must(t, ann.page.SendRaw([]byte(`{"type":"consent","id":"`+ann.call.ID+`","granted":`+granted+`,"language":"en"}`)))
	}
	consent("true")
	for _, w := range []writer{ann, ada} {
		w.until("it records", func() bool { return w.recording() == "on" })
	}
	tone := make([]int16, soundcheck.Rate/10) // half of it: the codec takes its ends
	for i := range tone {
		tone[i] = int16(8000 * math.Sin(2*math.Pi*1400*float64(i)/soundcheck.Rate))
	}
	for name, w := range map[string]writer{"ann": ann, "ada": ada} {
		w.until(name+" hears the tone", func() bool { likeness, _ := find(w.call.Heard(), tone); return likeness > 0.8 })
	}
	must(t, ann.page.SendRaw([]byte(`{"type":"record","id":"`+ann.call.ID+`","action":"pause"}`)))
	ann.until("a visitor controls nothing", func() bool {
		for _, m := range ann.page.Messages() {
			if m.Type == "error" && strings.Contains(m.Text, "no say") {
				return true
			}
		}
		return false
	})
	consent("false")
	ada.until("it is paused", func() bool { return ada.recording() == "paused" })
	id := string(c.running())
	_, err = ada.call.Hangup(c.ctx)
	must(t, err)
	if kept := c.kept(1)[0]; kept.Call != webtrunk.CallID(id) {
		t.Errorf("kept as %+v", kept)
	}
	var said []string
	for r, err := range c.store.Read(c.ctx, event.Stream{Account: c.by.Account}, 0) {
		must(t, err)
		if r.Type == "consent.granted" {
			said = append(said, string(r.Data))
		}
	}
	if on := strings.Join(said, " "); len(said) != 2 || !strings.Contains(on, `"method":"page","text":"`+call.ConsentText+`","language":"en"`) || !strings.Contains(on, `"method":"staff"`) {
		t.Errorf("consent is on record as %q", said)
	}
}

// The words by which consent is sought have a version, which is on record with each consent:
// who changes them writes another into call.ConsentText, and its digest here.
func TestTheWordsOfConsentHaveAVersion(t *testing.T) {
	digests := map[string]string{"2026-11": "e8b87344ab0a589af77eb993c5e97808c861356cb13591db26ffcc5f098e7828"}
	sum := sha256.New()
	for _, language := range []string{"ar", "en", "zh"} {
		words, err := os.ReadFile("../../media/prompt/words/" + language + ".txt")
		must(t, err)
		for line := range strings.Lines(string(words)) {
			if strings.HasPrefix(line, "recording = ") || strings.HasPrefix(line, "may_be_recorded = ") {
				sum.Write([]byte(line))
			}
		}
	}
	page, err := os.ReadFile("../../static/src/recordwords.ts")
	must(t, err)
	for line := range strings.Lines(string(page)) { // the question, and its answers
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "asked: ") || strings.HasPrefix(line, "yes: ") || strings.HasPrefix(line, "no: ") {
			sum.Write([]byte(line))
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != digests[call.ConsentText] {
		t.Errorf("the words are not those of the version %s: their digest is %s", call.ConsentText, got)
	}
}
