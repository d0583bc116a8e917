package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling/visitor"
)

// act makes an input happen, by the party whom it is about where there is one.
func (p *player) act(in line) error {
	switch in.name {
	case "arrived":
		return p.arrive(in)
	case "requested":
		return p.rig.board.Request(call.Requested{
			ID: webtrunk.NewCallID(), Caller: call.Target{Address: address(in.fields["caller"])},
			To: address(in.fields["to"]), Via: in.fields["via"], Phrase: in.fields["phrase"],
		})
	case "admitted", "refused":
		if p.admitted {
			return p.do(p.input(in))
		}
		p.admitted = true
		select {
		case answer := <-p.asked.admit:
			answer <- p.input(in)
			return nil
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	case "routed", "no_route":
		return p.route(in)
	case "timer_fired", "order_failed":
		return nil // they come by themselves
	case "prompt_ended":
		if p.phrases.end() {
			return nil
		}
	}
	party := p.parties[in.leg()]
	if party == nil && p.how.nobodyThere && strings.HasPrefix(in.name, "leg_") {
		return nil // the edge says so by itself
	}
	if party != nil {
		if done, err := party.act(p, in); done {
			return err
		}
	}
	if in := p.input(in); in != nil {
		return p.do(in)
	}
	return fmt.Errorf("no party can do this")
}

// arrive lets a page, or a telephone, call.
func (p *player) arrive(in line) error {
	if p.journal.call() != "" {
		return p.do(call.Arrived{ID: "call_2", From: address(in.fields["from"]), To: address(in.fields["to"])})
	}
	a := &party{leg: "a"}
	p.parties["a"] = a
	from := address(in.fields["from"])
	to := address(in.fields["to"])
	if from.Scheme == webtrunk.Tel {
		placed, err := p.carrier.Call(p.ctx, from.Value, to.Value, nil)
		a.telephone = placed
		return err
	}
	a.page = p.rig.visit(p.ctx, visitor.Config{Key: in.fields["via"]})
	metadata := map[string]string{}
	if key, value, ok := strings.Cut(in.fields["context"], ":"); ok {
		metadata[key] = value
	}
	var err error
	a.call, err = a.page.Call(p.ctx, strings.TrimPrefix(in.fields["to"], "tel:"), metadata)
	return err
}

// route answers the question that is open, or brings a plan that nobody asked
// for, as a queue does.
func (p *player) route(in line) error {
	i := slices.IndexFunc(p.open, func(ask line) bool {
		to := in.fields["to"]
		return ask.fields["for"] == purpose(in) && (to == "" || address(to) == address(ask.fields["to"]))
	})
	if i < 0 {
		return p.do(p.input(in))
	}
	to := address(p.open[i].fields["to"])
	p.open = slices.Delete(p.open, i, i+1)
	for {
		j := slices.IndexFunc(p.questions, func(q routeQuestion) bool { return q.To == to })
		if j >= 0 {
			p.questions[j].answer <- p.input(in)
			p.questions = slices.Delete(p.questions, j, j+1)
			return nil
		}
		select {
		case q := <-p.asked.route:
			p.questions = append(p.questions, q)
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}
}

// purpose is what a route is for; left out, it is for the call.
func purpose(in line) string {
	if f := in.fields["for"]; f != "" {
		return f
	}
	return string(call.ForCall)
}

// input reads what the switchboard is told, or its seams answer, in words.
func (p *player) input(in line) call.Input {
	leg, f := legID(in.leg()), in.fields
	switch in.name {
	case "admitted":
		terms := call.Terms{RingTime: in.duration("ring_time"), Credit: in.duration("credit"), Longest: in.duration("longest"), Grace: in.duration("grace")}
		return call.Admitted{Terms: p.shortened(terms)}
	case "refused":
		return call.Refused{Cause: call.Cause(f["cause"]), Message: f["message"]}
	case "routed":
		return call.Routed{For: call.Purpose(purpose(in)), To: address(f["to"]), Plan: p.plan(f["plan"])}
	case "no_route":
		return call.NoRoute{For: call.Purpose(purpose(in)), To: address(f["to"]), Cause: call.Cause(f["cause"]), Message: f["message"]}
	case "hang_up":
		return call.HangUp{By: leg, Cause: call.Cause(f["cause"]), Message: f["message"]}
	case "hold":
		return call.Hold{By: leg}
	case "resume":
		return call.Resume{By: leg}
	case "transfer":
		return call.Transfer{By: leg, To: address(f["to"]), Consult: f["consult"] == "true", Name: f["name"], Note: f["note"]}
	case "complete_transfer":
		return call.CompleteTransfer{}
	case "cancel_transfer":
		return call.CancelTransfer{}
	case "invite":
		return call.Invite{By: leg, To: address(f["to"])}
	case "send_digits":
		return call.SendDigits{By: leg, Digits: f["digits"]}
	case "ask":
		digits, _ := strconv.Atoi(f["digits"]) // none where it is left out
		return call.Ask{Leg: leg, Phrase: f["phrase"], Digits: digits, Timeout: p.time("prompt", in.duration("timeout")), Sensitive: f["sensitive"] == "true"}
	case "call_me_back":
		return call.CallMeBack{By: leg, Number: address(f["number"])}
	case "callback_settled":
		return call.CallbackSettled{Promised: in.fields["promised"] == "true"}
	case "rescind":
		return call.Rescind{To: address(f["to"]), Cause: call.Cause(f["cause"])}
	case "place":
		position, _ := strconv.Atoi(f["position"]) // none where it is left out
		return call.Place{Position: position, Wait: in.duration("wait"), Say: f["say"] == "true"}
	case "goodbye":
		return goodbye(f)
	case "extend":
		return call.Extend{Credit: p.time("credit", in.duration("credit"))}
	}
	return report(in)
}

// report is an edge's word on a leg that cannot have come from any edge: the
// transcript wants to see it ignored.
func report(in line) call.Input {
	leg := legID(in.leg())
	switch in.name {
	case "leg_ringing":
		return call.LegRinging{Leg: leg}
	case "leg_answered":
		return call.LegAnswered{Leg: leg}
	case "leg_ended":
		return call.LegEnded{Leg: leg}
	case "leg_digit":
		return call.LegDigit{Leg: leg, Digit: in.fields["digit"]}
	case "prompt_ended":
		return call.PromptEnded{Leg: leg}
	}
	return nil
}

// shortened are terms whose timers that fire do so soon.
func (p *player) shortened(t call.Terms) call.Terms {
	if t.RingTime == 0 {
		t.RingTime = call.DefaultRingTime
	}
	if t.Grace == 0 {
		t.Grace = call.DefaultGrace
	}
	t.RingTime = p.time("ring", t.RingTime)
	t.Grace = p.time("grace", t.Grace)
	t.Longest = p.time("longest", t.Longest)
	t.Credit = p.time("credit", t.Credit)
	return t
}

// plan reads "tel:+1 and tel:+2 @20s then browser:desk", or "queue:support" and
// what else is said of it.
func (p *player) plan(s string) (plan call.Plan) {
	if queue, ok := strings.CutPrefix(s, "queue:"); ok {
		of := parseLine(queue)
		return call.Plan{Queue: of.name, Greeting: of.fields["greeting"], Waiting: call.Waiting{Callback: of.fields["callback"] == "true"}}
	}
	if said, ok := strings.CutPrefix(s, "goodbye "); ok {
		return call.Plan{Goodbye: goodbye(parseLine("goodbye " + said).fields)}
	}
	for stage := range strings.SplitSeq(s, " then ") {
		targets, timeout, _ := strings.Cut(stage, " @")
		made := call.Stage{Timeout: p.time("ring", line{fields: map[string]string{"t": timeout}}.duration("t"))}
		for target := range strings.SplitSeq(targets, " and ") {
			if target != "" && target != "nobody" {
				made.Targets = append(made.Targets, call.Target{Address: address(target)})
			}
		}
		if s != "" {
			plan.Stages = append(plan.Stages, made)
		}
	}
	return plan
}

// goodbye reads what is said to who is turned away.
func goodbye(f map[string]string) call.Goodbye {
	return call.Goodbye{Phrase: f["phrase"], Cause: call.Cause(f["cause"]), Message: f["message"]}
}

// address reads an address of a transcript; what is left out is nobody.
func address(s string) webtrunk.Address {
	if s == "" {
		return webtrunk.Address{}
	}
	a, err := webtrunk.ParseAddress(s)
	if err != nil {
		panic(err) // a transcript's addresses are parsed by package call's tests
	}
	return a
}

// legID turns "b" into 2.
func legID(letter string) call.LegID {
	if letter == "" || letter == "-" {
		return 0
	}
	return call.LegID(letter[0]-'a') + 1
}
