package journal

import "webtrunk"

// Fence gives up all calls at once and takes no new ones: another process has
// become this node, and has ended what it found open. A call that talks would
// otherwise go on, unrecorded, until something happens in it. There is no way
// back.
func (j *Journal) Fence(why error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fenced != nil {
		return
	}
	j.fenced = refused(why)
	for id, k := range j.calls {
		if k.lost == nil && !k.call.Ended() {
			j.tellFenced(id, j.fenced)
		}
	}
}

func refused(err error) error {
	return &webtrunk.Error{Op: "journal", Kind: webtrunk.KindOf(err), Err: err,
		Message: "Another process has taken over this gateway's calls, so this one ends here. Call again."}
}
