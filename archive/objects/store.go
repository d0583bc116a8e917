package objects

import "io"

// A Store keeps objects by their names, which are of letters, digits, "_" and ".". Disk is
// the one that there is; one that keeps them elsewhere writes a draft where the next process
// finds what this one left, and takes it elsewhere when it is kept. It may be used from any
// goroutine.
type Store interface {
	// Prepare makes the store ready for use, and says why it is not.
	Prepare() error
	// Draft begins to write an object that is not there. Whoever calls it must call the
	// writer's Keep or Discard.
	Draft(name string) (Writer, error)
	// Adopt goes on with what a process has left: an object, or the draft of one.
	Adopt(name string) (Writer, error)
	// Names are those of all objects and drafts that begin so.
	Names(prefix string) ([]string, error)
	// Open opens an object.
	Open(name string) (Reader, error)
	// Delete deletes an object. One that is not there is deleted already.
	Delete(name string) error
}

// A Writer writes one object. It may be discarded while a Write still hangs; besides, one
// goroutine at a time may use it.
type Writer interface {
	io.Writer
	io.ReaderAt // what was written
	// Keep makes it an object, whose size in bytes it returns: it waits until the content
	// cannot be lost, and then the name. What cannot be kept is still to be discarded.
	Keep() (size int64, err error)
	// Discard leaves nothing of it, also where it could not be kept.
	Discard() error
}

// A Reader reads an object.
type Reader interface{ io.ReadSeekCloser }

var _ Store = (*Disk)(nil)
