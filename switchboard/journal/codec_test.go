package journal

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// TestEveryEventHasAName reads package call for what is an event: one that is
// forgotten here could not be read back.
func TestEveryEventHasAName(t *testing.T) {
	files, err := filepath.Glob("../../call/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no package call:", err)
	}
	known := map[string]bool{}
	for name, typ := range kinds {
		known[typ.Name()] = true
		if reflect.Zero(typ).Interface().(call.Event).Type() != name {
			t.Errorf("%v is known as %q", typ, name)
		}
	}
	found := 0
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != "Type" || f.Recv == nil {
				continue
			}
			found++
			if name := f.Recv.List[0].Type.(*ast.Ident).Name; !known[name] {
				t.Errorf("call.%s is not in kinds: it could not be read back", name)
			}
		}
	}
	if found != len(kinds) {
		t.Errorf("package call has %d events, %d are known", found, len(kinds))
	}
}

// TestEventsComeBackExactly fills every field of every event at random.
func TestEventsComeBackExactly(t *testing.T) {
	for name, typ := range kinds {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				v := reflect.New(typ).Elem()
				random(t, v)
				want := []call.Event{call.CallRinging{}, v.Interface().(call.Event)}
				private, err := encode(want)
				if err != nil {
					t.Fatal(err)
				}
				got, err := Events(event.Record{Private: private})
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%s came back as\n%#v\nwant\n%#v", private, got, want)
				}
			})
		})
	}
}

var someAddress = rapid.SampledFrom([]webtrunk.Address{
	{}, {Scheme: webtrunk.Tel, Value: "+15550100101"}, {Scheme: webtrunk.SIP, Value: "a.b+c@[2001:db8::1]"},
	{Scheme: webtrunk.Browser, Value: "desk-1"}, {Scheme: webtrunk.Ref, Value: "ref_shop"},
})

// random fills a value. Of what holds others, empty and none are told apart.
func random(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case webtrunk.Address:
		v.Set(reflect.ValueOf(someAddress.Draw(t, "address")))
		return
	case []byte:
		v.SetBytes(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		return
	case call.Source:
		return // is never on record
	case map[string]string:
		v.Set(reflect.ValueOf(rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "context")))
		return
	case map[string]int:
		v.Set(reflect.ValueOf(rapid.MapOf(rapid.String(), rapid.Int()).Draw(t, "needs")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			random(t, v.Field(i))
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e9, 1e9).Draw(t, "float"))
	case reflect.Slice:
		if n := rapid.IntRange(-1, 3).Draw(t, "length"); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				random(t, v.Index(i))
			}
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "some") {
			v.Set(reflect.New(v.Type().Elem()))
			random(t, v.Elem())
		}
	default:
		t.Fatalf("no random %v", v.Type())
	}
}

// What a newer version wrote is not guessed at.
func TestNewerVersionsAreRefused(t *testing.T) {
	for name, private := range map[string]string{
		"an unknown event": `[{"type":"call.teleported","event":{}}]`,
		"an unknown field": `[{"type":"call.answered","event":{"Leg":2,"Mood":"good"}}]`,
		"another type":     `[{"type":"call.answered","event":{"Leg":"two"}}]`,
	} {
		_, err := Events(event.Record{ID: "evt_1", Call: "call_1", Private: json.RawMessage(private)})
		if webtrunk.KindOf(err) != webtrunk.Unsupported || !strings.Contains(err.Error(), "call_1 was written by a newer version") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Events(event.Record{Private: json.RawMessage(`{`)}); webtrunk.KindOf(err) != webtrunk.Internal {
		t.Errorf("no JSON: %v", err)
	}
}

func TestShowQuality(t *testing.T) {
	got := ShowQuality(call.Quality{Codec: "opus", Received: 9, Lost: 1, Loss: 0.1, Jitter: 1500 * time.Microsecond, RoundTrip: 40 * time.Millisecond, MOS: 4.1})
	want := Quality{Codec: "opus", PacketsReceived: 9, PacketsLost: 1, Loss: 0.1, JitterMS: 1.5, RoundTripMS: 40, MOS: 4.1}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
