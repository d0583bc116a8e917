package call

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// wants is what a call's state asks of the world: who hears whom, what is
// played, which timers run, what the caller has been told. The machine never
// decides these one by one: it compares what is wanted before and after an
// input, and orders the difference. So no path through the machine can forget
// to stop a tone or a timer.
type wants struct {
	bridge      []LegID           // all of them hear each other
	beside      []Beside          // and these hear them
	plays       map[LegID]playing // and these hear something instead
	onHold      []LegID           // these are told that they are on hold
	told        told              // how far the arrived caller has been told
	absent      []absence         // these pages are told that somebody's connection is lost
	asked       []LegID           // these pages only write, and others would talk
	queued      TellQueued        // what a page that waits in a queue has been told; Leg 0: that it does not
	record      TellMessage       // and one that leaves a message
	recording   wantedRecording
	ofRecording map[LegID]TellRecording // what these pages are told of it
	timers      map[Timer]running
	live        []LegID
}

// playing tells apart two prompts of the same phrase by their number.
type playing struct {
	phrase string
	number int
}

// running is a timer's time; a new number restarts it.
type running struct {
	after  time.Duration
	number int
}

// told is what an arrived caller knows, rising.
type told int

const (
	nothing told = iota
	ringing
	early
	answered
)

func (c *Call) wants() wants {
	if c.status == "" || c.Ended() {
		return wants{}
	}
	bridge, onHold := c.wantsBridge(), c.wantsOnHold()
	return wants{
		bridge: bridge, beside: c.wantsBeside(bridge), plays: c.wantsPlays(onHold), onHold: onHold, told: c.wantsTold(),
		absent: c.wantsAbsent(bridge), asked: c.wantsAsked(), queued: c.wantsQueued(), record: c.wantsRecord(), timers: c.wantsTimers(),
		recording: c.wantsRecording(), ofRecording: c.wantsToldOfRecording(),
		live: c.legsWhere(func(l Leg) bool { return l.State != Ended }),
	}
}

// group returns the legs that belong together now, before hold and prompts
// take some of them out.
func (c *Call) group() []LegID {
	switch {
	case !c.answered:
		return c.earlyGroup()
	case c.transfer == nil, c.transfer.Refer: // they talk until the other network has the target
		return c.talking()
	}
	target := c.consulting()
	if target == 0 && !c.inQueue() { // who waits hears no agent's network
		target = c.firstEarly(ForTransfer)
	}
	group := c.listeners()
	if target != 0 {
		group = append(group, target)
	}
	return group
}

// listeners are the parties that a transfer's target will talk to first: the
// transferor when consulting, else those who are handed over.
func (c *Call) listeners() []LegID {
	if c.transfer.Consult && c.connected(c.transfer.By) {
		return []LegID{c.transfer.By}
	}
	return c.transferees()
}

// earlyGroup lets the caller hear the first callee that sends early media.
func (c *Call) earlyGroup() []LegID {
	callee := c.firstEarly(ForCall)
	if callee == 0 || !c.live(1) || c.queued.Queue != "" { // who waits hears no agent's network
		return nil
	}
	return []LegID{1, callee}
}

// firstEarly returns the first dialled leg with early media, or 0.
func (c *Call) firstEarly(p Purpose) LegID {
	for _, id := range c.dialling(p) {
		if c.leg(id).State == EarlyMedia {
			return id
		}
	}
	return 0
}

func (c *Call) wantsBridge() []LegID {
	out := func(id LegID) bool { return c.leg(id).Held || c.silent(id) || c.prompts[id].number > 0 }
	hears := slices.DeleteFunc(c.group(), out)
	if len(hears) < 2 {
		return nil
	}
	return hears
}

// wantsPlays: nothing to who only writes; prompts before all, the ringback tone for whoever waits for an
// answer, music for who waits in a queue, and for those who are on hold and do not hold the others too: they
// listen, where a telephone that holds says that it does not.
func (c *Call) wantsPlays(onHold []LegID) map[LegID]playing {
	plays := map[LegID]playing{}
	for _, id := range onHold {
		if !c.leg(id).Held {
			plays[id] = playing{phrase: HoldMusic}
		}
	}
	for _, id := range c.waiting() {
		plays[id] = playing{phrase: c.tune()}
	}
	for id, p := range c.prompts {
		plays[id] = playing{phrase: p.Phrase, number: p.number}
	}
	maps.DeleteFunc(plays, func(id LegID, _ playing) bool { return c.silent(id) })
	return plays
}

// waiting returns the parties that hear the ringback tone, or their queue's music.
func (c *Call) waiting() []LegID {
	switch {
	case c.answered && c.transfer != nil && !c.transfer.Refer && c.consulting() == 0:
		return c.waitingForTarget()
	case c.answered || len(c.earlyGroup()) > 0 || !c.live(1) || c.message != nil: // who leaves a message speaks into silence
		return nil
	}
	caller := c.leg(1)
	ringing := (c.status == StatusRinging || c.queues()) && caller.Kind == WebRTC && !c.callback
	if ringing || caller.State == Connected {
		return []LegID{1}
	}
	return nil // a telephone that we have not answered makes its own tone
}

