// Command capture takes down one packet of each kind that passes on loopback, as
// package corpus has them: while a browser or a telephone talks there,
//
//	go run ./corpus/capture --seconds 60 > corpus/captured/baresip.txt
//
// It reads a raw socket, and so needs root and Linux. Only UDP over IPv4 is looked
// at; of what is not RTP, RTCP, STUN, DTLS or SIP nothing is kept.
package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	seconds := flag.Int("seconds", 30, "how long to listen")
	flag.Parse()
	if err := listen(time.Duration(*seconds) * time.Second); err != nil {
		fmt.Fprintln(os.Stderr, "capture:", err)
		os.Exit(1)
	}
}

// listen prints the first packet of each kind.
func listen(lasting time.Duration) error {
	const inNetworkOrder = unix.ETH_P_IP>>8 | unix.ETH_P_IP&0xff<<8
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM, inNetworkOrder)
	if err != nil {
		return fmt.Errorf("opening a raw socket, which only root may: %w", err)
	}
	defer unix.Close(fd)
	wait := unix.NsecToTimeval(int64(100 * time.Millisecond))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return err
	}
	seen := map[string]bool{}
	buffer := make([]byte, 1<<16)
	for end := time.Now().Add(lasting); time.Now().Before(end); {
		n, _, err := unix.Recvfrom(fd, buffer, 0)
		switch {
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return err
		}
		p := payload(buffer[:n])
		kind := kindOf(p)
		if kind == "" || seen[kind] {
			continue
		}
		seen[kind] = true
		fmt.Printf("%s %x\n", kind, p)
		if _, body, _ := bytes.Cut(p, []byte("\r\n\r\n")); bytes.HasPrefix(body, []byte("v=0")) {
			fmt.Printf("sdp-%s %x\n", kind, body)
		}
	}
	return nil
}

// payload is what a packet of IP carries by UDP.
func payload(b []byte) []byte {
	const udp, header = 17, 8
	if len(b) < 20 || b[0]>>4 != 4 || b[9] != udp {
		return nil
	}
	b = b[min(len(b), int(b[0]&15)*4):]
	if len(b) <= header {
		return nil
	}
	return b[header:]
}

// kindOf names a packet by what of it makes a difference (RFC 7983 §7).
func kindOf(p []byte) string {
	if len(p) == 0 {
		return ""
	}
	switch first := p[0]; {
	case bytes.Contains(p, []byte("SIP/2.0")):
		words := strings.Fields(string(p[:min(len(p), 40)]))
		return "sip-" + strings.ReplaceAll(words[0]+"-"+words[1][:min(3, len(words[1]))], "/", "")
	case first < 4 && len(p) >= 20:
		return fmt.Sprintf("stun-%x-%d", binary.BigEndian.Uint16(p), len(p)/32)
	case 20 <= first && first <= 63 && len(p) > 13:
		return fmt.Sprintf("dtls-%d-%d", first, p[13])
	case 128 <= first && first <= 191 && len(p) >= 8 && 192 <= p[1] && p[1] <= 223:
		return fmt.Sprintf("rtcp-%d-%d", p[1], len(p)/16)
	case 128 <= first && first <= 191 && len(p) >= 12:
		return fmt.Sprintf("rtp-%d-%x-%d", p[1], first, len(p)/64)
	}
	return ""
}
