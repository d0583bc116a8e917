package event

// A window holds the newest records of the whole log, whose positions have no
// gaps. It copies itself when its slice is full, so that adding costs the same
// on the average however much it holds.
type window struct {
	most int
	recs []*Record // oldest first
}

func (w *window) add(r *Record) {
	if len(w.recs) == w.most {
		w.recs[0] = nil
		w.recs = w.recs[1:]
	}
	w.recs = append(w.recs, r)
}

// after returns the records behind a position.
func (w *window) after(position int64) []*Record {
	if len(w.recs) == 0 {
		return nil
	}
	skip := position + 1 - w.recs[0].Position
	return w.recs[min(max(skip, 0), int64(len(w.recs))):]
}
