package browser

import (
	"encoding/json"
	"os"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Scheme shows the page in light or dark colours, and without motion, so that
// no colour is measured on its way to another.
func (p *Tab) Scheme(name string) {
	p.t.Helper()
	_, err := chromedp.Call(p.Context(), emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	p.check(err)
}

// brings loads axe into the page, where it stays until the page is left.
func (p *Tab) brings(axe string) {
	p.t.Helper()
	rules, err := os.ReadFile(axe)
	if err != nil {
		p.t.Fatalf("axe is not here, run npm ci: %v", err)
	}
	p.run("void (() => {" + string(rules) + "})()")
}

// fewestRules is how many of axe's rules apply to any page of ours. Fewer means
// that it has seen nothing.
const fewestRules = 15

// Accessible holds the page, as it is now, to axe's rules for WCAG 2.2 AA, and to
// what Operable asks; axe is the file that npm ci installs.
func (p *Tab) Accessible(axe, when string) {
	p.t.Helper()
	p.Operable(when)
	if !Evaluate[bool](p, `"axe" in window`) {
		p.brings(axe)
	}
	report := Evaluate[string](p, `
		axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) =>
			JSON.stringify({ checked: r.passes.length, wrong: r.violations.map((v) =>
				v.impact + ": " + v.id + ": " + v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")) }))`)
	var found struct {
		Checked int
		Wrong   []string
	}
	p.check(json.Unmarshal([]byte(report), &found))
	if found.Checked < fewestRules {
		p.t.Errorf("%s: only %d rules applied", when, found.Checked)
	}
	for _, wrong := range found.Wrong {
		p.t.Errorf("%s: %s", when, wrong)
	}
}
