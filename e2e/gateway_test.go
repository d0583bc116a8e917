//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk/e2e/program"
)

// buildGateway builds the program as it is shipped, one static binary, but for
// -trimpath, with which nothing would be compiled that is not compiled already.
func buildGateway(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "gateway")
	cmd := exec.Command("go", "build", "-o", path, "webtrunk/cmd/gateway")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// A gateway is a running `gateway serve`, and a site that embeds its button.
type gateway struct {
	*program.Program
	t         *testing.T
	http, sip uint16
	site      string // the page's URL; ?attributes… are those of the button
}

const (
	shopKey   = "pk_shop_4fT9wQ2m"
	deskToken = "5b1c77e0f2a94d63"
	deskLine  = "+15550100001" // rings in the page that shows the token
	phoneLine = "+15550100200" // the telephone's
)

// configuration is an operator's file: one trunk, one reference to a telephone
// behind it, one number that rings at the desk.
const configuration = `
http:
  listen: 127.0.0.1:%d
media:
  listen: 127.0.0.1
  rtp_ports: 24000-24099
  ice_port: %d
sip:
  listen: 127.0.0.1:%d
trunks:
- name: telephone
  proxy: 127.0.0.1:%d
  identity: {caller_id: ` + deskLine + `}
metrics: {listen: "off"}
voice_policy: {allow_prefixes: ["+1555010"]}
references:
  - reference: ref_phone
    target: tel:` + phoneLine + `
  - reference: ref_desk
    target: browser:desk
numbers:
  - number: ` + deskLine + `
    reference: ref_desk
keys:
  - key: ` + shopKey + `
    origins: [%q]
    destinations: [ref_phone]
receivers:
  - name: desk
    token: ` + deskToken + `
limits:
  calls: 20
drain_timeout: 10s
`

// serve starts a gateway whose trunk leads to a port of this machine.
func serve(t *testing.T, binary string, trunk uint16) *gateway {
	t.Helper()
	g := &gateway{http: freePort(t), sip: freePort(t)}
	site := httptest.NewServer(http.HandlerFunc(g.page))
	t.Cleanup(site.Close)
	g.site = site.URL
	file := filepath.Join(t.TempDir(), "gateway.yaml")
	text := fmt.Sprintf(configuration, g.http, freePort(t), g.sip, trunk, site.URL)
	check(t, os.WriteFile(file, []byte(text), 0o600))
	cmd := exec.Command(binary, "serve", "--config", file)
	cmd.Dir = t.TempDir()
	g.Program, g.t = program.Run(t, cmd), t
	g.Wait("msg=serving")
	return g
}

// page is a page of a site, which embeds the button as doc/widget.md says.
func (g *gateway) page(w http.ResponseWriter, r *http.Request) {
	token := ""
	if r.URL.Path == "/desk" {
		token = ` token="` + deskToken + `"`
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>A shop</title><h1>A shop</h1>
<script type="module" src="http://127.0.0.1:%d/v1/widget.js"></script>
<webtrunk-call key="%s" to="ref_phone" processing="off"%s></webtrunk-call>`, g.http, shopKey, token)
}

// stopQuietly stops the gateway, and looks through its log for what should not
// be there.
func (g *gateway) stopQuietly() {
	g.t.Helper()
	g.Stop()
	for _, bad := range []string{"level=ERROR", "level=WARN", "panic", deskToken} {
		if strings.Contains(g.Output(), bad) {
			g.t.Errorf("the gateway's log holds %q", bad)
		}
	}
	if !strings.Contains(g.Output(), "msg=stopped") {
		g.t.Error("the gateway does not say that it has stopped")
	}
}
