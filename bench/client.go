package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"

	"webtrunk/event"
)

var secretKey = regexp.MustCompile(`sk_live_\w+`)

// account makes an account, as an operator does, and returns its secret key.
func (r *rig) account(ctx context.Context, name string, more ...string) (secret string, err error) {
	binary, err := built()
	if err != nil {
		return "", err
	}
	args := append([]string{"account", "create", "--config", r.file, "--name", name,
		"--email", name + "@bench.example", "--destinations", "+1555"}, more...)
	out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
	if secret = secretKey.FindString(string(out)); err != nil || secret == "" {
		return "", fmt.Errorf("no account was made: %w\n%s", err, out)
	}
	return secret, nil
}

// A refusal is an error that the interface has told.
type refusal struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.Code, r.Message) }

// ask makes a request of the interface and reads the answer. What it refuses is
// a *refusal.
func (r *rig) ask(ctx context.Context, secret, method, path string, body, answer any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		told := &refusal{status: res.StatusCode}
		if json.Unmarshal(text, told) != nil || told.Code == "" {
			return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, text)
		}
		return told
	}
	return json.Unmarshal(text, answer)
}

// A called is a call as the interface shows it.
type called struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// callBack has the gateway dial two telephones.
func (r *rig) callBack(ctx context.Context, secret string) (c called, err error) {
	err = r.ask(ctx, secret, http.MethodPost, "/v1/calls", map[string]string{"from": echo, "to": echo}, &c)
	return c, err
}

// story is all that the interface knows of a call.
func (r *rig) story(ctx context.Context, secret, call string) ([]event.Envelope, error) {
	var page struct {
		Data    []event.Envelope `json:"data"`
		HasMore bool             `json:"has_more"`
	}
	err := r.ask(ctx, secret, http.MethodGet, "/v1/calls/"+call+"/events?limit=100", nil, &page)
	if err == nil && page.HasMore {
		err = fmt.Errorf("%s has more than 100 events", call)
	}
	return page.Data, err
}
