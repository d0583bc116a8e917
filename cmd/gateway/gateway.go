package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/api"
	"webtrunk/archive"
	"webtrunk/archive/files"
	"webtrunk/archive/recordings"
	"webtrunk/archive/voicemail"
	"webtrunk/billing"
	"webtrunk/billing/cashier"
	"webtrunk/billing/charge"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	desks "webtrunk/dispatch/desk"
	"webtrunk/event"
	"webtrunk/load"
	"webtrunk/media"
	"webtrunk/media/prompt"
	"webtrunk/member"
	"webtrunk/policy"
	"webtrunk/room"
	"webtrunk/signaling"
	"webtrunk/sip"
	"webtrunk/static"
	"webtrunk/store"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/trunk"
	"webtrunk/webhook"
)

// A gateway is all parts, started and joined.
type gateway struct {
	cfg       Config
	pages     *static.Demo // nil when serving for real
	simulated bool         // the trunk leads to a simulated carrier
	furnish   func() error // what a demo puts into its directory; nil when serving for real
	staff     func() error // likewise: its queue, and who answers it
	site      *site        // open, not yet served: its ports are taken before anything happens
	log       *slog.Logger

	pageLimits signaling.Limits // zero fields are the defaults; tests cannot wait for a grace
	probeTime  time.Duration    // likewise: how long a trunk's test listens
	measure    load.Config      // likewise: how the load is measured
	sampled    time.Duration    // likewise: how often the sound of legs is
	tick       time.Duration    // likewise: how often a call's price is posted
	sipTimers  sip.Timers       // zero but in tests, which cannot wait for a dead trunk

	store        *store.DB
	hub          *event.Hub
	consumers    []*event.Consumer
	api          *api.Server
	metrics      *api.Metrics
	journal      *journal.Journal
	mailboxes    *voicemail.Mailboxes
	library      *recordings.Library // of calls
	files        *files.Files        // that people in calls send each other
	ticketing    sync.WaitGroup      // tickets for them that are asked for
	rooms        *room.Rooms
	archive      *archive.Archive
	webhooks     *webhook.Sender
	directory    *directory.Directory
	queues       *dispatch.Book
	desk         *desks.Desk
	book         *trunk.Book
	news         *trunkNews
	policy       *policy.Guard
	ledger       *ledger.Ledger
	billing      *billing.Book
	cashier      *cashier.Cashier
	webhook      http.Handler   // of Stripe; nil where it is not
	testPayments string         // where the provider without money is; empty where there is none
	answering    sync.WaitGroup // answers to prices that are being noted
	sockets      *media.Sockets
	verifier     *member.Verifier
	telephones   *sip.Edge
	browsers     *signaling.Server
	board        *switchboard.Switchboard
	phrases      *prompt.Library
	load         *load.Gauge
	counted      atomic.Pointer[switchboard.Switchboard] // board, for who counts its calls from the start
	charges      *charge.Desk

	started stack
}

// start starts the parts in order. If one cannot start, those before it are
// stopped again, and the error says which setting to change.
func (g *gateway) start() error {
	g.started.push(func() { g.site.quit(); g.site.wait() })
	for _, step := range []func() error{
		g.openDatabase,
		g.openVoicemail,
		g.openRecordings,
		g.openFiles,
		g.openRooms,
		g.openEvents,
		g.openPolicy,
		g.openBilling,
		g.openPayments,
		g.openCharges,
		g.openConsumers,
		g.openMetrics,
		g.openDirectory,
		g.openBook,
		g.openJournal,
		g.openLoad,
		g.openSockets,
		g.openTelephones,
		g.openBrowsers,
		g.openPhrases,
		g.openQueues,
		g.hire,
		g.openSwitchboard,
		g.recoverCalls,
		g.consume,
		g.openInterface,
		g.openMetricsSite,
		g.serve,
	} {
		if err := step(); err != nil {
			g.stop()
			return err
		}
	}
	return nil
}

// openDirectory makes the operator's account hold what the configuration says.
func (g *gateway) openDirectory() (err error) {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	if g.directory, err = directory.Open(ctx, g.store, directory.Options{Site: g.cfg.HTTP.origin(), Domain: g.cfg.SIP.Domain, Leaving: g.leaving, Log: g.log}); err != nil {
		return err
	}
	if err = g.provision(ctx); err == nil && g.furnish != nil {
		err = g.furnish()
	}
	return err
}

func (g *gateway) provision(ctx context.Context) error {
	contents := g.cfg.contents()
	contents.Test = g.simulated
	_, err := g.directory.Provision(ctx, contents)
	return err
}

// hire has a demo's callers find somebody.
func (g *gateway) hire() error {
	if g.staff == nil {
		return nil
	}
	return g.staff()
}

func (g *gateway) openSockets() (err error) {
	m := g.cfg.Media
	if g.sockets, err = media.NewSockets(m.Listen, m.RTPPorts.first, m.RTPPorts.last); err != nil {
		return setting("media.listen and media.rtp_ports", err)
	}
	g.started.push(g.sockets.Close)
	return nil
}

func (g *gateway) openTelephones() error {
	g.news = newTrunkNews()
	network := g.book.Network()
	if err := g.situate(&network); err != nil {
		return err
	}
	public, err := advertised(g.cfg, g.mainTrunk())
	if err != nil {
		return err
	}
	c := sip.Config{
		Listen: g.cfg.SIP.Listen, Public: public, Network: network, Sockets: g.sockets, Log: g.log,
		Timers: g.sipTimers, Full: g.load.Enter, Permit: g.mayMove, Join: g.mayConnect, Changed: g.trunkChanged,
	}
	if err := g.streams(&c); err != nil {
		return err
	}
	g.telephones, err = sip.Listen(c)
	if err != nil {
		return setting("sip.listen", err)
	}
	g.started.push(func() {
		if err := g.telephones.Close(); err != nil {
			g.log.Warn("the telephone edge did not close cleanly", "error", err)
		}
	})
	return nil
}

