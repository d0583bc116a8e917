package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A Firefox is a Browser that lives in a place of its own: it offers no loopback
// address to send sound to, so that it needs a network to meet a gateway in.
type Firefox struct {
	*Browser
	place   *place
	profile string
	process *exec.Cmd
	output  bytes.Buffer

	mu     sync.Mutex
	opened map[string]bool // addresses of this machine that are its, too
}

// preferences of the profile. The microphone is a device that plays a tone of
// FirefoxTone, and nobody is asked whether a page may use it. The last ones keep it
// from asking the network for what no test needs.
var preferences = map[string]any{
	"media.navigator.permission.disabled":               true,
	"media.navigator.streams.fake":                      true,
	"media.navigator.audio.fake_frequency":              FirefoxTone,
	"media.peerconnection.ice.obfuscate_host_addresses": false, // nobody here answers for names of mDNS
	"app.update.disabledForTesting":                     true,
	"browser.shell.checkDefaultBrowser":                 false,
	"datareporting.policy.dataSubmissionEnabled":        false,
	"network.captive-portal-service.enabled":            false,
	"network.connectivity-service.enabled":              false,
	"toolkit.telemetry.server":                          "",
	"services.settings.server":                          "data:,#remote-settings-dummy/v1",
	"browser.safebrowsing.malware.enabled":              false,
	"browser.safebrowsing.phishing.enabled":             false,
}

// FirefoxTone is what the microphone of a Firefox plays, in Hz.
const FirefoxTone = 1000

// StartFirefox starts a Firefox that runs until the test has ended.
func StartFirefox(t testing.TB) *Firefox {
	t.Helper()
	f, stop, err := LaunchFirefox()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return f
}

// LaunchFirefox starts a Firefox for a package's tests, until stop is called.
func LaunchFirefox() (f *Firefox, stop func(), err error) {
	f = &Firefox{opened: map[string]bool{}}
	if f.place, err = newPlace(); err != nil {
		return nil, nil, err
	}
	if err := f.run(); err != nil {
		f.stop()
		return nil, nil, fmt.Errorf("firefox-esr: %w: %s", err, f.output.Bytes())
	}
	return f, f.stop, nil
}

// run starts the process and connects to it.
func (f *Firefox) run() error {
	var err error
	if f.profile, err = os.MkdirTemp("", "webtrunk-firefox-"); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(f.profile, "user.js"), userPreferences(), 0o600); err != nil {
		return err
	}
	f.process = exec.Command("ip", "netns", "exec", f.place.name, "firefox-esr", "--headless", "--no-remote",
		"--profile", f.profile, "--remote-debugging-port", "0")
	f.process.Env = append(os.Environ(), "HOME="+f.profile, "MOZ_HEADLESS_WIDTH=1000", "MOZ_HEADLESS_HEIGHT=800")
	f.process.Stdout, f.process.Stderr = &f.output, &f.output
	f.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	f.process.WaitDelay = time.Second
	if err := f.process.Start(); err != nil {
		return err
	}
	address, err := f.listening()
	if err != nil {
		return err
	}
	b, err := dialBidi(address, f.place.dial)
	if err != nil {
		return err
	}
	f.Browser = &Browser{firefox{b, f}}
	if err := b.command("session.new", params{"capabilities": params{}}, nil); err != nil {
		return err
	}
	return b.command("session.subscribe", params{"events": []string{"log.entryAdded"}}, nil)
}

func userPreferences() []byte {
	var text bytes.Buffer
	for name, value := range preferences {
		written, _ := json.Marshal(value)
		fmt.Fprintf(&text, "user_pref(%q, %s);\n", name, written)
	}
	return text.Bytes()
}

// listening waits until the process has written where it listens.
func (f *Firefox) listening() (string, error) {
	again := time.NewTicker(25 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(2 * Patience); time.Now().Before(end); <-again.C {
		var at struct {
			Host string `json:"ws_host"`
			Port int    `json:"ws_port"`
		}
		text, _ := os.ReadFile(filepath.Join(f.profile, "WebDriverBiDiServer.json"))
		if json.Unmarshal(text, &at) == nil && at.Port != 0 {
			return fmt.Sprintf("%s:%d", at.Host, at.Port), nil
		}
		if syscall.Kill(f.process.Process.Pid, 0) != nil {
			break
		}
	}
	return "", fmt.Errorf("it does not listen")
}

// stop ends the process and removes its place.
func (f *Firefox) stop() {
	if f.Browser != nil {
		f.make.(firefox).bidi.close()
	}
	if f.process != nil && f.process.Process != nil {
		_ = syscall.Kill(-f.process.Process.Pid, syscall.SIGKILL)
		_ = f.process.Wait()
	}
	f.place.remove()
	if f.profile != "" {
		_ = os.RemoveAll(f.profile)
	}
}

// Here is the address at which the browser's sound meets this machine.
func (f *Firefox) Here() netip.Addr { return netip.MustParseAddr(f.place.Here) }

// reach opens the place's loopback to a server of this machine's, at the server's
// own URL.
func (f *Firefox) reach(server string) error {
	u, err := url.Parse(server)
	if err != nil || !strings.HasPrefix(u.Host, "127.0.0.1:") {
		return err // what is elsewhere is not ours to lead to
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opened[u.Host] {
		return nil
	}
	f.opened[u.Host] = true
	return f.place.open(u.Host)
}
