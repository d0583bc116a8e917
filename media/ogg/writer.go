package ogg

import (
	"encoding/binary"
	"errors"
	"io"
)

// pageGranules is how much a page holds at most before it is written: a second,
// which is what a power cut costs (RFC 7845 §3 wants no more).
const pageGranules = Granules

// A Writer writes one stream of Opus. It is used by one goroutine.
type Writer struct {
	out      io.Writer
	page     [maxPage]byte
	segments int
	length   int // of the body
	sequence uint32
	granule  uint64 // where the packets on the page end
	held     uint64 // how much they are
	body     [maxSegments * 255]byte
	err      error // the first, after which nothing is written
}

// NewWriter writes the headers. The serial number tells streams apart that are
// put into one file; comments are NAME=text (RFC 7845 §5.2).
func NewWriter(out io.Writer, serial uint32, h Head, comments ...string) (*Writer, error) {
	if h.Channels < 1 || h.Channels > 2 || h.PreSkip < 0 || h.PreSkip > 0xffff {
		return nil, errors.New("ogg: one or two channels can be written, and 65535 samples left out before them")
	}
	tags := writeTags(comments)
	if len(tags) >= maxSegments*255 {
		return nil, errors.New("ogg: comments are longer than a page")
	}
	w := &Writer{out: out}
	copy(w.page[:], capture)
	binary.LittleEndian.PutUint32(w.page[serialOffset:], serial)
	w.add(h.write())
	w.flush(first) // headers have pages of their own (§3)
	w.add(tags)
	w.flush(0)
	return w, w.err
}

// Write puts a packet of Opus onto the page. A page that is full is written
// before. After an error, nothing is written any more.
func (w *Writer) Write(packet []byte) error {
	d := uint64(Duration(packet))
	switch {
	case w.err != nil:
		return w.err
	case d == 0:
		return errors.New("ogg: this is no packet of Opus")
	case len(packet) > maxPacket:
		return ErrTooLong
	}
	if w.segments+len(packet)/255+1 > maxSegments || w.held+d > pageGranules {
		w.flush(0)
	}
	w.add(packet)
	w.granule += d
	w.held += d
	return w.err
}

// Flush writes the page as far as it is.
func (w *Writer) Flush() error {
	if w.segments > 0 {
		w.flush(0)
	}
	return w.err
}

// Close writes the last page. Where the sound ends before its last packet does,
// end says so, counted in granules from the first packet's beginning; 0 is the
// end of the last packet (RFC 7845 §4.4).
func (w *Writer) Close(end uint64) error {
	if end > 0 && end < w.granule {
		w.granule = end
	}
	w.flush(last)
	if w.err == nil {
		w.err = errors.New("ogg: the stream is closed")
		return nil
	}
	return w.err
}

// add puts a packet that fits onto the page (RFC 3533 §5).
func (w *Writer) add(packet []byte) {
	w.length += copy(w.body[w.length:], packet)
	n := len(packet)
	for ; n >= 255; n -= 255 {
		w.page[headerLength+w.segments] = 255
		w.segments++
	}
	w.page[headerLength+w.segments] = byte(n)
	w.segments++
}

// flush writes the page, in one Write so that none is on the disk in part
// unless the disk is full.
func (w *Writer) flush(kind byte) {
	if w.err != nil {
		return
	}
	w.page[typeOffset] = kind
	binary.LittleEndian.PutUint64(w.page[granuleOffset:], w.granule)
	binary.LittleEndian.PutUint32(w.page[sequenceOffset:], w.sequence)
	w.page[segmentsOffset] = byte(w.segments)
	start := headerLength + w.segments
	page := w.page[:start+copy(w.page[start:], w.body[:w.length])]
	seal(page)
	_, w.err = w.out.Write(page)
	w.sequence++
	w.segments, w.length, w.held = 0, 0, 0
}
