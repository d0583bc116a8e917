package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"webtrunk"
	"webtrunk/archive/voicemail"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/media/prompt"
	"webtrunk/soundcheck"
)

// waitingNumber leads to a queue whose agents are all away.
const waitingNumber = "+15550100143"

// queueAt makes a queue in a demo, and the number that leads to it.
func queueAt(t *testing.T, d *demo) (directory.Principal, dispatch.Queue) {
	t.Helper()
	account, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	by := directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Operator: true, Test: true}
	queue, err := d.queues.CreateQueue(t.Context(), by, dispatch.Queue{Name: "Support", Greeting: "hold", Voicemail: true})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := d.directory.CreateReference(t.Context(), by, directory.NewReference{Target: webtrunk.Address{Scheme: webtrunk.Queue, Value: queue.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.directory.CreateNumber(t.Context(), by, directory.NewNumber{Account: account.ID, Test: true, Number: waitingNumber, Reference: ref.ID}); err != nil {
		t.Fatal(err)
	}
	return by, queue
}

// TestATelephoneWaitsAndLeavesAMessage: it calls a number of ours, is answered by
// a queue's greeting, hears music, presses 2, is asked for a message, says a
// sentence, presses hash; and that sentence is what the mailbox plays.
func TestATelephoneWaitsAndLeavesAMessage(t *testing.T) {
	t.Parallel()
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	by, queue := queueAt(t, d)
	phone := dial(t, d, waitingNumber)
	reaches(t, phone, carrier.Reached(carrier.Confirmed))
	hears(t, d.phrases, phone, "hold", "music")
	hears(t, d.phrases, phone, "music", "hold")
	if err := phone.SendDigits(t.Context(), "2"); err != nil {
		t.Fatal(err)
	}
	isAsked(t, d.phrases, phone)
	harbour, garden := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	if err := phone.Play(t.Context(), harbour); err != nil {
		t.Fatal(err)
	}
	if err := phone.SendDigits(t.Context(), "#"); err != nil {
		t.Fatal(err)
	}
	reaches(t, phone, carrier.Ended)
	left, err := d.mailboxes.List(t.Context(), by.Account, by.Test, []string{queue.ID}, 10, "")
	if err != nil || len(left) != 1 {
		t.Fatalf("left are %v: %v", left, err)
	}
	if err := soundcheck.Hears(inMailbox(t, d.mailboxes, by, left[0].ID), harbour, garden); err != nil {
		t.Error(err)
	}
}

// isAsked waits until a telephone is asked for a message and has then heard the tone
// after which one speaks. Nothing more is heard after the tone, but a frame now and
// then that keeps the way open.
func isAsked(t *testing.T, l *prompt.Library, phone *carrier.Call) {
	t.Helper()
	asked := hears(t, l, phone, "leave_message", "music")
	hearsTone(t, l, phone.Heard, asked.At(len(recited(t, l, "leave_message"))))
}

// hearsTone waits until the tone after which one speaks is heard, or what is left of it:
// behind a sample, about.
func hearsTone(t *testing.T, l *prompt.Library, heard func() []int16, from int) {
	t.Helper()
	tone := recited(t, l, "beep")
	end := len(tone) - soundcheck.Rate/100 // its last edge may lie at the very end
	tone = tone[end-soundcheck.Rate/20 : end]
	from = max(0, from-soundcheck.Rate/2)
	comesTrue(t, "the tone is heard", func() bool {
		pcm := heard()
		likeness, _ := find(pcm[min(from, len(pcm)):], tone)
		return likeness > 0.9
	})
}

// hears waits until a telephone has heard a phrase, and holds what it heard meanwhile to
// be no other.
func hears(t *testing.T, l *prompt.Library, phone *carrier.Call, this, that string) soundcheck.Finding {
	t.Helper()
	return listenFor(t, phone.Heard, this, recited(t, l, this), recited(t, l, that))
}

// begins is the beginning of a phrase.
func begins(t *testing.T, l *prompt.Library, phrase string) []int16 {
	t.Helper()
	s, err := l.Open(phrase)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 4*soundcheck.Rate)
	return pcm[:s.Read(pcm)]
}

// inMailbox is what a message sounds like: as one who is played it hears it.
func inMailbox(t *testing.T, m *voicemail.Mailboxes, by directory.Principal, id string) []int16 {
	t.Helper()
	file, err := m.Open(t.Context(), by.Account, by.Test, id)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, content)
}

// decoded is what an Ogg Opus file sounds like.
func decoded(t *testing.T, content []byte) []int16 {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "en"), 0o700), os.WriteFile(filepath.Join(dir, "en", "message.opus"), content, 0o600)); err != nil {
		t.Fatal(err)
	}
	l, err := prompt.New(prompt.Options{Directory: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Open("message")
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 60*soundcheck.Rate)
	return pcm[:s.Read(pcm)]
}
