package signaling

// A history keeps a session's last messages, for a page that comes back.
type history struct {
	most  int
	first uint64   // the number of kept[0]
	kept  [][]byte // as sent, in order, without gaps
}

func newHistory(most int) history { return history{most: most, first: 1} }

// add keeps the next message and forgets the oldest when there are too many.
func (h *history) add(message []byte) {
	h.kept = append(h.kept, message)
	if len(h.kept) > h.most {
		h.kept[0] = nil
		h.kept = h.kept[1:]
		h.first++
	}
}

// next is the number that the next message gets.
func (h *history) next() uint64 { return h.first + uint64(len(h.kept)) }

// after returns the messages that follow number last; ok is false when some of
// them are forgotten, or when last was never sent.
func (h *history) after(last uint64) (missed [][]byte, ok bool) {
	if last+1 < h.first || last >= h.next() {
		return nil, false
	}
	return h.kept[last+1-h.first:], true
}
