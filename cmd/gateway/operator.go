package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"webtrunk"
)

// An Operator is whoever asks a running gateway for what is the operator's, over
// its API.
type Operator struct {
	URL string `name:"url" default:"http://127.0.0.1:8080" env:"WEBTRUNK_URL" help:"Where the gateway is." placeholder:"URL"`
	Key string `name:"key" env:"WEBTRUNK_API_KEY" help:"An API key of the operator's account. Better put it into WEBTRUNK_API_KEY: others on this machine can read command lines." placeholder:"KEY"`
}

// askTime is longer than the gateway takes for anything.
const askTime = time.Minute

// ask makes one request and returns what a gateway that is willing answers.
func (o Operator) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	failed := func(kind webtrunk.Kind, format string, args ...any) error {
		return &webtrunk.Error{Op: "ask", Kind: kind, Message: fmt.Sprintf(format, args...)}
	}
	base, err := url.Parse(o.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, failed(webtrunk.Invalid, "--url %q is no address of a gateway: write it as http://127.0.0.1:8080", o.URL)
	}
	if o.Key == "" {
		return nil, failed(webtrunk.Invalid, "an API key of the operator's account is needed: set WEBTRUNK_API_KEY to it, or give it with --key")
	}
	ctx, done := context.WithTimeout(ctx, askTime)
	defer done()
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(o.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+o.Key)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		return nil, failed(webtrunk.Unavailable, "no gateway answers at %s: start it, or name the right address with --url", o.URL)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return nil, failed(webtrunk.Unavailable, "the connection to %s was lost", o.URL)
	}
	if res.StatusCode < 300 {
		return text, nil
	}
	var problem struct {
		Message  string
		Remedies []string
	}
	if json.Unmarshal(text, &problem) != nil || problem.Message == "" {
		problem.Message = fmt.Sprintf("%s answers %s, which is no answer of a gateway's API", o.URL, res.Status)
	}
	return nil, failed(webtrunk.Invalid, "%s", strings.Join(append([]string{problem.Message}, problem.Remedies...), " "))
}

// printed is text in which what strangers had a say in cannot move the cursor.
func printed(text string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) && r != '\n' {
			return '·'
		}
		return r
	}, strings.TrimSuffix(text, "\n"))
}
