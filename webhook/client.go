package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"webtrunk"
	"webtrunk/event"
)

const (
	responseKept    = 1 << 10  // of an answer's body, in the log
	responseDrained = 64 << 10 // read so that the connection can be used again
	headersRead     = 16 << 10
)

// client returns one that connects only where the reach allows, by no proxy,
// and does not follow redirects.
func (r Reach) client(idle int) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: r.control, Resolver: r.Resolver}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: headersRead,
			MaxIdleConnsPerHost:    idle,
			MaxIdleConns:           256,
			IdleConnTimeout:        30 * time.Second,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// An outcome is how one attempt went.
type outcome struct {
	at         time.Time
	code       int
	took       time.Duration
	response   string
	problem    string // a sentence; empty for success
	retryAfter time.Duration
	fate       fate
}

// A fate is what an attempt came to if it was none.
type fate uint8

const (
	tried   fate = iota
	untried      // it does not count, and is due again when it ended
	lost         // there is nothing to send any more
)

// post makes one attempt.
func (s *Sender) post(ctx context.Context, c claimed, envelope event.Envelope) outcome {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	out := outcome{at: time.Now()}
	req, err := request(ctx, c, envelope, out.at)
	if err != nil {
		out.problem = webtrunk.MessageOf(err, "The event could not be written in this format.")
		return out
	}
	res, err := s.client.Do(req)
	if err == nil {
		out.code, out.retryAfter = res.StatusCode, retryAfter(res.Header, time.Now())
		out.response, err = read(res.Body)
		res.Body.Close()
	}
	out.took = time.Since(out.at)
	out.problem = problem(out.code, err, s.Timeout)
	return out
}

// request is the signed message.
func request(ctx context.Context, c claimed, envelope event.Envelope, now time.Time) (*http.Request, error) {
	b, mediaType, err := body(c.endpoint.Format, envelope)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.URL, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", mediaType)
	req.Header.Set("User-Agent", "Webtrunk-Webhooks/1")
	Sign(req.Header, c.event, now, b, c.secrets...)
	return req, nil
}

// read returns the beginning of an answer's body as text.
func read(body io.Reader) (string, error) {
	head, err := io.ReadAll(io.LimitReader(body, responseKept))
	if err == nil {
		_, err = io.CopyN(io.Discard, body, responseDrained)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return text(string(head), responseKept), err
}

// problem says in a sentence why an attempt failed; empty if it did not.
func problem(code int, err error, timeout time.Duration) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var refused *webtrunk.Error
	switch {
	case code >= 200 && code <= 299:
		return "" // what became of the body does not matter
	case code == http.StatusGone:
		return "The receiver answered 410 Gone: it wants no more events."
	case code >= 300 && code <= 399:
		return fmt.Sprintf("The receiver answered %d, a redirect. Redirects are not followed: register the URL that it leads to.", code)
	case code != 0:
		return fmt.Sprintf("The receiver answered %d %s. Any answer from 200 to 299 means that the event has arrived.", code, http.StatusText(code))
	case errors.As(err, &refused):
		return refused.Message
	case errors.As(err, &dns) && dns.IsNotFound:
		return "The receiver's name " + quoted(dns.Name) + " is not in the DNS."
	case errors.As(err, &certificate):
		return "The receiver's certificate is not valid: " + text(certificate.Err.Error(), 200) + "."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("The receiver did not answer within %v. Answer at once, and do the work afterwards.", timeout)
	}
	return "The receiver could not be reached: " + text(root(err).Error(), 200) + "."
}

// root is the innermost error, without addresses of ours and the URL.
func root(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
