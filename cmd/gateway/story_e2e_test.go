//go:build e2e

package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"webtrunk/e2e/browser"
)

// isOneStory has an agent read the last call as one story, and play it again: what was
// written stands in its order among what happened to the call, and by keys alone one
// goes to any moment of it.
func isOneStory(t *testing.T, agent *browser.Tab, written []string) {
	t.Helper()
	agent.Click("button", "Timeline of the call with a visitor of the site")
	s := writing{agent, "", `document.querySelector(".past-story")`}
	agent.Eventually("the whole story", func() bool {
		told := s.texts(`.story .text`)
		return len(told) > len(written) && slices.Equal(told[:len(written)], written) // and why it ended
	})
	happened := strings.Join(s.texts(`.story li > span`), "; ")
	at := 0
	for _, next := range []string{"began the call", "joined", "answered", "wrote", "connection lost", "connection back", "wrote", "end of the call"} {
		i := strings.Index(happened[at:], next)
		if i < 0 {
			t.Fatalf("%q is missing, or too late, in %q", next, happened)
		}
		at += i
	}
	isText(t, agent, "the story of a call")
	accessibleEveryWay(t, agent, "the story of a call", "console-story")

	all := len(s.texts(`.story li`))
	agent.Reach("slider", "Moment of the call")
	agent.Do(chromedp.KeyEvent(kb.Home))
	agent.Eventually("its beginning alone", func() bool {
		return slices.Equal(s.texts(`.story li > span`)[:1], []string{"began the call"}) && !s.has(`.story .text`, written[0])
	})
	agent.Choose("Speed", "16")
	agent.Click("button", "Play")
	agent.Eventually("all of it again", func() bool { return len(s.texts(`.story li`)) == all })
	agent.The("button", "Play") // which stops at the end
}
