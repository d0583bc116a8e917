package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"

	"webtrunk/signaling/visitor"
)

// A staff is a queue of the operator's, and the pages of its agents.
type staff struct {
	*rig
	queue  string
	agents []string
	pages  []*visitor.Visitor
}

// A created is what the interface has made, as far as one needs it.
type created struct {
	ID       string `json:"id"`
	Password string `json:"one_time_password"`
}

// queued is a number of ours that leads to the queue.
const queued = "+15550100002"

// hire makes the queue and its agents, who log in and open their pages.
func (r *rig) hire(ctx context.Context, agents int) (s *staff, err error) {
	s = &staff{rig: r}
	var queue, reference, number created
	if err := r.ask(ctx, r.secret, "POST", "/v1/queues", map[string]any{"name": "Bench", "strategy": "ring_all"}, &queue); err != nil {
		return s, err
	}
	s.queue = queue.ID
	if err := r.ask(ctx, r.secret, "POST", "/v1/references", map[string]any{"target": "queue:" + s.queue}, &reference); err != nil {
		return s, err
	}
	var numbers struct {
		Data []struct {
			Account string `json:"account"`
		} `json:"data"`
	}
	if err := r.ask(ctx, r.secret, "GET", "/v1/numbers", nil, &numbers); err != nil {
		return s, err
	}
	if err := r.ask(ctx, r.secret, "POST", "/v1/numbers", map[string]any{"number": queued, "account": numbers.Data[0].Account}, &number); err != nil {
		return s, err
	}
	if err := r.ask(ctx, r.secret, "POST", "/v1/numbers/"+number.ID, map[string]any{"reference": reference.ID}, &created{}); err != nil {
		return s, err
	}
	for i := range agents {
		if err := s.add(ctx, i); err != nil {
			return s, err
		}
	}
	return s, nil
}

// add makes one agent and opens their page.
func (s *staff) add(ctx context.Context, n int) error {
	var person, agent created
	email := fmt.Sprintf("agent%d@bench.example", n)
	if err := s.ask(ctx, s.secret, "POST", "/v1/people", map[string]any{"email": email, "name": fmt.Sprint("Agent ", n), "role": "agent"}, &person); err != nil {
		return err
	}
	if err := s.ask(ctx, s.secret, "POST", "/v1/agents", map[string]any{"person": person.ID, "queues": []string{s.queue}}, &agent); err != nil {
		return err
	}
	hello, err := s.login(ctx, email, person.Password)
	if err != nil {
		return fmt.Errorf("an agent logs in: %w", err)
	}
	page, err := visitor.Dial(ctx, s.url, hello)
	if err != nil {
		return err
	}
	s.agents, s.pages = append(s.agents, agent.ID), append(s.pages, page)
	return nil
}

// login is what a browser does at the console, up to what its page says hello with.
func (s *staff) login(ctx context.Context, email, password string) (hello visitor.Config, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return hello, err
	}
	browser := &http.Client{Jar: jar}
	defer browser.CloseIdleConnections()
	var session struct {
		CSRF string `json:"csrf_token"`
	}
	var token struct {
		Key   string `json:"key"`
		Token string `json:"token"`
	}
	err = post(ctx, browser, s.base+"/v1/session", "", map[string]any{"email": email, "password": password, "new_password": "a password of the bench's"}, &session)
	if err == nil {
		err = post(ctx, browser, s.base+"/v1/session/agent_token", session.CSRF, map[string]any{}, &token)
	}
	return visitor.Config{Key: token.Key, Token: token.Token, Origin: s.base}, err
}

// post makes a request as a page does.
func post(ctx context.Context, browser *http.Client, url, csrf string, body, answer any) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", url, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", csrf)
	req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host) // a browser's: our own page
	res, err := browser.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("POST %s: %s: %s", url, res.Status, text)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, answer)
}

// are has all agents be available, or away.
func (s *staff) are(ctx context.Context, presence string) (err error) {
	for _, agent := range s.agents {
		err = errors.Join(err, s.ask(ctx, s.secret, "PUT", "/v1/agents/"+agent+"/presence", map[string]any{"presence": presence}, &created{}))
	}
	return err
}

// A floor is how the queue is at a moment.
type floor struct {
	Waiting   int `json:"waiting"`
	Available int `json:"agents_available"`
}

// looks waits until the queue is as wanted.
func (s *staff) looks(ctx context.Context, what string, is func(floor) bool) error {
	return until(ctx, what, func() (bool, error) {
		var f floor
		err := s.ask(ctx, s.secret, "GET", "/v1/queues/"+s.queue+"/live", nil, &f)
		return is(f), err
	})
}

func (s *staff) close() {
	for _, p := range s.pages {
		p.Close()
	}
}
