package ogg

import (
	"bufio"
	"encoding/binary"
	"io"
)

// pages finds the pages in a file.
type pages struct {
	in   *bufio.Reader // large enough for any page, so that each is looked at where it lies
	used int           // bytes of the page given last
}

func newPages(in io.Reader) pages { return pages{in: bufio.NewReaderSize(in, maxPage)} }

// next returns the next page with a right checksum, valid until the next call.
// Up to skip bytes that are none are passed over. What claims to be a page and
// has a wrong checksum is passed over whole: looking inside it for others would
// let a stranger's file cost its length squared.
func (p *pages) next(skip int) ([]byte, error) {
	for {
		if _, err := p.in.Discard(p.used); err != nil {
			return nil, err
		}
		p.used = 0
		head, err := p.peek(headerLength)
		if err != nil {
			return nil, err
		}
		if string(head[:len(capture)]) != capture || head[len(capture)] != 0 {
			if skip--; skip < 0 {
				return nil, ErrNotOgg
			}
			p.used = 1
			continue
		}
		page, err := p.whole(int(head[segmentsOffset]))
		if err != nil {
			return nil, err
		}
		p.used = len(page)
		if intact(page) {
			return page, nil
		}
	}
}

// whole looks at a page of so many segments.
func (p *pages) whole(segments int) ([]byte, error) {
	head, err := p.peek(headerLength + segments)
	if err != nil {
		return nil, err
	}
	length := len(head)
	for _, n := range head[headerLength:] {
		length += int(n)
	}
	return p.peek(length)
}

// peek looks at n bytes; io.ErrUnexpectedEOF says that there are fewer.
func (p *pages) peek(n int) ([]byte, error) {
	b, err := p.in.Peek(n)
	if err == io.EOF && len(b) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

func table(page []byte) []byte { return page[headerLength:][:page[segmentsOffset]] }

func body(page []byte) []byte { return page[headerLength+int(page[segmentsOffset]):] }

func serial(page []byte) uint32 { return binary.LittleEndian.Uint32(page[serialOffset:]) }

func sequence(page []byte) uint32 {
	if page == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(page[sequenceOffset:])
}
