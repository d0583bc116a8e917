package main

import (
	"crypto/rand"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/static"
	"webtrunk/trunk"
)

type demoCommand struct {
	HTTP     hostPort `name:"http" default:"127.0.0.1:8080" help:"Where to serve the pages; :8080 for other machines too." placeholder:"ADDRESS"`
	HTTPS    bool     `name:"https" help:"Serve over HTTPS with a certificate made now, so that browsers on other machines give a microphone."`
	Database string   `name:"database" help:"Where to keep what happens, such as sqlite:demo.db. By default it is forgotten." placeholder:"URL"`
	Prompts  string   `name:"prompts" help:"Sounds that are played instead of ours: a directory as in prompts.directory." placeholder:"DIR"`
	Log      string   `name:"log" default:"info" enum:"debug,info,warn,error" help:"What to log: debug, info, warn or error."`
}

// Run demonstrates until it is told to stop.
func (c demoCommand) Run(t *terminal) error {
	d, err := startDemo(c, newLogger(t.err, LogConfig{Level: c.Log}))
	if err != nil {
		return err
	}
	defer d.close()
	d.introduce(t.out)
	d.runUntil(t.signals)
	return nil
}

// A demo is a gateway with a telephone network in a box, so that it needs
// neither files nor a carrier. All its ports but HTTP's are free ones, so that
// several can run at once; all its keys are made anew.
type demo struct {
	*gateway
	carrier *carrier.Carrier
	command demoCommand
	forget  func() // what is not to be kept
	account demoAccount
}

func startDemo(c demoCommand, log *slog.Logger) (*demo, error) {
	network, err := carrier.Start(carrier.Config{Log: log.With("part", "carrier")})
	if err != nil {
		return nil, err
	}
	d := &demo{carrier: network, command: c}
	if err := d.startGateway(log); err != nil {
		network.Close()
		return nil, err
	}
	network.SetGateway(d.telephones.Addr())
	return d, nil
}

func (d *demo) startGateway(log *slog.Logger) error {
	secure, err := d.command.encryption()
	if err != nil {
		return err
	}
	site, err := openSite(HTTPConfig{Listen: d.command.HTTP}, secure, "--http", log)
	if err != nil {
		return err
	}
	d.gateway = &gateway{cfg: defaultConfig(), site: site, log: log, simulated: true, furnish: d.furnish, staff: d.staff}
	if err := d.remember(); err != nil {
		return err
	}
	d.listen()
	d.fill()
	if err := d.start(); err != nil {
		d.forget()
		return err
	}
	return nil
}

// remember chooses the database.
func (d *demo) remember() (err error) {
	d.cfg.Database, d.forget = d.command.Database, func() {}
	if d.cfg.Database == "" {
		d.cfg.Database, d.forget, err = temporaryDatabase()
	}
	if file, is := strings.CutPrefix(d.cfg.Database, "sqlite:"); is {
		d.cfg.Voicemail.Directory = filepath.Join(filepath.Dir(file), "voicemail")
		d.cfg.Recordings.Directory = filepath.Join(filepath.Dir(file), "recordings")
		d.cfg.Files.Directory = filepath.Join(filepath.Dir(file), "files")
	}
	return err
}

// close stops the gateway, and the telephone network after it.
func (d *demo) close() {
	d.stop()
	d.carrier.Close()
	d.forget()
}

// listen keeps everything on loopback. Browsers' sound alone comes in from
// other machines, if the pages do.
func (d *demo) listen() {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	d.cfg.SIP.Listen, d.cfg.SIP.Domain = netip.AddrPortFrom(loopback, 0), loopback.String()
	d.cfg.HTTP.PublicURL = d.urls()[0]
	d.cfg.Media.Listen, d.cfg.Media.ICEListen, d.cfg.Media.ICEPort = loopback, loopback, 0
	if !d.command.HTTP.loopback() {
		d.cfg.Media.ICEListen = netip.IPv4Unspecified()
	}
	d.cfg.Payments.Test = &TestPaymentsConfig{Listen: "127.0.0.1:0"}
	d.cfg.Prompts.Directory = d.command.Prompts
	d.cfg.DrainTimeout = 5 * time.Second // nobody waits for a demo
}

// fill makes keys and references, and says where the numbers lead.
func (d *demo) fill() {
	own := webtrunk.Address{Scheme: webtrunk.Tel, Value: deskNumber}
	origins := d.origins()
	p := &static.Demo{
		Key: "pk_test_demo_" + secret(), Reference: "ref_shop_" + secret(),
		Echo:     echoDemoNumber,
		AgentKey: "pk_test_desk_" + secret(), AgentToken: secret() + secret(), AgentNumber: deskNumber,
	}
	for _, n := range carrier.Numbers() {
		p.Numbers = append(p.Numbers, static.Number{Number: n.Number, Says: n.Does})
	}
	p.Numbers = append(p.Numbers, static.Number{Number: deskNumber, Says: "rings at the desk, if its page is open"})
	desk := "ref_desk_" + secret()
	d.pages = p
	d.cfg.Trunks = []trunk.Trunk{{Name: "demo", Proxy: d.carrier.Addr().String(), Identity: trunk.Identity{CallerID: own}, Context: []string{"*"}}}
	d.cfg.VoicePolicy.AllowPrefixes = []string{"+1555010"} // the box's, which are fictional everywhere else
	d.cfg.References = []ReferenceConfig{
		{p.Reference, webtrunk.Address{Scheme: webtrunk.Tel, Value: shopNumber}},
		{desk, webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}},
	}
	d.cfg.Numbers = []NumberConfig{{deskNumber, desk}}
	d.cfg.Keys = []KeyConfig{
		{Key: p.Key, Origins: origins, Destinations: to(p.Reference, "+1555"), Metadata: []string{"page", "product", "cart"}},
		{Key: p.AgentKey, Origins: origins, Destinations: to("+1555")},
	}
	d.cfg.Receivers = []ReceiverConfig{{Name: "desk", Token: p.AgentToken}}
}

const (
	echoDemoNumber = "+15550100101" // the carrier's: says back what it hears
	shopNumber     = "+15550100102" // the carrier's: speaks a sentence, then echoes
	deskNumber     = "+15550100001" // ours; the trunk presents it, so whoever calls back calls the desk
)

// secret returns 60 random bits, so that keys and references of different
// starts cannot be mistaken for each other.
func secret() string { return strings.ToLower(rand.Text()[:12]) }

func to(names ...string) (ds []directory.Destination) {
	for _, name := range names {
		d, err := directory.ParseDestination(name)
		if err != nil {
			panic(err) // the demo's own names
		}
		ds = append(ds, d)
	}
	return ds
}
