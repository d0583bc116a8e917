package stripe

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// mock is Stripe's own stand-in: it holds every request against the description of Stripe's API,
// and answers with examples of it.
const mock = "github.com/stripe/stripe-mock@v0.203.0"

// toMock reaches the mock, which listens on a socket in a folder of its own.
var toMock = &http.Transport{}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "stripe")
		if err != nil {
			fmt.Println(err)
			return 1
		}
		defer os.RemoveAll(dir)
		end, err := startMock(dir)
		if err != nil {
			fmt.Printf("%s does not run: %v\n", mock, err)
			return 1
		}
		code := m.Run()
		toMock.CloseIdleConnections()
		end()
		if err := goleak.Find(); err != nil && code == 0 {
			fmt.Println(err)
			return 1
		}
		return code
	}())
}

// startMock builds the mock from the module proxy and runs it until end is called.
func startMock(dir string) (end func(), err error) {
	build := exec.Command("go", "install", mock)
	build.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	socket := filepath.Join(dir, "mock.sock")
	run := exec.Command(filepath.Join(dir, "stripe-mock"), "-http-unix", socket)
	out, err := run.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := run.Start(); err != nil {
		return nil, err
	}
	end = func() { run.Process.Kill(); run.Wait() }
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "Listening") {
			toMock.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "unix", socket)
			}
			return end, nil
		}
	}
	end()
	return nil, fmt.Errorf("it ended before it listened")
}
