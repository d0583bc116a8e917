package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"webtrunk"
)

// What one hash costs: OWASP's Password Storage Cheat Sheet asks for at least
// 19 MiB, two passes and one lane of argon2id. Hashes carry their own figures,
// so that these may grow.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashLength = 32
	saltLength = 16
)

// MinPassword and MaxPassword bound a password's length, in bytes for the
// longest and characters for the shortest (NIST SP 800-63B §3.1.1.2 asks for 15
// without a second factor and 8 with one, and forbids rules on characters).
const (
	MinPassword = 12
	MaxPassword = 128
)

// A hashing hashes passwords, few at once: each takes memory and a processor,
// and strangers choose how often they try to log in.
type hashing struct {
	memory  int // KiB: hashMemory, but for tests that are not about it
	slots   chan struct{}
	waiting chan struct{}
}

// newHashing hashes on so many processors, and lets 32 wait for each.
func newHashing(processors int) hashing {
	n := max(1, processors)
	return hashing{memory: hashMemory, slots: make(chan struct{}, n), waiting: make(chan struct{}, 32*n)}
}

// enter waits for a turn.
func (h hashing) enter(ctx context.Context) (leave func(), err error) {
	busy := &webtrunk.Error{Op: "password", Kind: webtrunk.Exhausted, Message: "Too many people are logging in at this moment. Try again in a minute."}
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return nil, busy
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		busy.Err = ctx.Err()
		return nil, busy
	}
}

// hash returns a password's hash as a PHC string,
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash".
func (h hashing) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltLength)
	rand.Read(salt)
	return h.phc(salt, argon2.IDKey([]byte(password), salt, hashPasses, uint32(h.memory), hashLanes, hashLength)), nil
}

func (h hashing) phc(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, hashPasses, hashLanes, b64(salt), b64(sum))
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

// verify reports whether a password has a hash. An empty hash, of a person who
// does not exist, is verified like any other and does not fit, so that the time
// tells nobody who exists.
func (h hashing) verify(ctx context.Context, password, hash string) (bool, error) {
	there := hash != ""
	if !there {
		hash = h.phc(make([]byte, saltLength), make([]byte, hashLength))
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	var version, memory, passes, lanes int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, unreadable()
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil || version != argon2.Version || passes < 1 || lanes < 1 || lanes > 255 || memory > 1<<20 {
		return false, unreadable()
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) < 16 {
		return false, unreadable()
	}
	sum := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), uint8(lanes), uint32(len(want)))
	return subtle.ConstantTimeCompare(sum, want) == 1 && there, nil
}

func unreadable() error {
	return &webtrunk.Error{Op: "password", Message: "The password that is kept cannot be read. Have it reset."}
}

// checkPassword says what is wrong with a password that somebody chose.
func checkPassword(password, email string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return invalid("password", fmt.Sprintf("A password has at least %d characters. Several words make a good one.", MinPassword))
	case len(password) > MaxPassword:
		return invalid("password", fmt.Sprintf("A password has at most %d characters.", MaxPassword))
	case !utf8.ValidString(password):
		return invalid("password", "The password is not valid UTF-8.")
	case strings.EqualFold(strings.TrimSpace(password), email):
		return invalid("password", "The password must not be the email address.")
	case strings.Count(password, password[:1]) == len(password):
		return invalid("password", "The password is one character, repeated. Choose several words.")
	}
	return nil
}
