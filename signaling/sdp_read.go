package signaling

import (
	"strconv"
	"strings"
)

// readSections reads the lines of an SDP within the limits. The first section
// returned stands for the session level; groups are the members of BUNDLE.
func readSections(text string) (all []section, groups []string, candidates int, bad *refusal) {
	if len(text) > maxSDP {
		return nil, nil, 0, refuse(codeTooLarge, "The offer is over 16 KiB.")
	}
	if !strings.HasPrefix(text, "v=0\r\n") && !strings.HasPrefix(text, "v=0\n") {
		return nil, nil, 0, refuse(codeBadSDP, "The offer is not SDP: it must begin with v=0.")
	}
	all = []section{{}}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' || strings.ContainsAny(line, "\r\x00") {
			return nil, nil, 0, refuse(codeBadSDP, "The offer is not SDP: every line is a letter, = and a value.")
		}
		s := &all[len(all)-1]
		switch value := line[2:]; line[0] {
		case 'm':
			if len(all) > maxSections {
				return nil, nil, 0, refuse(codeBadSDP, "The offer has more than 4 media sections.")
			}
			next, ok := readMedia(value)
			if !ok {
				return nil, nil, 0, refuse(codeBadSDP, "A media line of the offer (m=) cannot be read.")
			}
			if all[0].direction != "" {
				next.direction = all[0].direction
			}
			all = append(all, next)
		case 'a':
			key, value, _ := strings.Cut(value, ":")
			switch {
			case key == "candidate":
				if candidates++; candidates > maxCandidates {
					return nil, nil, 0, refuse(codeTooManyCandidates, "The offer has more than 30 candidates.")
				}
			case key == "group" && strings.HasPrefix(value, "BUNDLE "):
				groups = strings.Fields(value)[1:]
			default:
				s.attribute(key, value)
			}
		}
	}
	return all, groups, candidates, nil
}

// readMedia reads "audio 9 UDP/TLS/RTP/SAVPF 111 0 8".
func readMedia(value string) (section, bool) {
	f := strings.Fields(value)
	if len(f) < 4 || len(f) > 3+maxFormats || !token(f[0], 32) || !token(f[2], 32) || !token(f[3], 32) {
		return section{}, false
	}
	port, err := strconv.ParseUint(f[1], 10, 16)
	if err != nil {
		return section{}, false
	}
	s := section{
		media: f[0], protocol: f[2], format: f[3], port: int(port),
		direction: "sendrecv", codecs: map[int]string{}, fmtp: map[int]string{},
	}
	for _, word := range f[3:] {
		if pt, err := strconv.ParseUint(word, 10, 7); err == nil {
			s.formats = append(s.formats, int(pt))
			if name, ok := staticCodecs[int(pt)]; ok {
				s.codecs[int(pt)] = name
			}
		}
	}
	return s, true
}

// attribute takes one a-line of a section or of the session.
func (s *section) attribute(key, value string) {
	switch key {
	case "mid":
		s.mid = value
	case "ice-ufrag":
		s.ufrag = value
	case "ice-pwd":
		s.password = value
	case "fingerprint":
		s.fingerprint = value
	case "setup":
		s.setup = value
	case "rtcp-mux":
		s.muxed = true
	case "sendrecv", "sendonly", "recvonly", "inactive":
		s.direction = key
	case "rtpmap":
		word, codec, _ := strings.Cut(value, " ")
		if pt, err := strconv.ParseUint(word, 10, 7); err == nil && s.codecs != nil {
			codec = strings.ToLower(strings.TrimSpace(codec))
			s.codecs[int(pt)] = strings.TrimSuffix(codec, "/1") // Firefox names the one channel
		}
	case "fmtp":
		word, parameters, _ := strings.Cut(value, " ")
		if pt, err := strconv.ParseUint(word, 10, 7); err == nil && s.fmtp != nil {
			s.fmtp[int(pt)] = parameters
		}
	case "extmap":
		word, uri, _ := strings.Cut(value, " ")
		// 1 to 14 are the ids of one-byte headers (RFC 8285 §4.2).
		if id, err := strconv.ParseUint(word, 10, 8); err == nil && 1 <= id && id <= 14 && uri == departure {
			s.stamp = uint8(id)
		}
	case "bundle-only":
		s.bundleOnly = true
	case "ssrc":
		word, _, _ := strings.Cut(value, " ")
		if n, err := strconv.ParseUint(word, 10, 32); err == nil && s.ssrc == "" {
			s.ssrc = strconv.FormatUint(n, 10)
		}
	}
}

// token reports whether s is 1 to most characters of RFC 8866's token, or '/'.
func token(s string, most int) bool {
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && !strings.ContainsRune("!#$%&'*+-.^_`{|}~/", rune(c)) {
			return false
		}
	}
	return 0 < len(s) && len(s) <= most
}

// iceString reports whether s is least to 256 ice-chars (RFC 8839 §5.4).
func iceString(s string, least int) bool {
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '+' && c != '/' && c != '-' && c != '_' && c != '=' && c != '#' {
			return false
		}
	}
	return least <= len(s) && len(s) <= 256
}

// fingerprint reports whether s is a hash we trust and its bytes in
// hexadecimal (RFC 8122 §5).
func fingerprint(s string) bool {
	hash, digest, _ := strings.Cut(s, " ")
	size := map[string]int{"sha-256": 32, "sha-384": 48, "sha-512": 64}[strings.ToLower(hash)]
	bytes := strings.Split(digest, ":")
	if size == 0 || len(bytes) != size {
		return false
	}
	for _, b := range bytes {
		if _, err := strconv.ParseUint(b, 16, 8); err != nil || len(b) != 2 {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
