package main

import (
	"strings"

	"webtrunk/trunk"
)

type serveCommand struct {
	Config string `required:"" help:"The configuration to run by; doc/gateway.sample.yaml explains it." placeholder:"FILE"`
}

// Run serves until it is told to stop.
func (c serveCommand) Run(t *terminal) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return explain(c.Config, err)
	}
	g, err := startGateway(cfg, t)
	if err != nil {
		return err
	}
	g.runUntil(t.signals)
	return nil
}

func startGateway(cfg Config, t *terminal) (*gateway, error) {
	g, err := newGateway(cfg, t)
	if err != nil {
		return nil, err
	}
	if err := g.start(); err != nil {
		return nil, err
	}
	g.log.Info("serving", "version", versionName(), "http", g.site.addr().String(), "https", g.site.secure != nil,
		"sip", g.telephones.Addr().String(), "browser_media", g.browsers.MediaAddr().String(), "trunks", names(g.book.Network()))
	return g, nil
}

// newGateway makes a gateway that has taken its HTTP port and nothing else.
func newGateway(cfg Config, t *terminal) (*gateway, error) {
	log := newLogger(t.err, cfg.Log)
	secure, err := newEncryption(cfg.HTTP, log)
	if err != nil {
		return nil, err
	}
	site, err := openSite(cfg.HTTP, secure, "http.listen:", log)
	if err != nil {
		return nil, err
	}
	g := &gateway{cfg: cfg, site: site, log: log}
	g.pageLimits.Legs = max(2000, 2*cfg.Limits.Calls) // a call between pages has two
	return g, nil
}

// names are the trunks' names, for the log.
func names(n trunk.Network) string {
	var all []string
	for _, t := range n.Trunks {
		all = append(all, t.Name)
	}
	return strings.Join(all, " ")
}
