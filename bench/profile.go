package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// profile takes a CPU profile of the gateway for a while; without a name, none.
func (g *gateway) profile(ctx context.Context, name string, lasting time.Duration) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := g.look(ctx, fmt.Sprintf("profile?seconds=%d", max(1, int(lasting.Seconds()))), f); err != nil {
		return err
	}
	return f.Close()
}

// tidy has the gateway collect its garbage and give back what it does not use, so
// that what is left is in use. Without that, the resident set before the calls
// holds free memory which they then fill, and grows by less than they take.
func (g *gateway) tidy(ctx context.Context) error {
	if g.debug == "" {
		return nil
	}
	return g.look(ctx, "tidy", io.Discard)
}

// look reads one of a profiled gateway's pages.
func (r *rig) look(ctx context.Context, page string, to io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.debug+"/debug/pprof/"+page, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the gateway's %s: %s", page, res.Status)
	}
	_, err = io.Copy(to, res.Body)
	return err
}
