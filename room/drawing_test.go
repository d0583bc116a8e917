package room

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"webtrunk"
)

// draw is a draft of something drawn.
func draw(id string, d Drawn) Draft { return Draft{ID: id, Kind: Draw, Body: Body{Drawn: d}} }

func stroke(points string) Drawn { return Drawn{Tool: Pen, Points: points, Ink: "red", Size: 2} }

// pictureOf is a PNG of a size, as a data URL.
func pictureOf(t *testing.T, width, height int) string {
	t.Helper()
	var made bytes.Buffer
	if err := png.Encode(&made, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(made.Bytes())
}

// shown are the places of what the board shows.
func shown(s *State) (all []int64) {
	for _, o := range s.Board() {
		all = append(all, o.Seq)
	}
	return all
}

func TestABoardShowsWhatWasDrawnAndNotTakenBack(t *testing.T) {
	s := Replay(nil)
	want := func(what string, seqs ...int64) {
		t.Helper()
		if got := shown(s); !reflect.DeepEqual(got, seqs) {
			t.Errorf("%s: the board shows %v, want %v", what, got, seqs)
		}
		if again := shown(Replay(s.Log)); !reflect.DeepEqual(again, seqs) {
			t.Errorf("%s: replayed it shows %v, want %v", what, again, seqs)
		}
	}
	do(t, s, visitor, draw("a", stroke(" 0,0  1600,1000 ")))
	do(t, s, agent, Draft{ID: "b", Kind: Draw, Body: Body{Text: " Here ", Drawn: Drawn{Tool: Label, Points: "07,8", Ink: "blue", Size: 1}}})
	do(t, s, agent, say("c", "Look"))
	do(t, s, visitor, draw("d", Drawn{Tool: Picture, Points: "1,1 9,9", Image: pictureOf(t, 3, 2), Ink: "pink", Size: 9}))
	want("drawn", 1, 2, 4)
	if o := s.Log[0]; o.Points != "0,0 1600,1000" || s.Log[1].Text != "Here" || s.Log[1].Points != "7,8" || s.Log[3].Ink != "" || s.Log[3].Size != 0 {
		t.Errorf("kept is %+v", s.Log)
	}
	undo := func(id string, by Member, of int64) Operation {
		t.Helper()
		return do(t, s, by, Draft{ID: id, Kind: Undo, Body: Body{Drawn: Drawn{Of: of}}})
	}
	undo("u1", visitor, 1)
	want("taken back", 2, 4)
	if o := undo("u1", visitor, 1); o.Seq != 5 || s.Last() != 5 {
		t.Errorf("sent again it is %+v", o)
	}
	cleared := do(t, s, agent, Draft{ID: "e", Kind: Clear})
	want("cleared")
	do(t, s, visitor, draw("f", stroke("5,5")))
	want("drawn on", 7)
	undo("u2", agent, cleared.Seq)
	want("the clearing taken back", 2, 4, 7)
}

func TestWhatABoardRefuses(t *testing.T) {
	s := Replay(nil)
	do(t, s, agent, draw("theirs", stroke("1,1")))
	do(t, s, visitor, say("said", "x"))
	gone := do(t, s, visitor, draw("gone", stroke("1,1")))
	do(t, s, visitor, Draft{ID: "u", Kind: Undo, Body: Body{Drawn: Drawn{Of: gone.Seq}}})
	undo := func(of int64) Draft { return Draft{ID: "x", Kind: Undo, Body: Body{Drawn: Drawn{Of: of}}} }
	with := func(change func(*Drawn)) Draft {
		d := stroke("1,1 2,2")
		change(&d)
		return draw("x", d)
	}
	for what, c := range map[string]struct {
		draft Draft
		kind  webtrunk.Kind
	}{
		"no tool":               {with(func(d *Drawn) { d.Tool = "" }), webtrunk.Invalid},
		"no point":              {with(func(d *Drawn) { d.Points = " " }), webtrunk.Invalid},
		"too many points":       {with(func(d *Drawn) { d.Points = strings.Repeat("1,1 ", 1001) }), webtrunk.Invalid},
		"a point outside":       {with(func(d *Drawn) { d.Points = "1601,1" }), webtrunk.Invalid},
		"a point before":        {with(func(d *Drawn) { d.Points = "1,-1" }), webtrunk.Invalid},
		"half a point":          {with(func(d *Drawn) { d.Points = "1" }), webtrunk.Invalid},
		"a fraction":            {with(func(d *Drawn) { d.Points = "1.5,1" }), webtrunk.Invalid},
		"no number":             {with(func(d *Drawn) { d.Points = "NaN,Inf" }), webtrunk.Invalid},
		"one corner":            {with(func(d *Drawn) { d.Tool, d.Points = Rect, "1,1" }), webtrunk.Invalid},
		"another ink":           {with(func(d *Drawn) { d.Ink = "url(https://x)" }), webtrunk.Invalid},
		"no width":              {with(func(d *Drawn) { d.Size = 0 }), webtrunk.Invalid},
		"too wide":              {with(func(d *Drawn) { d.Size = 4 }), webtrunk.Invalid},
		"an odd stroke":         {with(func(d *Drawn) { d.Stroke = "<b>" }), webtrunk.Invalid},
		"no text":               {with(func(d *Drawn) { d.Tool, d.Points = Label, "1,1" }), webtrunk.Invalid},
		"SVG":                   {with(func(d *Drawn) { d.Tool, d.Image = Picture, "data:image/svg+xml;base64,PHN2Zz4=" }), webtrunk.Invalid},
		"another's address":     {with(func(d *Drawn) { d.Tool, d.Image = Picture, "https://x.example/a.png" }), webtrunk.Invalid},
		"no base64":             {with(func(d *Drawn) { d.Tool, d.Image = Picture, "data:image/png;base64,!" }), webtrunk.Invalid},
		"disguised":             {with(func(d *Drawn) { d.Tool, d.Image = Picture, "data:image/png;base64,PHN2Zz4=" }), webtrunk.Invalid},
		"PNG called JPEG":       {with(func(d *Drawn) { d.Tool, d.Image = Picture, strings.Replace(pictureOf(t, 2, 2), "png", "jpeg", 1) }), webtrunk.Invalid},
		"a picture that bursts": {with(func(d *Drawn) { d.Tool, d.Image = Picture, pictureOf(t, 801, 5) }), webtrunk.Invalid},
		"a large picture":       {with(func(d *Drawn) { d.Tool, d.Image = Picture, "data:image/png;base64,"+strings.Repeat("A", mostPicture) }), webtrunk.Invalid},
		"undo of nothing":       {undo(0), webtrunk.Invalid},
		"undo of what is not":   {undo(9), webtrunk.Invalid},
		"undo of a message":     {undo(2), webtrunk.Invalid},
		"undo of another's":     {undo(1), webtrunk.Invalid},
		"undo once more":        {undo(3), webtrunk.Conflict},
		"a sketch unnamed":      {Draft{Kind: Sketch, Body: Body{Drawn: stroke("1,1")}}, webtrunk.Invalid},
		"a sketch of text":      {Draft{Kind: Sketch, Body: Body{Drawn: Drawn{Tool: Label, Points: "1,1", Ink: "red", Size: 1, Stroke: "s"}}}, webtrunk.Invalid},
		"two places at once":    {Draft{Kind: Point, Body: Body{Drawn: Drawn{Points: "1,1 2,2"}}}, webtrunk.Invalid},
	} {
		o, _, err := s.Accept(visitor, c.draft, noon, usual)
		if webtrunk.KindOf(err) != c.kind || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("%s gives %+v, %v, want %v", what, o, err, c.kind)
		}
	}
}

