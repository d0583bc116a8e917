# make test is what has to pass before a change lands. It installs what the
# tests need and then runs everything; a missing tool is a failure.

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGES    = python3 chromium firefox-esr iproute2 iptables sip-tester baresip-core kamailio linphone-cli sipsak sipvicious postgresql opus-tools rtpengine-daemon
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

# lint reads the files of e2e too: no file is left out where they are in, and
# what does not compile without them fails in unit.
lint:
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	go vet -tags e2e ./...
	$(STATICCHECK) -tags e2e ./...

types:
	npm run check

# What keeps time, with sound or with SIP's timers, has the machine for itself.
TIMED = ^webtrunk/(bench|bench/choir|carrier|cmd/gateway|e2e|media|signaling|sip|webhook)$$

# There, one busy second of the machine can be a gap in a sound: what fails runs once
# more, by itself, and has to pass; both runs are told. More than six failures (a story
# within a test counts as two), a race, a panic and a time-out are never tried again.
AGAIN = go run gotest.tools/gotestsum@v1.13.0 --format standard-quiet --rerun-fails=1 \
	--rerun-fails-max-failures=6 --rerun-fails-run-root-test --rerun-fails-abort-on-data-race

# lint has vetted what the steps below compile. Tests that run in parallel wait
# more than they work.
UNIT = -vet=off -parallel 8
unit:
	@go test $(UNIT) $$(go list ./... | grep -vE '$(TIMED)'); rest=$$?; \
	$(AGAIN) --packages="$$(go list ./... | grep -E '$(TIMED)' | xargs)" -- $(UNIT) -p 1 && [ $$rest -eq 0 ]

# race watches all but SQLite's own translated C, the C library under it and the hash of
# passwords, which see copies of our bytes alone and would take most of the time. -short
# leaves out what unit has shown and nothing races in: binaries that are built without the
# detector, long loops of one goroutine, the other of two databases, two of three
# transcripts of calls.
UNWATCHED = $(foreach c,modernc.org/sqlite/lib modernc.org/libc modernc.org/memory golang.org/x/crypto/argon2,-gcflags=$(c)=-race=false)
RACE  = -race -short -vet=off -parallel 8 $(UNWATCHED)
# Where nothing begins a goroutine, which a test holds, nothing can race at all.
ALONE = ^webtrunk/(dispatch/(floor|hours|rules)|media/ogg|soundcheck|static/build|transcode(/silk)?)$$
# What waits for SIP's timers, and for seconds of speech, does so at once with others;
# where whole calls are heard, a watched processor has enough of three.
WAITS = ^webtrunk/(carrier|signaling|sip|webhook)$$
race: export CGO_ENABLED = 1
race:
	go test $(RACE) -p 2 $$(go list ./... | grep -vE '$(TIMED)|$(ALONE)')
	$(AGAIN) --packages="$$(go list ./... | grep -E '$(WAITS)' | xargs)" -- $(RACE) -p 1
	$(AGAIN) --packages="$$(go list ./... | grep -E '$(TIMED)' | grep -vE '$(WAITS)' | xargs)" -- $(RACE) -p 1 -parallel 3

# fuzz gives every parser of a stranger's bytes five seconds.
fuzz:
	./fuzz.sh 5s

# e2e drives real browsers and real telephones, one package at a time, three stories of
# it at once, since they wait more than they work. The other tests of these packages have
# run in unit. Beside them, one after the other, run the measurements made small, among
# them a minute's soak, and the pages, whose gateway is acted and which no sound comes
# through. Each of the two is a session of its own, so that who ends make ends the tests
# with it, and the browsers and programs that they began: a shell would first wait for them.
E2E_TEST = -- -tags e2e -vet=off -p 1 -count 1 -timeout 40m -run '^($(E2E_TESTS))$$'
BESIDE   = ./bench/ ./static/
e2e:
	@said=$$(mktemp); trap '[ -z "$$running" ] || pkill -s $$running; wait; rm -f $$said' EXIT; trap 'exit 1' INT TERM; \
	setsid $(AGAIN) --packages="$(BESIDE)" $(E2E_TEST) > $$said 2>&1 & beside=$$!; running=$$beside; \
	setsid $(AGAIN) --packages="$(filter-out $(BESIDE),$(E2E))" $(E2E_TEST) -parallel 3 & here=$$!; running=$$beside,$$here; \
	wait $$here; here=$$?; wait $$beside; there=$$?; running=; \
	echo "beside them:"; cat $$said; \
	[ $$here -eq 0 ] || echo "e2e: a browser's or telephone's test failed, see above"; \
	[ $$there -eq 0 ] || echo "e2e: a measurement or a page's test beside them failed, see above"; \
	[ $$here -eq 0 ] && [ $$there -eq 0 ]

# bench measures everything that doc/performance.md tells of. It wants a quiet
# machine of two cores or more, takes some forty minutes and stops by itself.
STEPS = bin/steps.csv
bench:
	@mkdir -p bin
	go run ./bench micro
	go run ./bench setup
	go run ./bench setup --calls 120 --together 30
	go run ./bench cost --against rtpengine
	go run ./bench capacity --csv $(STEPS)
	go run ./bench plot $(STEPS) doc/capacity.png
	go run ./bench delay
	go run ./bench sound
	go run ./bench memory
	go run ./bench overload
	go run ./bench back
	go run ./bench queue
	go run ./bench rooms
	go run ./bench events
	go run ./bench slow
	go run ./bench recording
	go run ./bench sip

# soak is for a night: twenty minutes of calls at half of what a core holds, many
# random calls, a gateway killed fifty times on each database, every fuzz target
# for ten minutes.
soak:
	go run ./bench soak --minutes 20
	WEBTRUNK_KILLS=50 go test -tags e2e -run Killed -count 1 -timeout 1h -v ./cmd/gateway
	SEEDS=10000 go test -run Simulation -count 1 -timeout 1h ./switchboard/journal
	go test ./call -run AnyInputs -rapid.checks=1000000
	./fuzz.sh 10m
