// Package files keeps what people in a call send each other beside their voices: pictures
// and documents. It takes bytes by a ticket that a page was given in its call, which is good
// once and for a minute, and lends them by another.
//
// A file is what its content says: its name ends in one of a few known ways, and the content
// is of that kind, or it is refused. Nothing is ever unpacked, and a picture is never
// decoded: its size is read from its header. Where the operator has named a scanner, nobody
// is told of a file before it was found clean; a scanner that does not answer has found
// nothing clean.
//
// A file lies in one directory of this node's under its ID, which says nothing of its name,
// and in one row. The bytes get their name when they are on the disk, and then their row; so
// an object without a row is what a dead process left, and Open removes it.
package files
