package static

import (
	"bytes"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var templates = template.Must(template.ParseFS(dist, "dist/demo/*.html", "dist/monitor/*.html", "dist/console/*.html", "dist/admin/*.html", "dist/member/*.html"))

// A view is what the demo's templates see.
type view struct {
	language
	Title string // by its key
	Page  string
	Demo  *Demo
}

// A page is one template, and what it sees for a request.
type page struct {
	name string
	data func(language, *http.Request) any
}

// fixed is for pages that are the same for everyone who reads one language.
func fixed(v view) func(language, *http.Request) any {
	return func(l language, _ *http.Request) any {
		v := v
		v.language = l
		return v
	}
}

// advised is what the page of the line that costs money sees: its visitor is signed in, as a
// site's own would be.
func advised(d *Demo) func(language, *http.Request) any {
	return func(l language, r *http.Request) any {
		caller, member, err := d.Signing(r.Context())
		if err != nil {
			slog.ErrorContext(r.Context(), "nobody is signed in", "page", "advice.html", "err", err)
		}
		return struct {
			view
			Caller, Member string
		}{view{l, "title.advice", "advice", d}, caller, member}
	}
}

// startPage is what the page of a gateway without a demo sees.
func startPage(l language, r *http.Request) any {
	return struct {
		language
		Widget  Version
		Gateway string // scheme and host; empty when they are not known for sure
	}{l, Widget(), origin(r)}
}

// origin is the address under which this server was asked, fit to be copied
// from the page. Only from loopback is there no HTTPS: a proxy that takes it
// off does not always say so, and without it no call could be made.
func origin(r *http.Request) string {
	if !hostname.MatchString(r.Host) {
		return ""
	}
	name, _, _ := strings.Cut(r.Host, ":")
	if r.TLS == nil && (name == "localhost" || name == "127.0.0.1") {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	send(w, r, http.StatusOK, p.name, p.data(speak(w, r), r))
}

// send makes a page of a template and answers with it.
func send(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name, data); err != nil {
		slog.ErrorContext(r.Context(), "page not made", "page", name, "err", err)
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy(r.Host))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "microphone=(self), camera=(self), geolocation=()")
	h.Set("Cross-Origin-Opener-Policy", opens(name))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) // a visitor who has left needs no answer
	}
}

// opens is which windows a page shares itself with. Those with a button may open the
// window that a call moves to, and that one is opened by pages of other sites.
func opens(page string) string {
	switch page {
	case "popout.html":
		return "unsafe-none"
	case "monitor.html", "console.html", "admin.html", "member.html":
		return "same-origin"
	}
	return "same-origin-allow-popups"
}

// hostname is what may be copied from a request into a policy: a host and a
// port, and nothing that could end the directive.
var hostname = regexp.MustCompile(`^[A-Za-z0-9.\-]+(:[0-9]+)?$|^\[[0-9A-Fa-f:.]+\](:[0-9]+)?$`)

// policy is the Content-Security-Policy of our own pages: files of this server
// and nothing else. The WebSocket is named by its host, for older browsers do
// not count it as 'self'.
func policy(host string) string {
	connect := "connect-src 'self'"
	if hostname.MatchString(host) {
		connect += " ws://" + host + " wss://" + host
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data:",
		"media-src 'self'",
		connect,
		"frame-src 'self' https:", // what the widget shows beside a call
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'self'",
		"require-trusted-types-for 'script'",
	}, "; ")
}
