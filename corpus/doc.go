// Package corpus has what fuzz targets begin with: packets of every kind that
// strangers send, and those that break the rules on purpose. It is for tests and
// imports nothing of ours.
//
// A target's inputs are files in its package's testdata/fuzz. Those with a name
// are made by a test of that package (TestCorpus), from the packets here and from
// what the package knows itself; the test holds the files to it, and
//
//	CORPUS=write go test -run Corpus ./media ./sip …
//
// writes them. Those named by a number are what fuzzing has found: short inputs that
// reached what none before them had. Package keep, a command, picks of what a long
// run has left those that reach statements which the others do not:
//
//	./fuzz.sh 5m /tmp/found && go run ./corpus/keep /tmp/found
//
// Captured are packets as they were on the wire in calls with baresip, linphone,
// SIPp and a page that speaks by pion, the gateway's own among them; package
// capture, another command, takes them down while tests run in a network of their
// own (unshare -n).
package corpus
