// Package failpoint lets a process die where money is moved, as a power cut would have it.
// What is served has none of it: without the build tag failpoint, Reach does nothing.
package failpoint
