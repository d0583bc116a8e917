package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// sent finds when an event happened without reading all of it: a thousand
// subscribers in this process must not be what is measured.
func sent(text []byte) (at time.Time, ok bool) {
	_, rest, found := bytes.Cut(text, []byte(`"timestamp":"`))
	moment, _, ended := bytes.Cut(rest, []byte(`"`))
	if !found || !ended {
		return at, false
	}
	at, err := time.Parse(time.RFC3339Nano, string(moment))
	return at, err == nil
}

// follow opens a stream of calls' events from one of this machine's addresses. read
// tells of each event, how long after it happened it came, until ctx ends.
func (r *rig) follow(ctx context.Context, secret, from string) (read func(told func(time.Duration)) error, err error) {
	own := &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext, ReadBufferSize: 2048}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/v1/events/stream?after=latest&types=call.*", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	res, err := (&http.Client{Transport: own}).Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("no stream: %s", res.Status)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(make([]byte, 2048), 1<<20)
	lines.Scan() // its place: from here on nothing is missed
	return func(told func(time.Duration)) error {
		defer own.CloseIdleConnections()
		defer res.Body.Close()
		for lines.Scan() {
			if at, is := sent(lines.Bytes()); is {
				told(time.Since(at))
			}
			if bytes.HasPrefix(lines.Bytes(), []byte("event: resync")) {
				return fmt.Errorf("a subscriber was cut off")
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("a stream ended: %w", lines.Err())
	}, nil
}
