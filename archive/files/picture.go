package files

import (
	"encoding/binary"
	"image"
	_ "image/gif"  // for their headers
	_ "image/jpeg" // for their headers
	_ "image/png"  // for their headers
	"io"
)

// The largest picture: what a page decodes takes four bytes for each of its pixels.
const (
	mostPixels = 50_000_000
	mostSide   = 16_384
)

// decodable reports whether a picture is one, of a size that a page can decode. Nothing but
// its header is read.
func decodable(media string, content io.Reader) bool {
	var width, height int
	if media == "image/webp" {
		width, height = sizeOfWebP(content)
	} else if c, _, err := image.DecodeConfig(content); err == nil {
		width, height = c.Width, c.Height
	}
	return width > 0 && height > 0 && width <= mostSide && height <= mostSide && width*height <= mostPixels
}

// sizeOfWebP reads a WebP header of any of its three kinds (RFC 9649, 2.5 to 2.7); 0 is none.
func sizeOfWebP(content io.Reader) (width, height int) {
	var b [30]byte
	if _, err := io.ReadFull(content, b[:]); err != nil {
		return 0, 0
	}
	switch string(b[12:16]) {
	case "VP8X":
		return int(b[24]) | int(b[25])<<8 | int(b[26])<<16 + 1, int(b[27]) | int(b[28])<<8 | int(b[29])<<16 + 1
	case "VP8L":
		bits := binary.LittleEndian.Uint32(b[21:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(b[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[28:]) & 0x3fff)
	}
	return 0, 0
}
