package lean

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// errOversize is a frame that no packet of ours can be.
var errOversize = errors.New("lean: a frame is longer than a packet can be")

// readFrame reads one packet from a connection: 16 bits of length and as many
// bytes (RFC 4571 §2). into is the longest that is taken.
func readFrame(r *bufio.Reader, into []byte) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n > len(into) {
		return nil, errOversize
	}
	_, err := io.ReadFull(r, into[:n])
	return into[:n], err
}

// appendFrame writes one.
func appendFrame(to, packet []byte) []byte {
	return append(binary.BigEndian.AppendUint16(to, uint16(len(packet))), packet...)
}
