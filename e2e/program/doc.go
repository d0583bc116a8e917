// Package program runs programs that nobody here wrote, for tests: telephones,
// carriers' proxies, the gateway as it is shipped. What a program writes is shown
// when its test fails; what a test has started ends with it, with all its
// children. Nothing here waits for time to pass: every wait is for a fact, and
// ends in a failure that says what did not happen.
package program