func (g *gateway) openBrowsers() (err error) {
	var servers []signaling.ICEServer
	for _, s := range g.cfg.ICEServers {
		servers = append(servers, signaling.ICEServer(s))
	}
	g.browsers, err = signaling.New(signaling.Config{
		Auth:           authenticator{g.directory, g.policy},
		Media:          netip.AddrPortFrom(g.cfg.Media.ICEListen, g.cfg.Media.ICEPort),
		PublicIPs:      g.cfg.PublicAddresses,
		ICEServers:     servers,
		VideoBitrate:   g.cfg.Media.Video.bitrate(),
		TrustedProxies: prefixes(g.cfg.HTTP.TrustedProxies),
		Log:            g.log,
		Limits:         g.pageLimits,
		Full:           g.load.Enter,
		Codec:          g.cfg.Media.Codec,
		Loaded:         g.load.Loaded,
		Rooms:          roomsForPages{g},
		Bills:          billsForPages{g},
		Charges:        chargesForPages{g},
		Letters:        lettersForPages{g.letters(), g.directory},
		Here:           func(at webtrunk.Address, open bool) { g.desk.Here(at, open) }, // nobody comes before all is open
	})
	if err != nil {
		return setting("media.ice_port", err)
	}
	g.started.push(g.browsers.Close)
	return nil
}

func (g *gateway) openSwitchboard() error {
	g.verifier = &member.Verifier{Directory: g.directory, Reach: g.callers(), Log: g.log}
	g.started.push(g.verifier.Wait)
	g.board = switchboard.New(switchboard.Config{
		Edges: g.edges(),
		Admitters: []switchboard.Admitter{
			admitter{g.directory, g.policy},
			g.policy,
			lines{g.cfg.Limits, func() int { return g.board.Running() }},
			g.billing, // last: what it sets aside is for calls that may be made
		},
		Router:  g.router(),
		Journal: followed{g.policy, g.journal},
		Room:    g.load.Admit,
		Measure: g.sampled,
		Log:     g.log,
		Phrases: g.phrases, Ringback: g.ringback, Recorder: g.recorder(), Recordings: g.recordings(),
		Saw: func(v call.View, events []call.Event) {
			g.desk.Saw(v, events)
			g.billing.Saw(v, events)
			g.charges.Saw(v, events)
			g.verifier.Saw(v, events)
		},
	})
	g.billing.SetCalls(g.board)
	g.verifier.Calls = g.board
	g.counted.Store(g.board)
	g.started.push(g.hangUp)
	return nil
}

// edges are what carries each kind of leg.
func (g *gateway) edges() map[call.Kind]switchboard.Edge {
	return map[call.Kind]switchboard.Edge{call.WebRTC: g.browsers, call.PSTN: g.telephones, call.SIP: g.telephones}
}

// hangUp ends the calls that still run, while the edges can still tell the
// parties.
func (g *gateway) hangUp() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	g.board.Drain(now)
}

// serve opens the doors, when everything behind them stands.
func (g *gateway) serve() error {
	g.telephones.Start(exchange{g.directory, g.board})
	g.browsers.Serve(g.board)
	g.site.serve(routes(g.pagesAndLinks(), g.browsers, courier{g}, g.payments(), g.observed(), behind(g.cfg.HTTP)))
	g.started.push(g.site.quit)
	return nil
}

// pagesAndLinks are the pages that are the same for everybody, and those that
// references' links open.
func (g *gateway) pagesAndLinks() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", static.Handler(g.pages))
	mux.Handle("/r/", static.Links(g.directory.Link))
	return mux
}

// drain takes no new calls and waits for the running ones. When ctx ends they
// are hung up.
func (g *gateway) drain(ctx context.Context) {
	g.site.draining.Store(true)
	var wg sync.WaitGroup
	wg.Go(func() { g.board.Drain(ctx) })
	for _, edge := range []interface{ Drain(context.Context) error }{g.telephones, g.browsers} {
		wg.Go(func() { _ = edge.Drain(ctx) }) // an error is ctx's, and stop follows
	}
	wg.Wait()
}

// stop ends everything at once and waits for it.
func (g *gateway) stop() { g.started.unwind() }

// runUntil runs until a signal comes, drains, and stops. A second signal ends
// the calls that are left.
func (g *gateway) runUntil(signals <-chan os.Signal) {
	signal := <-signals
	ctx, hangUp := context.WithTimeout(context.Background(), g.cfg.DrainTimeout)
	defer hangUp()
	g.log.Info("stopping: running calls may end, new ones are refused; a second signal hangs up", "signal", signal.String(),
		"running_calls", g.board.Running(), "drain_timeout", g.cfg.DrainTimeout)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		g.drain(ctx)
	}()
	for ended := false; !ended; {
		select {
		case <-drained:
			ended = true
		case <-signals:
			g.log.Info("told to stop again: hanging up", "running_calls", g.board.Running())
			hangUp()
		}
	}
	g.stop()
	g.log.Info("stopped")
}

// setting names what to change about a start that failed.
func setting(name string, err error) error {
	return &webtrunk.Error{Op: name, Kind: webtrunk.KindOf(err), Err: err,
		Message: fmt.Sprintf("%s. The setting is %s", strings.TrimSuffix(webtrunk.MessageOf(err, err.Error()), "."), name)}
}
