//go:build e2e

package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"webtrunk/e2e/browser"
	"webtrunk/room"
)

// TestPeopleDrawInACall has a visitor in one browser and an agent in another draw on one
// whiteboard: with the mouse, by presses without dragging, and by keys alone. Lost
// connections on both sides and pages that are loaded anew change nothing of what both
// see, to the last point of the picture that each saves, and the record shows it again.
func TestPeopleDrawInACall(t *testing.T) {
	_, c, desk, visitor, agent := talkByCable(t)

	agent.ByKeys()
	visitor.Click("button", "Whiteboard")
	agent.Click("button", "Open the whiteboard")
	v, a := board{writing{visitor, "", `document.querySelector("webtrunk-call").shadowRoot`}}, board{writing{agent, "", "document"}}
	both := func(want ...string) {
		t.Helper()
		v.has(t, want...)
		a.has(t, want...)
	}

	v.Drag("application", "Whiteboard", [2]float64{.1, .1}, [2]float64{.2, .3}, [2]float64{.3, .1}, [2]float64{.4, .3})
	both("Pen")
	v.Click("button", "Rectangle") // which two presses place
	v.Drag("application", "Whiteboard", [2]float64{.5, .1})
	v.Drag("application", "Whiteboard", [2]float64{.9, .4})
	both("Pen", "Rectangle")

	// The agent has a keyboard alone.
	const label = "Here it broke"
	agent.Choose("Colour", "blue")
	agent.Choose("Thickness", "2")
	agent.Click("button", "Arrow")
	agent.Reach("application", "Whiteboard")
	agent.Do(chromedp.KeyEvent(kb.ArrowDown + "\r" + strings.Repeat(kb.ArrowRight, 6) + "\r"))
	both("Pen", "Rectangle", "Arrow")
	agent.Click("button", "Text")
	agent.Reach("application", "Whiteboard")
	agent.Do(chromedp.KeyEvent(kb.ArrowDown + "\r"))
	agent.Eventually("the field for the text", func() bool { return browser.Evaluate[string](agent, `document.activeElement.id`) == "board-text" })
	agent.Do(chromedp.KeyEvent(label + "\r"))
	both("Pen", "Rectangle", "Arrow", "text “"+label+"”")
	agent.Click("button", "Pen")
	agent.Reach("application", "Whiteboard")
	agent.Do(chromedp.KeyEvent(kb.ArrowUp + "\r" + kb.ArrowLeft + "\r" + kb.ArrowUp + "\r\r"))
	both("Pen", "Rectangle", "Arrow", "text “"+label+"”", "Pen")
	agent.Click("button", "Undo")
	both("Pen", "Rectangle", "Arrow", "text “"+label+"”")

	visitor.Click("button", "Picture")
	visitor.Upload("map.png", aMap(t))
	visitor.Eventually("the picture ready", func() bool {
		return slices.Contains(v.texts(".board [role=status]"), "Press where the picture's corner is to be.")
	})
	visitor.Drag("application", "Whiteboard", [2]float64{.1, .5})
	both("Pen", "Rectangle", "Arrow", "text “"+label+"”", "Picture")
	saved := func() string {
		t.Helper()
		theirs := visitor.Saved(func() { visitor.Click("button", "Save as picture") })
		agent.Eventually("the same picture", func() bool { return agent.Saved(func() { agent.Click("button", "Save as picture") }) == theirs })
		return theirs
	}
	for scheme, width := range map[string]int64{"light": 360, "dark": 900} {
		for _, p := range []*browser.Tab{visitor, agent} {
			p.Scheme(scheme)
			p.Do(chromedp.EmulateViewport(width, 740))
			p.Accessible(axe, "a whiteboard, "+scheme)
		}
		fits(t, agent, width, "a whiteboard")
	}
	for _, scheme := range []string{"light", "dark"} {
		visitor.Scheme(scheme)
		agent.Scheme(scheme)
		window(t, visitor, "widget-whiteboard-"+scheme)
		agent.Do(chromedp.EmulateViewport(1280, 740))
		picture(t, agent, "console-whiteboard-"+scheme)
	}
	accessibleInArabic(t, agent, "a whiteboard")
	agent.The("application", "Whiteboard")

	agent.Click("button", "Text")
	agent.Reach("application", "Whiteboard")
	agent.Do(chromedp.KeyEvent(strings.Repeat(kb.ArrowDown, 6) + "\r" + hostile + "\r"))
	both("Pen", "Rectangle", "Arrow", "text “"+label+"”", "Picture", "text “"+hostile+"”")
	first := saved()
	isBoard(t, first)

	c.cut()
	visitor.Says("status", "The connection is lost. Reconnecting…")
	visitor.Click("button", "Ellipse")
	visitor.Drag("application", "Whiteboard", [2]float64{.6, .6}, [2]float64{.7, .7}, [2]float64{.8, .9})
	agent.Click("button", "Line")
	agent.Reach("application", "Whiteboard")
	agent.Do(chromedp.KeyEvent("\r" + kb.ArrowDown + "\r"))
	a.has(t, "Pen", "Rectangle", "Arrow", "text “"+label+"”", "Picture", "text “"+hostile+"”", "Line")
	c.mend()
	all := []string{"Pen", "Rectangle", "Arrow", "text “" + label + "”", "Picture", "text “" + hostile + "”", "Line", "Ellipse"}
	both(all...)
	desk.cut()
	shows(t, agent, "Connection lost. Reconnecting…")
	v.Click("button", "Undo") // one's own last, which is not the line
	desk.mend()
	all = all[:7]
	both(all...)

	// Both pages are loaded anew.
	visitor.Do(chromedp.Reload())
	visitor.Click("button", "Whiteboard")
	agent.Do(chromedp.Reload())
	agent.Click("button", "Open the whiteboard")
	both(all...)
	agent.Click("button", "Undo")
	both(all[:6]...)
	visitor.Click("button", "Clear")
	both("There is nothing on the board yet.")
	visitor.Click("button", "Undo")
	both(all[:6]...)
	if again := saved(); again != first {
		t.Error("what was drawn, taken back, cleared and brought back is another picture")
	}

	press(agent, "E")
	visitor.WantEnd("hangup")
	visitor.Gone("button", "Rectangle")
	agent.Click("button", "Close the whiteboard")
	agent.Click("button", "History")
	agent.Click("button", "Timeline of the call with a visitor of the site")
	a.has(t, all[:6]...)
	if past := agent.Saved(func() { agent.Click("button", "Save as picture") }); past != first {
		t.Error("the record is another picture")
	}
	agent.Reach("slider", "Moment of the call")
	agent.Do(chromedp.KeyEvent(kb.Home))
	a.has(t, "There is nothing on the board yet.")
}

