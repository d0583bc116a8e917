package ogg

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// maxPacket is the longest packet that is taken: three times 60 ms of Opus at
// its highest rate. Comments may be longer, and are only passed over.
const maxPacket = 3 * 1275 * 3

// A Reader gives the packets of an Ogg Opus stream. Where a file holds several
// streams one beside the other, it reads the first of Opus.
type Reader struct {
	pages  pages
	head   Head
	serial uint32

	page []byte // whose packets are being taken
	at   int    // the next segment
	body []byte // from there on

	packet []byte // of which this much has come
	whole  bool   // it has ended: the next segment begins another
	lost   bool   // its beginning was on a page that is missing
	long   bool   // it is longer than can be kept
}

// NewReader reads the headers. Its errors say what is wrong with the file, for
// whoever made it.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{pages: newPages(in), packet: make([]byte, 0, maxPacket), whole: true}
	if err := r.findHead(); err != nil {
		return nil, err
	}
	return r, r.passTags()
}

// Head returns the stream's header.
func (r *Reader) Head() Head { return r.head }

// findHead looks for the first stream of Opus among those that begin: where
// several lie side by side, they all begin before any goes on (RFC 3533 §4).
func (r *Reader) findHead() error {
	found := ErrNotOgg
	for {
		page, err := r.pages.next(maxPage)
		if err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && page[typeOffset]&first == 0 {
			return found
		}
		if err != nil {
			return err
		}
		if r.head, found = parseHead(body(page)); found == nil {
			r.serial = serial(page)
			return nil
		}
	}
}

// passTags passes over the comments, which may be pictures of any length.
func (r *Reader) passTags() error {
	tags, err := r.next()
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return ErrCut
	case err != nil && err != ErrTooLong:
		return err
	case !bytes.HasPrefix(tags, []byte(tagsMagic)):
		return ErrTags
	}
	return nil
}

// Next returns the next packet, which is valid until the next call. end is
// the position of its end in granules where the file says it, which it does for
// the last packet of a page, and 0 elsewhere. After the last packet the error
// is io.EOF; a file that is cut off ends with its last whole packet.
func (r *Reader) Next() (packet []byte, end uint64, err error) {
	packet, err = r.next()
	switch {
	case err == io.ErrUnexpectedEOF:
		return nil, 0, io.EOF
	case err != nil:
		return nil, 0, err
	}
	if g := binary.LittleEndian.Uint64(r.page[granuleOffset:]); g != noGranule && !r.another() {
		end = g
	}
	return packet, end, nil
}

// another reports whether another packet ends on this page.
func (r *Reader) another() bool {
	for _, n := range table(r.page)[r.at:] {
		if n < 255 {
			return true
		}
	}
	return false
}

// next puts a packet together from the segments that hold it (RFC 3533 §5). Of
// one that is too long it gives the beginning.
func (r *Reader) next() ([]byte, error) {
	for {
		if r.page == nil || r.at == len(table(r.page)) {
			if err := r.turn(); err != nil {
				return nil, err
			}
			continue
		}
		if !r.segment() {
			continue
		}
		if r.long {
			return r.packet, ErrTooLong
		}
		return r.packet, nil
	}
}

// segment takes the next segment; one shorter than 255 bytes ends a packet.
func (r *Reader) segment() (packet bool) {
	if r.whole {
		r.packet, r.whole, r.long = r.packet[:0], false, false
	}
	n := int(table(r.page)[r.at])
	if len(r.packet)+n > cap(r.packet) {
		r.long = true
	}
	if !r.long {
		r.packet = append(r.packet, r.body[:n]...)
	}
	r.at, r.body = r.at+1, r.body[n:]
	if n == 255 {
		return false
	}
	r.whole = true
	lost := r.lost
	r.lost = false
	return !lost
}

// turn goes on to the next page of the stream. What it continues is lost where
// the page before is, and what it does not continue is lost, too.
func (r *Reader) turn() error {
	if r.page != nil && r.page[typeOffset]&last != 0 {
		return io.EOF
	}
	known, want := r.page != nil, sequence(r.page)+1
	page, err := r.pages.next(math.MaxInt)
	for err == nil && serial(page) != r.serial {
		page, err = r.pages.next(math.MaxInt)
	}
	if err != nil {
		r.page = nil // its bytes are gone
		return err
	}
	r.page, r.at, r.body = page, 0, body(page)
	goesOn := page[typeOffset]&continued != 0
	if !goesOn || known && sequence(page) != want {
		r.whole = true
	}
	r.lost = goesOn && r.whole
	return nil
}
