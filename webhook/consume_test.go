package webhook

import "testing"

// TestRecordsForNobodyCostNoCommit: where no endpoint is to hear of a record the
// database is only read, so that the calls' own commits need not wait for it.
func TestRecordsForNobodyCostNoCommit(t *testing.T) {
	onEach(t, func(w *world) {
		s := w.sender()
		handle := func(appends int, do func()) {
			w.Helper()
			do()
			_, recs := w.call(3)
			before := w.db.Stats().Commits
			if err := s.Handle(w.ctx, recs); err != nil {
				w.Fatal(err)
			}
			if got := w.db.Stats().Commits - before; got != uint64(appends) {
				w.Errorf("%d commits, want %d", got, appends)
			}
		}
		handle(0, func() {})
		handle(0, func() { w.endpoint("http://127.0.0.1:9/", "webhook.*") }) // hears of others
		handle(1, func() { w.endpoint("http://127.0.0.1:9/") })
	})
}