// board is the whiteboard of a page.
type board struct{ writing }

// has waits until the board has these, in this order, whoever drew them.
func (b board) has(t *testing.T, want ...string) {
	t.Helper()
	b.Eventually("a board with "+strings.Join(want, ", "), func() bool {
		all := b.texts(".board ol li")
		for i, one := range all {
			if who, what, told := strings.Cut(one, ": "); told && who != "" {
				all[i] = what
			}
		}
		return slices.Equal(all, want)
	})
	if n := browser.Evaluate[int](b.Tab, b.root+`.querySelectorAll("img").length`); n != 0 {
		t.Errorf("%d elements were made of what somebody drew", n)
	}
}

// aMap is a picture larger than a board takes.
func aMap(t *testing.T) []byte {
	t.Helper()
	made := image.NewRGBA(image.Rect(0, 0, 900, 700))
	for i := range 900 * 700 {
		made.Set(i%900, i/900, color.RGBA{uint8(i), uint8(i / 900), uint8(i * 7), 255})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, made); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// isBoard checks that a saved picture is one of a board on which somebody has drawn in
// colours.
func isBoard(t *testing.T, file string) {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(file)
	if err != nil {
		t.Fatal(err)
	}
	made, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if size := made.Bounds().Size(); size != image.Pt(room.BoardWidth, room.BoardHeight) {
		t.Errorf("the picture has %v", size)
	}
	inks := map[color.Color]int{}
	for y := range room.BoardHeight {
		for x := range room.BoardWidth {
			inks[color.NRGBAModel.Convert(made.At(x, y))]++
		}
	}
	white, blue, black := inks[color.NRGBA{255, 255, 255, 255}], inks[color.NRGBA{0x0b, 0x57, 0xd0, 255}], inks[color.NRGBA{0x1c, 0x24, 0x22, 255}]
	if white < room.BoardWidth*room.BoardHeight/2 || blue < 1000 || black < 1000 {
		t.Errorf("of the picture are %d points white, %d blue, %d black", white, blue, black)
	}
}
