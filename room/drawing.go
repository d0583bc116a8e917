package room

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strconv"
	"strings"

	"webtrunk"
)

// The whiteboard of a call has a fixed size in units of its own, so that all see the
// same, however large their screens are.
const (
	BoardWidth  = 1600
	BoardHeight = 1000
)

// A Tool is what somebody draws with.
type Tool string

const (
	Pen     Tool = "pen"     // a line through all points
	Line    Tool = "line"    // from the first point to the second
	Arrow   Tool = "arrow"   // likewise, with a head at the second
	Rect    Tool = "rect"    // with the two points in opposite corners
	Ellipse Tool = "ellipse" // within such a rectangle
	Label   Tool = "text"    // that begins at a point
	Picture Tool = "picture" // within a rectangle
)

// points is how many points each tool takes, at least and at most.
var points = map[Tool][2]int{Pen: {1, 1000}, Line: {2, 2}, Arrow: {2, 2}, Rect: {2, 2}, Ellipse: {2, 2}, Label: {1, 1}, Picture: {2, 2}}

// Inks are the colours, by name.
var Inks = []string{"black", "red", "blue", "green", "orange", "violet"}

const (
	mostSize    = 3   // of a line, from 1
	mostLabel   = 200 // characters
	mostPicture = 24 << 10
)

// Drawn is something on the whiteboard, or the place that is pointed at.
type Drawn struct {
	Tool   Tool   `json:"tool,omitempty"`
	Points string `json:"points,omitempty"` // "x,y x,y …" in units of the board
	Ink    string `json:"ink,omitempty"`    // one of Inks
	Size   int    `json:"size,omitempty"`   // of its line or letters, from 1 to 3
	Image  string `json:"image,omitempty"`  // of a picture: a data URL of PNG or JPEG
	Stroke string `json:"stroke,omitempty"` // the page's own name of it, also while it is being drawn
	Of     int64  `json:"of,omitempty"`     // of an undo: the place of what is taken back
}

func (d Drawn) size() int { return len(d.Points) + len(d.Image) }

// onBoard reports whether operations of a kind are about the whiteboard.
func (k Kind) onBoard() bool {
	return k == Draw || k == Undo || k == Clear || k == Sketch || k == Point
}

// drawable is what a member asks to draw, as it is kept.
func drawable(b Body) (Body, error) {
	d, text := b.Drawn, ""
	if d.Of = 0; d.Stroke != "" && !validID(d.Stroke) {
		return b, unfit("The stroke's name is 1 to 64 letters, digits, '-' and '_'.")
	}
	most, known := points[d.Tool]
	if !known {
		return b, unfit("Draw with pen, line, arrow, rect, ellipse, text or picture.")
	}
	var err error
	if d.Points, err = onTheBoard(d.Points, most[0], most[1]); err != nil {
		return b, err
	}
	if d.Tool == Label {
		if text, err = readable(b.Text, mostLabel); err != nil {
			return b, err
		}
	}
	if d.Tool != Picture {
		d.Image = ""
		return Body{Text: text, Drawn: d}, lined(d)
	}
	d.Ink, d.Size = "", 0
	return Body{Drawn: d}, pictured(d.Image)
}

// lined reports what is wrong with a line's colour and width.
func lined(d Drawn) error {
	if slices.Contains(Inks, d.Ink) && d.Size >= 1 && d.Size <= mostSize {
		return nil
	}
	return unfit(fmt.Sprintf("A line has an ink (%s) and a size from 1 to %d.", strings.Join(Inks, ", "), mostSize))
}

// sketched is what a member is about to draw. A pen's points may follow those before.
func sketched(b Body) (Body, error) {
	d := b.Drawn
	most, known := points[d.Tool]
	var err error
	if d.Points, err = onTheBoard(d.Points, 1, most[1]); err != nil {
		return b, err
	}
	if !known || d.Tool == Label || d.Tool == Picture || !validID(d.Stroke) {
		return b, unfit("A sketch has a stroke's name, and is of a pen, line, arrow, rect or ellipse.")
	}
	return Body{Drawn: Drawn{Tool: d.Tool, Points: d.Points, Ink: d.Ink, Size: d.Size, Stroke: d.Stroke}}, lined(d)
}

// pointed is where a member points; without a point, nowhere any more.
func pointed(b Body) (Body, error) {
	at, err := onTheBoard(b.Points, 0, 1)
	return Body{Drawn: Drawn{Points: at}}, err
}

// onTheBoard reads points and writes them as they are kept.
func onTheBoard(written string, least, most int) (string, error) {
	all := strings.Fields(written)
	if len(all) < least || len(all) > most {
		return "", unfit(fmt.Sprintf("This takes %d to %d points.", least, most))
	}
	for i, point := range all {
		x, y, two := strings.Cut(point, ",")
		left, wrongX := strconv.Atoi(x)
		top, wrongY := strconv.Atoi(y)
		if !two || wrongX != nil || wrongY != nil || left < 0 || left > BoardWidth || top < 0 || top > BoardHeight {
			return "", unfit(fmt.Sprintf("A point is written as x,y: whole numbers from 0,0 to %d,%d.", BoardWidth, BoardHeight))
		}
		all[i] = strconv.Itoa(left) + "," + strconv.Itoa(top)
	}
	return strings.Join(all, " "), nil
}

// mostSide is how many pixels a picture has at most in each direction: however well they
// are packed, as many as a board may have take some 80 MiB of a page that shows them.
const mostSide = 800

// pictured reports what is wrong with a picture: what it says of itself is read, and its
// pixels are not.
func pictured(written string) error {
	kind, encoded, _ := strings.Cut(strings.TrimPrefix(written, "data:image/"), ";base64,")
	read := map[string]func(io.Reader) (image.Config, error){"png": png.DecodeConfig, "jpeg": jpeg.DecodeConfig}[kind]
	if read == nil || !strings.HasPrefix(written, "data:image/") || len(written) > mostPicture {
		return unfit(fmt.Sprintf("A picture is a data URL of a PNG or JPEG in base64, of at most %d bytes.", mostPicture))
	}
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return unfit("A picture is written in base64.")
	}
	is, err := read(bytes.NewReader(content))
	if err != nil || is.Width < 1 || is.Height < 1 || is.Width > mostSide || is.Height > mostSide {
		return unfit(fmt.Sprintf("This is no %s picture of at most %d × %d pixels.", strings.ToUpper(kind), mostSide, mostSide))
	}
	return nil
}

// undoable reports whether a member may take back what stands at a place: what they drew,
// or cleared, themselves.
func (s *State) undoable(by Member, of int64) error {
	if of < 1 || of > s.Last() {
		return unfit("Nothing stands at this place of the room yet.")
	}
	o := s.Log[of-1]
	switch {
	case o.Kind != Draw && o.Kind != Clear:
		return unfit("Only what was drawn, or cleared, can be taken back.")
	case o.By.Leg != by.Leg:
		return unfit("What somebody else has drawn is theirs to take back.")
	case s.undone[of]:
		return refused(webtrunk.Conflict, "This was taken back already.")
	}
	return nil
}

// Board are what the whiteboard shows, in the order in which it was drawn: all since it
// was last cleared that was not taken back.
func (s *State) Board() []Operation {
	var shown []Operation
	for _, o := range s.Log {
		switch {
		case s.undone[o.Seq]:
		case o.Kind == Clear:
			shown = nil
		case o.Kind == Draw:
			shown = append(shown, o)
		}
	}
	return shown
}
