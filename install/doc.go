// Package install says whether the call button works on a page: it reads the
// page as a browser would get it, its headers and its HTML, and tells for each
// thing that the button needs whether the page allows it, and what to change
// where it does not.
//
// Check is pure: it is given a page and decides. A Reader fetches the page, from
// public addresses only: the address that is dialled is looked at once all names
// are resolved, at every redirect again, so that nobody has the gateway read what
// stands behind its own firewall. Of what was read nothing is told but the
// findings.
//
// What scripts add to a page after it was loaded is not seen, and said so.
package install
