package carrier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A SessionTimer is RFC 4028 as a carrier wants it: each call has to be
// refreshed within Interval, or the carrier hangs it up as dead. In whole
// seconds, as the headers count them; one lasts [Config.ScriptSecond]. The zero
// value wants nothing, and takes refreshes as they come.
type SessionTimer struct {
	Interval time.Duration
	By       Party // who refreshes; Us when empty
}

func (s SessionTimer) header(asks bool) sip.Header {
	role := "uas"
	if asks == (s.By != Them) {
		role = "uac"
	}
	return sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=%s", s.Interval/time.Second, role))
}

// A keeper is the session timer of one call. It belongs to the signalling loop.
type keeper struct {
	refresh *alarm
	expire  *alarm
	mute    bool // see FallSilent
}

func (k *keeper) stop() {
	k.refresh.stop()
	k.expire.stop()
}

// keepsTime reports whether msg is from somebody who has session timers.
func keepsTime(msg sip.Message) bool {
	return slices.ContainsFunc(msg.GetHeaders("Supported"), func(h sip.Header) bool {
		return slices.ContainsFunc(strings.Split(h.Value(), ","), func(s string) bool { return strings.TrimSpace(s) == "timer" })
	})
}

// wantTime writes into a request what interval we want (§7.1).
func (call *Call) wantTime(req *sip.Request) {
	if t := call.c.cfg.Session; t.Interval > 0 {
		req.AppendHeader(sip.NewHeader("Supported", "timer"))
		req.AppendHeader(t.header(true))
	}
}

// grantTime writes into our 2xx to req when the session ends and who is to
// prevent that (§9), and begins the interval.
func (call *Call) grantTime(req *sip.Request, res *sip.Response) {
	if t := call.c.cfg.Session; t.Interval > 0 && keepsTime(req) {
		res.AppendHeader(t.header(false))
		res.AppendHeader(sip.NewHeader("Require", "timer"))
		call.keep(t.Interval)
	}
}

// heardTime begins the interval that a 2xx to our request has granted (§7.2).
func (call *Call) heardTime(res *sip.Response) {
	hs := res.GetHeaders("Session-Expires")
	if len(hs) == 0 || call.c.cfg.Session.Interval == 0 {
		return
	}
	number, _, _ := strings.Cut(hs[0].Value(), ";")
	if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && n > 0 {
		call.keep(time.Duration(n) * time.Second)
	}
}

// keep starts the interval anew. Its end is ours to enforce, whoever refreshes
// (§10).
func (call *Call) keep(interval time.Duration) {
	k, whole := &call.keeper, call.c.seconds(interval.Seconds())
	k.stop()
	if k.mute {
		return
	}
	k.expire = call.c.clock.after(whole, func() {
		if !call.over() {
			call.bye("nobody refreshed the session", func(*sip.Response) {})
		}
	})
	if call.c.cfg.Session.By != Them {
		k.refresh = call.c.clock.after(whole/2, call.freshen)
	}
}

// freshen refreshes the session by UPDATE without a description (§7.4).
func (call *Call) freshen() {
	if call.over() {
		return
	}
	req := call.dialog.request(sip.UPDATE)
	req.AppendHeader(call.c.contact(call.self()))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	call.wantTime(req)
	req.SetBody(nil)
	call.c.request(req, call.dialog.hop(), func(res *sip.Response) {
		if res != nil && res.StatusCode/100 == 2 {
			call.dialog.retarget(res)
			call.heardTime(res)
		}
		if res == nil || res.StatusCode >= 200 {
			call.lost(res)
		}
	})
}

// FallSilent makes a carrier that refreshes its sessions forget this one, as a
// switch does that has lost a call: no refresh is sent any more, and the end of
// the interval is the other side's to notice.
func (call *Call) FallSilent() error {
	return call.act(func() error {
		call.keeper.mute = true
		call.keeper.stop()
		return nil
	})
}
