package room

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

var (
	noon    = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	visitor = Member{Leg: 1, Role: Visitor, Name: "Ann"}
	agent   = Member{Leg: 2, Role: Agent, Name: "Ada"}
	usual   = Limits{}.withDefaults()
)

// say is a draft of a message.
func say(id, text string) Draft { return Draft{ID: id, Kind: Message, Body: Body{Text: text}} }

// do accepts and applies a draft, which must be all right.
func do(t *testing.T, s *State, by Member, d Draft) Operation {
	t.Helper()
	o, fresh, err := s.Accept(by, d, noon, usual)
	if err != nil {
		t.Fatalf("%+v is refused: %v", d, err)
	}
	if fresh && o.Kind.kept() {
		s.Apply(o)
	}
	return o
}

func TestARoomIsALogInOrder(t *testing.T) {
	s := Replay(nil)
	do(t, s, visitor, say("a", "  Hello\r\nthere "))
	do(t, s, agent, say("a", "Good morning")) // each page names its own
	do(t, s, agent, Draft{Kind: Typing})
	do(t, s, agent, Draft{ID: "r1", Kind: Read, Body: Body{Upto: 1}})
	if s.Last() != 3 || s.Log[0].Text != "Hello\nthere" || s.Log[1].By.Leg != 2 || s.Log[2].Kind != Read || s.Seen[2] != 1 {
		t.Errorf("the room is %+v", s.Log)
	}
	if got := s.After(2); len(got) != 1 || got[0].Seq != 3 {
		t.Errorf("behind 2 stands %+v", got)
	}
	if len(s.After(-1)) != 3 || len(s.After(9)) != 0 {
		t.Errorf("behind -1 stand %d, behind 9 %d", len(s.After(-1)), len(s.After(9)))
	}
}

func TestWhatIsSentAgainIsThereOnce(t *testing.T) {
	s := Replay(nil)
	first := do(t, s, visitor, say("a", "Hello"))
	do(t, s, agent, say("b", "Good morning"))
	if again := do(t, s, visitor, say("a", "Hello ")); again != first || s.Last() != 2 {
		t.Errorf("sent again it is %+v, not %+v, in %+v", again, first, s.Log)
	}
	if _, _, err := s.Accept(visitor, say("a", "Something else"), noon, usual); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("another text with the same id gives %v", err)
	}
	do(t, s, visitor, Draft{ID: "r2", Kind: Read, Body: Body{Upto: 2}})
	if o := do(t, s, visitor, Draft{ID: "r1", Kind: Read, Body: Body{Upto: 1}}); o.Seq != 0 || s.Last() != 3 || s.Seen[1] != 2 {
		t.Errorf("a mark that came late moved the reader back: %+v", s.Seen)
	}
}

func TestWhatARoomRefuses(t *testing.T) {
	small := usual
	small.Operations, small.Bytes, small.Text = 2, 11, 6
	for what, c := range map[string]struct {
		before int // messages of five bytes that are there
		draft  Draft
		kind   webtrunk.Kind
	}{
		"nothing said":              {0, say("x", " \n "), webtrunk.Invalid},
		"too much said":             {0, say("x", "éééé éé"), webtrunk.Invalid},
		"a control character":       {0, say("x", "a\x00b"), webtrunk.Invalid},
		"no characters at all":      {0, say("x", "a\xffb"), webtrunk.Invalid},
		"a place that is not there": {1, Draft{ID: "x", Kind: Read, Body: Body{Upto: 2}}, webtrunk.Invalid},
		"no place":                  {1, Draft{ID: "x", Kind: Read}, webtrunk.Invalid},
		"one operation more":        {2, say("x", "a"), webtrunk.Exhausted},
		"more bytes":                {1, say("x", "ééé1"), webtrunk.Exhausted},
	} {
		s := Replay(nil)
		for i := range c.before {
			do(t, s, visitor, say(fmt.Sprint(i), "12345"))
		}
		_, fresh, err := s.Accept(agent, c.draft, noon, small)
		if fresh || webtrunk.KindOf(err) != c.kind || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("%s gives fresh %v, %v", what, fresh, err)
		}
		if s.Last() != int64(c.before) {
			t.Errorf("%s has changed the room", what)
		}
	}
}

