package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"webtrunk/event"
	"webtrunk/webhook"
)

// A forwarder brings events to a developer's own server, as a webhook would,
// but that it may be on this machine and that nothing is sent twice: what the
// server answers is printed, and the developer decides.
type forwarder struct {
	to     string
	secret webhook.Secret
	out    io.Writer
	http   *http.Client
}

// newForwarder says with what it signs, unless that was given.
func newForwarder(to, secret string, t *terminal) (*forwarder, error) {
	at, err := url.Parse(to)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, wrong("--forward %q is no address: write it as http://localhost:3000/hook", to)
	}
	if at.Scheme == "http" && !nearby(at.Hostname()) {
		return nil, wrong("--forward %q is not on this machine or network, so that everybody on the way could read who calls whom: write https://", to)
	}
	f := &forwarder{to: to, out: t.out, http: &http.Client{
		Timeout:       15 * time.Second, // as webhooks have
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if secret != "" {
		f.secret, err = webhook.ParseSecret(secret)
		return f, err
	}
	f.secret = webhook.NewSecret()
	_, err = fmt.Fprintf(t.err, "Forwarding to %s, signed with %s\n", to, f.secret.Reveal())
	return f, err
}

// nearby reports whether a host is on this machine or a network of its own,
// where events may go in the open.
func nearby(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, suffix := range []string{".localhost", ".local", ".internal"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return !strings.Contains(host, ".") // of the machine, or of containers beside it
}

// after forwards each event once something else was done with it.
func (f *forwarder) after(first taker) taker {
	return func(ctx context.Context, e event.Envelope) error {
		if err := first(ctx, e); err != nil {
			return err
		}
		began := time.Now()
		answer := f.post(ctx, e)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := fmt.Fprintf(f.out, "    %s → %s, %v\n", e.Type, answer, time.Since(began).Round(time.Millisecond))
		return err
	}
}

// post sends an event and returns what was answered, or why nothing was.
func (f *forwarder) post(ctx context.Context, e event.Envelope) string {
	body := []byte(asJSON(e))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.to, bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	webhook.Sign(r.Header, e.ID, time.Now(), body, f.secret)
	res, err := f.http.Do(r)
	if err != nil {
		cause := (*url.Error)(nil)
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return "no answer: " + err.Error()
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10) // so that the connection can be used again
	return res.Status
}