// A full whiteboard leaves the chat its room, and the other way round.
func TestTheWhiteboardAndTheChatDoNotCrowdEachOther(t *testing.T) {
	small := usual
	small.Operations, small.Drawings, small.DrawnBytes = 1, 2, 20
	s := Replay(nil)
	put := func(d Draft) error {
		o, _, err := s.Accept(visitor, d, noon, small)
		if err == nil {
			s.Apply(o)
		}
		return err
	}
	if err := put(draw("long", stroke("1000,1000 1000,1000 1000,1000"))); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("more bytes than a board holds give %v", err)
	}
	for i, d := range []Draft{draw("a", stroke("1,1")), say("b", "x"), {ID: "c", Kind: Clear}} {
		if err := put(d); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	lone := usual
	lone.Pictures = 1
	pictured := func(id string) Draft {
		return draw(id, Drawn{Tool: Picture, Points: "1,1 9,9", Image: pictureOf(t, 2, 2)})
	}
	two := Replay(nil)
	do(t, two, visitor, pictured("a"))
	if _, _, err := two.Accept(agent, pictured("b"), noon, lone); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("a picture too many gives %v", err)
	}
	for _, d := range []Draft{draw("d", stroke("1,1")), say("e", "x")} {
		if err := put(d); webtrunk.KindOf(err) != webtrunk.Exhausted {
			t.Errorf("past the bound: %v", err)
		}
	}
}

// Whoever draws, undoes and clears, in whatever order: all see the same, and the record
// gives it again.
func TestEveryHistoryOfABoardReplays(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := Replay(nil)
		for i := range 60 {
			by := []Member{visitor, agent}[random.IntN(2)]
			d := draw(fmt.Sprint(i), stroke(fmt.Sprintf("%d,%d", random.IntN(BoardWidth+1), random.IntN(BoardHeight+1))))
			switch random.IntN(6) {
			case 0:
				d = Draft{ID: d.ID, Kind: Undo, Body: Body{Drawn: Drawn{Of: int64(random.IntN(i + 1))}}}
			case 1:
				d = Draft{ID: d.ID, Kind: Clear}
			}
			if o, fresh, err := s.Accept(by, d, noon, usual); err == nil && fresh {
				s.Apply(o)
			}
		}
		if again := Replay(s.Log); !reflect.DeepEqual(again, s) || !reflect.DeepEqual(again.Board(), s.Board()) {
			t.Fatalf("seed %d: replayed, the room is another", seed)
		}
	}
}
