# make test is what has to pass before a change lands. It installs what the
# tests need and then runs everything; a missing tool is a failure.

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGES    = chromium sip-tester baresip-core kamailio linphone-cli sipsak sipvicious postgresql
# the tests that need a browser, a telephone or SIPp, their packages and names
E2E_FILES  := $(shell grep -rl --include=*_test.go --exclude-dir=node_modules "^//go:build e2e" .)
E2E         = $(sort $(dir $(E2E_FILES)))
E2E_TESTS   = $(shell grep -hoE '^func Test[A-Za-z0-9_]*' $(E2E_FILES) | cut -c6- | paste -sd '|')
VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Nothing uses cgo but the race detector: every step shares what one compiled.
export CGO_ENABLED = 0

.PHONY: test build bench soak tools lint types unit race e2e fuzz pages

test: tools lint types unit race fuzz e2e

# build makes one static binary, bin/gateway.
build:
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/gateway ./cmd/gateway

# pages rebuilds what the server embeds; a test holds static/dist to it.
pages:
	go run ./static/build

tools:
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		apt-get -o DPkg::Lock::Timeout=300 -q update && \
		DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install $$missing; \
	fi
	npm ci --no-audit --no-fund
	npm ci --no-audit --no-fund --prefix api/testdata/client

lint:
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	go vet ./...
	go vet -tags e2e ./...
	$(STATICCHECK) ./...
	$(STATICCHECK) -tags e2e ./...

types:
	npm run check

# lint has vetted what the steps below compile. Tests that run in parallel wait
# more than they work.
unit:
	go test -vet=off -parallel 8 ./...

# race watches all but SQLite's own translated C, which sees copies of our bytes
# alone and would take most of the time. -short leaves out what unit has shown
# and nothing races in: binaries that are built without the detector, and long
# loops of one goroutine. What keeps time, with sound or with SIP's timers, has
# the machine for itself.
RACE  = CGO_ENABLED=1 go test -race -short -vet=off -parallel 8 -gcflags=modernc.org/sqlite/lib=-race=false
TIMED = ^webtrunk/(bench|carrier|cmd/gateway|e2e|media|signaling|sip|webhook)$$
race:
	$(RACE) -p 2 $$(go list ./... | grep -vE '$(TIMED)')
	$(RACE) -p 1 $$(go list ./... | grep -E '$(TIMED)')

# fuzz gives every parser of a stranger's bytes five seconds.
fuzz:
	./fuzz.sh 5s

# e2e drives real browsers and real telephones, one package at a time. The other
# tests of these packages have run in unit.
e2e:
	go test -tags e2e -vet=off -p 1 -count 1 -timeout 15m -run '^($(E2E_TESTS))$$' $(E2E)

# bench measures: each step of the media path, a call's set-up and its cost,
# the log of events, and what calls notice of a disturbed database.
bench:
	go test -run '^$$' -bench . -benchmem ./transcode ./media
	go run ./bench setup
	go run ./bench cost
	go run ./bench events
	go run ./bench slow
	go run ./bench sip

# soak is for a night: many random calls, a gateway killed fifty times on each
# database, every fuzz target for ten minutes.
soak:
	WEBTRUNK_KILLS=50 go test -tags e2e -run Killed -count 1 -timeout 1h -v ./cmd/gateway
	SEEDS=10000 go test -run Simulation -count 1 -timeout 1h ./switchboard/journal
	go test ./call -run AnyInputs -rapid.checks=1000000
	./fuzz.sh 10m