// waitingForTarget returns the parties that hear it ring at a transfer's target:
// who will talk to it first, until it sends sound of its own, and who hands the call
// over without a word and has yet to see whether it is taken. Who holds does not listen.
func (c *Call) waitingForTarget() (ids []LegID) {
	if c.inQueue() || c.firstEarly(ForTransfer) == 0 {
		ids = c.listeners()
	}
	if by := c.transfer.By; !c.transfer.Consult && c.connected(by) && !c.leg(by).Held {
		ids = append(ids, by)
	}
	return ids
}

// wantsOnHold: parties who have somebody to talk to, all of whom have put
// them on hold, and those whom a consulting transferor left waiting.
func (c *Call) wantsOnHold() []LegID {
	if c.transfer != nil && c.transfer.Consult && c.connected(c.transfer.By) {
		return c.transferees()
	}
	group := c.group()
	return slices.DeleteFunc(slices.Clone(group), func(id LegID) bool {
		heard := func(other LegID) bool { return other != id && !c.leg(other).Held }
		return len(group) < 2 || slices.ContainsFunc(group, heard) || c.leg(id).State != Connected
	})
}

func (c *Call) wantsTold() told {
	caller := c.leg(1)
	if c.callback {
		return nothing
	}
	switch {
	case caller.State == Connected:
		return answered
	case c.queued.Queue != "": // he waits, and shall notice nothing else
	case c.firstEarly(ForCall) != 0:
		return early
	case c.status == StatusRinging:
		return ringing
	}
	return nothing
}

func (c *Call) wantsTimers() map[Timer]running {
	timers := map[Timer]running{}
	for _, l := range c.legs {
		if l.dialling() && c.dialled(l.ID) {
			timers[Timer{RingTimer, l.ID}] = running{after: l.RingTime}
		}
		if l.Lost {
			timers[Timer{GraceTimer, l.ID}] = running{after: c.terms.Grace}
		}
	}
	for id, p := range c.prompts {
		timers[Timer{PromptTimer, id}] = running{p.Timeout, p.number}
	}
	if c.speaks() {
		timers[Timer{Name: MessageTimer}] = running{after: c.message.Longest}
	}
	if c.message != nil && c.message.over {
		timers[Timer{Name: SaveTimer}] = running{after: saving}
	}
	if c.asksBack() {
		timers[Timer{Name: PromiseTimer}] = running{after: promising}
	}
	if c.queues() {
		timers[Timer{Name: WaitTimer}] = running{after: cmp.Or(c.queued.Waiting.Most, DefaultWait)}
	}
	if c.answered {
		timers[Timer{Name: LongestTimer}] = running{after: c.terms.Longest}
		if c.terms.Credit > 0 && !c.writes() {
			timers[Timer{Name: CreditTimer}] = running{c.terms.Credit, c.extended}
		}
	}
	return timers
}

// changes returns the orders that lead from one want to another. What stops
// comes before what starts.
func (w wants) changes(to wants) []Order {
	var orders []Order
	for _, t := range sortedTimers(w.timers) {
		if _, still := to.timers[t]; !still {
			orders = append(orders, StopTimer{t})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.plays)) {
		if to.plays[id] != w.plays[id] && slices.Contains(to.live, id) {
			orders = append(orders, StopPlay{id})
		}
	}
	orders = append(orders, w.recording.ends(to.recording)...)
	orders = append(orders, w.tells(to)...)
	if !slices.Equal(w.bridge, to.bridge) || !slices.Equal(w.beside, to.beside) {
		orders = append(orders, Bridge{to.bridge, to.beside})
	}
	orders = append(orders, w.recording.starts(to.recording)...)
	for _, id := range slices.Sorted(maps.Keys(to.plays)) {
		if to.plays[id] != w.plays[id] {
			orders = append(orders, Play{Leg: id, Phrase: to.plays[id].phrase})
		}
	}
	for _, t := range sortedTimers(to.timers) {
		if w.timers[t] != to.timers[t] {
			orders = append(orders, StartTimer{t, to.timers[t].after})
		}
	}
	return orders
}

// tells returns what the legs are told about the call.
func (w wants) tells(to wants) []Order {
	var orders []Order
	if to.record != w.record && to.record.Leg != 0 {
		orders = append(orders, to.record) // first, so that a page does not take it for somebody's answer
	}
	if to.told > w.told {
		orders = append(orders, [...]Order{nil, TellRinging{1}, TellEarly{1}, AnswerLeg{1}}[to.told])
	}
	if was := w.queued; was.Again && to.queued.Leg != was.Leg && slices.Contains(to.live, was.Leg) {
		orders = append(orders, AnswerLeg{was.Leg}) // it talks again
	}
	if to.queued != w.queued && to.queued.Leg != 0 {
		orders = append(orders, to.queued)
	}
	orders = append(orders, w.tellsAbsent(to)...)
	orders = append(orders, w.tellsAsked(to)...)
	orders = append(orders, w.tellsOfRecording(to)...)
	for _, id := range w.onHold {
		if !slices.Contains(to.onHold, id) && slices.Contains(to.live, id) {
			orders = append(orders, ResumeLeg{id})
		}
	}
	for _, id := range to.onHold {
		if !slices.Contains(w.onHold, id) {
			orders = append(orders, HoldLeg{id})
		}
	}
	return orders
}

func sortedTimers(timers map[Timer]running) []Timer {
	return slices.SortedFunc(maps.Keys(timers), func(a, b Timer) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Leg, b.Leg))
	})
}
