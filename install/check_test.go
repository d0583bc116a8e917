package install

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const (
	script = `<script type="module" src="https://gw.example/v1/widget.js"></script>`
	button = `<webtrunk-call key="pk_live_shop" to="ref_sales"></webtrunk-call>`
)

var (
	shop = Widget{Key: "pk_live_shop", Enabled: true, Origins: []string{"https://shop.example"}, Permits: func(to string) bool { return to == "ref_sales" }}
	gw   = Gateway{Origin: "https://gw.example", Pinned: "/v1/widget-0123456789ab.js"}
)

// page is what a server answers; headers come in pairs.
func page(t *testing.T, address, html string, headers ...string) Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p := Page{URL: u, Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte("<!doctype html><title>Shop</title>" + html)}
	for i := 0; i+1 < len(headers); i += 2 {
		p.Header.Add(headers[i], headers[i+1])
	}
	return p
}

// complaints are the findings that are not well.
func complaints(all []Finding) (codes []Code) {
	for _, f := range all {
		if f.Grade != Well {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

func TestWhatThePageHolds(t *testing.T) {
	for name, c := range map[string]struct {
		html string
		want []Code
	}{
		"the snippet":                    {script + button, nil},
		"the snippet in a head":          {"<head>" + script + "</head><body><div>" + button + "</div></body>", nil},
		"a pinned version":               {`<script type=module crossorigin src="https://gw.example/v1/widget-0123456789ab.js" integrity="sha384-x"></script>` + button, nil},
		"an address without scheme":      {`<script type="MODULE" src="//gw.example/v1/widget.js"></script>` + button, nil},
		"a relative address with a base": {`<base href="https://gw.example/x/"><script type="module" src="/v1/widget.js"></script>` + button, nil},
		"a button without a target":      {script + `<webtrunk-call key=pk_live_shop></webtrunk-call>`, nil},
		"nothing":                        {"<p>Hello", []Code{ScriptMissing, ElementMissing}},
		"only the script":                {script, []Code{ElementMissing}},
		"only the button":                {button, []Code{ScriptMissing}},
		"in a comment":                   {"<!-- " + script + button + " -->", []Code{ScriptMissing, ElementMissing}},
		"in a script's text":             {`<script>const a = '` + button + `'</script>` + script, []Code{ElementMissing}},
		"no module":                      {strings.Replace(script, ` type="module"`, "", 1) + button, []Code{ScriptNotModule}},
		"another gateway's":              {strings.Replace(script, "gw.example", "old.example", 1) + button, []Code{ScriptForeign}},
		"both gateways'":                 {strings.Replace(script, "gw.example", "old.example", 1) + script + button, nil},
		"an old version":                 {strings.Replace(script, "widget.js", "widget-ffffffffffff.js", 1) + button, []Code{ScriptOld}},
		"the newest, held to a hash":     {strings.Replace(script, "src=", `integrity="sha384-x" src=`, 1) + button, []Code{ScriptUnpinned}},
		"another key":                    {script + `<webtrunk-call key="pk_test_shop" to="ref_sales"></webtrunk-call>`, []Code{ElementOtherKey}},
		"no key":                         {script + `<webtrunk-call></webtrunk-call>`, []Code{ElementOtherKey}},
		"two keys":                       {script + `<webtrunk-call key="pk_other"></webtrunk-call>` + button, nil},
		"a target that is not allowed":   {script + `<webtrunk-call key="pk_live_shop" to="ref_boss"></webtrunk-call>`, []Code{TargetNotAllowed}},
		"a frame":                        {`<iframe src="https://shop.example/chat"></iframe>`, []Code{ScriptMissing, ElementInFrame}},
		"a policy in the page":           {`<meta http-equiv="content-security-policy" content="script-src 'self'">` + script + button, []Code{PolicyScript}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := complaints(Check(page(t, "https://shop.example/contact", c.html), shop, gw)); !slices.Equal(got, c.want) {
				t.Errorf("the complaints are %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatIsAddedByScriptsIsDoubted(t *testing.T) {
	for html, want := range map[string]Grade{"": Fault, `<script src="/app.js"></script>`: Doubt} {
		for _, f := range Check(page(t, "https://shop.example/", html), shop, gw) {
			if (f.Code == ScriptMissing || f.Code == ElementMissing) && f.Grade != want {
				t.Errorf("with %q %s is a %s, want %s", html, f.Code, f.Grade, want)
			}
		}
	}
}

func TestWhatThePoliciesAllow(t *testing.T) {
	const both = "connect-src https://gw.example wss://gw.example"
	for policy, want := range map[string][]Code{
		"":                              nil,
		"img-src 'none'":                nil,
		"frame-ancestors 'none'":        nil,
		"default-src *":                 nil,
		"default-src 'self'":            {PolicyScript, PolicyConnect},
		"default-src 'none'":            {PolicyScript, PolicyConnect},
		"default-src https: wss:":       nil,
		"default-src https:":            {PolicyConnect}, // https: is not wss:
		"script-src 'self'; " + both:    {PolicyScript},
		"script-src https://gw.example": nil, // nothing said of connections
		"script-src https://gw.example; connect-src 'self'":                                                     {PolicyConnect},
		"script-src https://gw.example; connect-src https://gw.example":                                         {PolicyConnect},
		"script-src https://gw.example; connect-src wss://gw.example":                                           nil, // wss: covers https:
		"script-src gw.example; " + both:                                                                        nil,
		"script-src *.example; " + both:                                                                         nil,
		"script-src *.gw.example; " + both:                                                                      {PolicyScript},
		"script-src http://gw.example; " + both:                                                                 nil,
		"script-src https://gw.example:443; " + both:                                                            nil,
		"script-src https://gw.example:8443; " + both:                                                           {PolicyScript},
		"script-src https://gw.example:*; " + both:                                                              nil,
		"script-src https://gw.example/v1/; " + both:                                                            nil,
		"script-src https://gw.example/v1/widget.js; " + both:                                                   nil,
		"script-src https://gw.example/other/; " + both:                                                         {PolicyScript},
		"SCRIPT-SRC https://GW.example; " + both:                                                                nil,
		"script-src-elem 'self'; script-src https://gw.example; " + both:                                        {PolicyScript},
		"script-src 'self'; script-src https://gw.example; " + both:                                             {PolicyScript}, // the first counts
		"script-src 'strict-dynamic' https://gw.example 'nonce-abc'; " + both:                                   {PolicyScript},
		"script-src 'none'; " + both:                                                                            {PolicyScript},
		"script-src https://gw.example; " + both + ", default-src 'self'":                                       {PolicyScript, PolicyConnect},
		"script-src https://gw.example; " + both + "; require-trusted-types-for 'script'; trusted-types 'none'": nil,
		"sandbox allow-scripts":                                                                                 {PageSandboxed},
		"sandbox":                                                                                               {PageSandboxed},
		"sandbox allow-scripts allow-same-origin allow-forms":                                                   nil,
	} {
		t.Run(policy, func(t *testing.T) {
			p := page(t, "https://shop.example/contact", script+button, "Content-Security-Policy", policy)
			if got := complaints(Check(p, shop, gw)); !slices.Equal(got, want) {
				t.Errorf("the complaints are %v, want %v", got, want)
			}
		})
	}
}

func TestANonceLetsTheScriptRunAndWhatItImports(t *testing.T) {
	with := strings.Replace(script, "<script", `<script nonce="abc"`, 1)
	for policy, want := range map[string][]Code{
		"script-src 'nonce-abc'":                  nil,
		"script-src 'nonce-abc' 'strict-dynamic'": nil,
		"script-src 'nonce-def'":                  {PolicyScript},
	} {
		p := page(t, "https://shop.example/", with+button, "Content-Security-Policy", policy)
		if got := complaints(Check(p, shop, gw)); !slices.Equal(got, want) {
			t.Errorf("%s: the complaints are %v, want %v", policy, got, want)
		}
	}
}

func TestWhatIsSaidOfDevices(t *testing.T) {
	for header, want := range map[string][]Code{
		"microphone=(self)":                         nil,
		"microphone=*":                              nil,
		"microphone=self":                           nil,
		`microphone=("https://shop.example")`:       nil,
		`microphone=("https://other.example")`:      {MicrophoneBlocked},
		"microphone=()":                             {MicrophoneBlocked},
		"camera=(), microphone=(), geolocation=()":  {MicrophoneBlocked},
		"camera=()":                                 nil,
		"geolocation=(self), microphone=(self);a=1": nil,
		"microphone=(self), microphone=()":          {MicrophoneBlocked}, // the last counts
		"speaker-microphone=()":                     nil,
	} {
		p := page(t, "https://shop.example/", script+button, "Permissions-Policy", header)
		if got := complaints(Check(p, shop, gw)); !slices.Equal(got, want) {
			t.Errorf("%s: the complaints are %v, want %v", header, got, want)
		}
	}
	pictures := strings.Replace(button, " to=", " video to=", 1)
	p := page(t, "https://shop.example/", script+pictures, "Permissions-Policy", "camera=()")
	if got := complaints(Check(p, shop, gw)); !slices.Equal(got, []Code{CameraBlocked}) {
		t.Errorf("of a button for pictures: %v", got)
	}
}

func TestWhereThePageIs(t *testing.T) {
	for address, want := range map[string][]Code{
		"https://shop.example/":      nil,
		"https://SHOP.example:443/a": nil,
		"http://shop.example/":       {PageInsecure, OriginMissing},
		"https://www.shop.example/":  {OriginMissing},
		"https://shop.example:8443/": {OriginMissing},
		"http://127.0.0.1:8000/":     {OriginMissing}, // this machine counts as secure
		"http://[::1]:8000/":         {OriginMissing},
		"http://127.0.0.1.example/":  {PageInsecure, OriginMissing}, // somebody's name
	} {
		if got := complaints(Check(page(t, address, script+button), shop, gw)); !slices.Equal(got, want) {
			t.Errorf("%s: the complaints are %v, want %v", address, got, want)
		}
	}
}

func TestAnAnswerThatIsNoPageIsToldAlone(t *testing.T) {
	lost, text, long := page(t, "https://shop.example/", ""), page(t, "https://shop.example/", script+button), page(t, "https://shop.example/", script+button)
	lost.Status = http.StatusNotFound
	text.Header.Set("Content-Type", "text/plain")
	long.Cut = true
	for code, p := range map[Code]Page{PageStatus: lost, PageNotHTML: text, PageCut: long} {
		if got := complaints(Check(p, shop, gw)); !slices.Equal(got, []Code{code}) {
			t.Errorf("the complaints are %v, want %s", got, code)
		}
	}
}

func TestTheWidgetAndTheGateway(t *testing.T) {
	p := page(t, "https://shop.example/", script+button)
	off := shop
	off.Enabled = false
	if got := complaints(Check(p, off, gw)); !slices.Equal(got, []Code{WidgetDisabled}) {
		t.Errorf("of a disabled widget: %v", got)
	}
	plain := page(t, "https://shop.example/", strings.Replace(script, "https:", "http:", 1)+button)
	if got := complaints(Check(plain, shop, Gateway{Origin: "http://gw.example"})); !slices.Equal(got, []Code{GatewayPlain}) {
		t.Errorf("of a gateway without HTTPS: %v", got)
	}
}

// Whoever does what the findings say has a page that works.
func TestTheChangesMendThePage(t *testing.T) {
	p := page(t, "https://shop.example/", script+button, "Content-Security-Policy", "default-src 'none'; script-src 'self'", "Permissions-Policy", "microphone=()")
	all := Check(p, shop, gw)
	if Works(all) {
		t.Fatal("the page is said to work")
	}
	var policies []string
	for _, f := range all {
		switch f.Code {
		case PolicyScript, PolicyConnect:
			policies = append(policies, f.Change)
		case MicrophoneBlocked:
			p.Header.Set("Permissions-Policy", strings.TrimPrefix(f.Change, "Permissions-Policy: "))
		}
	}
	p.Header.Set("Content-Security-Policy", strings.Join(policies, "; "))
	if got := complaints(Check(p, shop, gw)); len(got) > 0 {
		t.Errorf("with %v: %v", p.Header, got)
	}
}

func TestEachFindingIsASentenceAndWhatIsWrongHasARemedy(t *testing.T) {
	for _, html := range []string{"", script, script + button, `<iframe></iframe>`, script + `<webtrunk-call key="` + strings.Repeat("x", 500) + `">`} {
		for _, f := range Check(page(t, "http://a.example/", html, "Content-Security-Policy", "default-src 'none'", "Permissions-Policy", "microphone=()"), shop, gw) {
			if !strings.HasSuffix(f.Message, ".") || len(f.Message) > 250 {
				t.Errorf("%s: %q", f.Code, f.Message)
			}
			if f.Grade == Fault && f.Change == "" {
				t.Errorf("%s says nothing of what to change", f.Code)
			}
		}
	}
}

func ExampleCheck() {
	u, _ := url.Parse("https://shop.example/contact")
	p := Page{URL: u, Status: 200, Header: http.Header{"Content-Type": {"text/html"}, "Content-Security-Policy": {"script-src https://gw.example; connect-src 'self'"}},
		Body: []byte(`<script type="module" src="https://gw.example/v1/widget.js"></script><webtrunk-call key="pk_live_shop" to="ref_sales"></webtrunk-call>`)}
	for _, f := range Check(p, Widget{Key: "pk_live_shop", Enabled: true, Origins: []string{"https://shop.example"}}, Gateway{Origin: "https://gw.example"}) {
		if f.Grade != Well {
			fmt.Println(f.Change)
		}
	}
	// Output: connect-src 'self' https://gw.example wss://gw.example
}

func FuzzCheck(f *testing.F) {
	f.Add("script-src 'self'; connect-src *", "microphone=()", script+button)
	f.Add("sandbox, default-src gw.example:*", `microphone=("a";b=1)`, `<base href="::"><script src="%zz">`)
	f.Fuzz(func(t *testing.T, policy, permissions, html string) {
		p := page(t, "https://shop.example/", html, "Content-Security-Policy", policy, "Permissions-Policy", permissions)
		for _, found := range Check(p, shop, gw) {
			if found.Message == "" || found.Code == "" || found.Grade == "" {
				t.Errorf("an empty finding: %+v", found)
			}
		}
	})
}
