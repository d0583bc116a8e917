// Package e2e holds the tests of the whole gateway, with nothing of it played
// by a test.
//
// The transcripts of package call run here once more, through the real
// switchboard, both real edges and the simulated carrier: what happens to the
// call is done by telephones and pages, what the call orders is looked for
// where it must arrive. These tests take seconds and run with all others.
//
// The tests behind the build tag e2e start the built binary and programs that
// nobody here wrote: Chromium calls baresip and is called by it, and SIPp is
// the carrier of two hundred calls.
package e2e
