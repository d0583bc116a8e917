// Package browser drives our pages in a real Chromium or Firefox, for tests, as a
// person does: elements are found by role and name, as assistive technology sees
// them, pressed with the mouse and written into with the keyboard; or, of a Tab that is
// used ByKeys, reached by the tabulator and pressed by keys alone. What a page
// hears and what its microphone takes up are recorded, so that soundcheck can
// tell whether the right speech arrived.
//
// A Browser is one process and serves many tests; each Tab has a profile of
// its own, so that tests do not meet. Nothing here waits for time to pass:
// every wait is for a fact and ends, after generous patience, in a failure
// that says what the page showed instead.
//
// Chromium is driven by its DevTools, Firefox by WebDriver BiDi. A page is the same
// Tab in both; what Chromium alone can do says so. Firefox offers no loopback address
// to send sound to, so that it lives in a network namespace of its own, which Linux
// alone has and root alone makes: there it opens pages at the addresses that they have
// here, and its sound comes over a wire. What a test that was killed left of one is
// removed by the next.
//
// There are no switches that our pages know of: permissions are granted as the
// browser's own settings, and the microphone is a device that plays a file. A Firefox
// that is driven grants everything, and its microphone plays a tone.
package browser