func TestWhatIsNoDraft(t *testing.T) {
	for raw, kind := range map[string]webtrunk.Kind{
		``: webtrunk.Invalid, `[]`: webtrunk.Invalid, `{"id": 1}`: webtrunk.Invalid, `{"kind": "message", "text": "no id"}`: webtrunk.Invalid,
		`{"id": "a b", "kind": "message"}`: webtrunk.Invalid, `{"id": "` + strings.Repeat("a", 65) + `", "kind": "read"}`: webtrunk.Invalid,
		`{"id": "a", "kind": "stroke"}`: webtrunk.Unsupported, `{"id": "a"}`: webtrunk.Unsupported,
	} {
		if d, err := ParseDraft([]byte(raw)); webtrunk.KindOf(err) != kind || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("%s is %+v, %v", raw, d, err)
		}
	}
	if d, err := ParseDraft([]byte(`{"kind": "typing"}`)); err != nil || d.Kind != Typing {
		t.Errorf("typing is %+v, %v", d, err)
	}
}

// Two pages send in any order, and again whatever they are not sure of, as often as they
// like: the log has each message once, each page's in the order in which it was first sent,
// and gives the same room again.
func TestAnyInterleavingGivesOneLog(t *testing.T) {
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		s := Replay(nil)
		sent := map[Member]int{visitor: 0, agent: 0}
		for range 60 {
			by := []Member{visitor, agent}[rnd.IntN(2)]
			n := sent[by]
			if n > 0 && rnd.IntN(3) == 0 {
				n = rnd.IntN(n) // once more
			} else {
				sent[by]++
			}
			do(t, s, by, say(fmt.Sprint(n), fmt.Sprintf("%s says %d", by.Role, n)))
			if s.Last() > 0 && rnd.IntN(4) == 0 {
				upto := 1 + rnd.Int64N(s.Last())
				do(t, s, by, Draft{ID: fmt.Sprintf("r%d-%d", upto, rnd.IntN(9)), Kind: Read, Body: Body{Upto: upto}})
			}
		}
		next := map[Role]int{}
		for i, o := range s.Log {
			if o.Seq != int64(i+1) {
				t.Fatalf("seed %d: place %d has number %d", seed, i+1, o.Seq)
			}
			if o.Kind != Message {
				continue
			}
			if want := fmt.Sprintf("%s says %d", o.By.Role, next[o.By.Role]); o.Text != want {
				t.Fatalf("seed %d: %q stands where %q should", seed, o.Text, want)
			}
			next[o.By.Role]++
		}
		if next[Visitor] != sent[visitor] || next[Agent] != sent[agent] {
			t.Fatalf("seed %d: %v were said, %v are there", seed, sent, next)
		}
		if again := Replay(s.Log); !reflect.DeepEqual(again, s) {
			t.Fatalf("seed %d: the log gives another room", seed)
		}
	}
}

func FuzzDraft(f *testing.F) {
	f.Add([]byte(`{"id":"a","kind":"message","text":"Hello"}`))
	f.Add([]byte(`{"id":"r1","kind":"read","upto":1}`))
	f.Add([]byte(`{"kind":"typing"}`))
	f.Add([]byte(`{"id":"d1","kind":"draw","tool":"pen","points":"1,2 3,4","ink":"red","size":2,"stroke":"s"}`))
	f.Add([]byte(`{"id":"d2","kind":"draw","tool":"text","points":"1,2","ink":"blue","size":1,"text":"Here"}`))
	f.Add([]byte(`{"id":"u","kind":"undo","of":1}`))
	f.Add([]byte(`{"id":"c","kind":"clear"}`))
	f.Add([]byte(`{"kind":"sketch","tool":"pen","points":"1,2","ink":"red","size":2,"stroke":"s"}`))
	f.Add([]byte(`{"kind":"point","points":"1,2"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ParseDraft(raw)
		if err != nil {
			return
		}
		s := Replay(nil)
		if o, fresh, err := s.Accept(visitor, d, noon, usual); err == nil && fresh && o.Kind.kept() {
			s.Apply(o)
			if o.Kind == Message && o.Text == "" || len([]rune(o.Text)) > usual.Text || !reflect.DeepEqual(Replay(s.Log), s) {
				t.Errorf("%q became %+v", raw, o)
			}
			if again, _, err := s.Accept(visitor, Draft{ID: o.ID, Kind: o.Kind, Body: o.Body}, noon, usual); err != nil || again.Seq != o.Seq {
				t.Errorf("what %q became is refused when it is sent again: %v", raw, err)
			}
		}
	})
}
