package api

import (
	"context"
	"strings"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/install"
)

// Installs says whether widgets work on their owners' pages.
type Installs struct {
	Directory *directory.Directory
	Pages     Pages
	Gateway   install.Gateway // without an origin where whoever asks has to say it
}

// Pages fetches a page as a browser would, for an account.
type Pages interface {
	Read(ctx context.Context, whose webtrunk.AccountID, address string) (install.Page, error)
}

// Routes implements Feature.
func (f Installs) Routes(s *Server) {
	Register(s, Route{Method: "POST", Path: "/v1/widgets/{widget}/check_page", Summary: "Check a page of a widget's site", Tag: "Widgets", Right: directory.WidgetsWrite,
		Doc: "The gateway fetches the page once and says what keeps the widget's button from working there, and what to change: the page's policies, whether the microphone is allowed, the origin, the snippet. Only pages at public addresses are fetched, unless the operator allows others. What scripts add to a page later is not seen."}, f.check)
}

// A PageCheck is what there is to say of a page.
type PageCheck struct {
	Object   string        `json:"object" enum:"page_check" doc:"Always page_check."`
	Page     string        `json:"page" doc:"The page, as it was in the end: its server may have led on." example:"https://shop.example/contact"`
	Works    bool          `json:"works" doc:"Whether nothing was found that keeps the button from working."`
	Findings []PageFinding `json:"findings" nullable:"false" doc:"What was looked at, and what came of it."`
}

// A PageFinding is what there is to say of one thing that the button needs.
type PageFinding struct {
	Code    install.Code  `json:"code" doc:"One word that programs compare." example:"policy_connect"`
	Grade   install.Grade `json:"grade" enum:"well,doubt,fault" doc:"Whether it is as it must be, may keep the button from working, or does."`
	Message string        `json:"message" doc:"What was found, in a sentence."`
	Change  string        `json:"change,omitempty" doc:"The line to write instead." example:"connect-src https://gw.example wss://gw.example"`
	About   string        `json:"about,omitempty" doc:"The origin, key, address or directive that the message speaks of."`
}

type pageToCheck struct {
	WidgetPath
	Body struct {
		Page    string `json:"page" minLength:"1" maxLength:"2048" doc:"The address of the page." example:"https://shop.example/contact"`
		Gateway string `json:"gateway,omitempty" maxLength:"200" doc:"Where pages reach this gateway; needed where its configuration does not say it." example:"https://gw.example"`
	}
}

func (f Installs) check(ctx context.Context, p directory.Principal, in *pageToCheck) (*Answer[PageCheck], error) {
	w, err := f.Directory.Widget(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	gateway, err := f.gateway(in.Body.Gateway)
	if err != nil {
		return nil, err
	}
	page, err := f.Pages.Read(ctx, p.Account, in.Body.Page)
	if err != nil {
		return nil, about("page", err)
	}
	found := install.Check(page, installed(w), gateway)
	shown := PageCheck{Object: "page_check", Page: page.URL.Redacted(), Works: install.Works(found), Findings: []PageFinding{}}
	for _, one := range found {
		shown.Findings = append(shown.Findings, PageFinding{one.Code, one.Grade, one.Message, one.Change, one.About})
	}
	return answer(shown), nil
}

// gateway is where pages get the script from.
func (f Installs) gateway(said string) (install.Gateway, error) {
	g := f.Gateway
	if said != "" {
		g.Origin = strings.TrimSuffix(said, "/")
	}
	origin, err := directory.ParseOrigin(g.Origin)
	if err != nil {
		return g, about("gateway", err)
	}
	g.Origin = string(origin)
	return g, nil
}

// installed is a widget as a page's button meets it.
func installed(w directory.Widget) install.Widget {
	return install.Widget{Key: w.Key, Enabled: w.Enabled, Origins: wordsOf(w.Origins), Permits: func(target string) bool {
		to, err := webtrunk.ParseAddress(target)
		return err == nil && w.Permit(to) == nil
	}}
}
