package event

import "sort"

// A window holds the newest records of the whole log: all that are behind a
// position. Between them positions may be left out, where an account has let go
// of its oldest records.
type window struct {
	most int
	from int64
	recs []*Record // oldest first
}

func (w *window) add(r *Record) {
	if len(w.recs) == w.most {
		w.from = w.recs[0].Position
		w.recs[0] = nil
		w.recs = w.recs[1:] // append copies when the slice is used up, so that this costs little on the average
	}
	w.recs = append(w.recs, r)
}

// after returns the records behind a position.
func (w *window) after(position int64) []*Record {
	return w.recs[sort.Search(len(w.recs), func(i int) bool { return w.recs[i].Position > position }):]
}
