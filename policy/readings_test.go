package policy

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"webtrunk"
)

// TestAReadingIsRemembered: as it was found, for each country that it was asked
// from, and no more of them than may be.
func TestAReadingIsRemembered(t *testing.T) {
	t.Parallel()
	var m memory
	var wg sync.WaitGroup
	for _, d := range []dialled{{"+4930123456", "DE"}, {"+4930123456", "US"}, {"+15550100101", ""}, {"+49112", "DE"}, {"+112", ""}, {"nonsense", "FR"}} {
		want := analyse(d)
		for range 4 {
			wg.Go(func() {
				if got := m.of(d); !reflect.DeepEqual(got, want) {
					t.Errorf("%v is %+v, want %+v", d, got, want)
				}
			})
		}
	}
	wg.Wait()
	if len(m.known) != 6 {
		t.Errorf("%d are remembered", len(m.known))
	}
	for i := range mostReadings {
		m.known[dialled{value: fmt.Sprint(i)}] = number{}
	}
	if m.of(dialled{"+15550100102", "US"}); len(m.known) != 1 {
		t.Errorf("%d are remembered", len(m.known))
	}
}

// BenchmarkRead: of a number that shares its calling code with 24 countries.
func BenchmarkRead(b *testing.B) {
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			read(webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, "US")
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			analyse(dialled{"+15550100101", "US"})
		}
	})
}
