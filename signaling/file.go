package signaling

// A RoomTicket lets a page send or fetch one file over HTTP, once and soon.
type RoomTicket struct {
	Path   string // at the gateway that the page is connected to
	Secret string // for the header Authorization: Bearer
	Lasts  int    // seconds
}

// A fileNotice gives a page a ticket. It has no number: a page that misses it asks again.
type fileNotice struct {
	Type   string `json:"type"` // attach, fetch
	ID     string `json:"id"`
	File   string `json:"file"` // as the page has called it
	Path   string `json:"path"`
	Secret string `json:"secret"`
	Lasts  int    `json:"lasts"`
}

// attach asks for a ticket to send a file to whoever can read along.
func (s *session) attach(c *pageCall, r request) *refusal {
	return s.askFile(c, r, func(answer func(RoomTicket, error)) { c.seat.Attach(r.Name, r.Size, answer) })
}

// fetch asks for a ticket to fetch one that was sent.
func (s *session) fetch(c *pageCall, r request) *refusal {
	return s.askFile(c, r, func(answer func(RoomTicket, error)) { c.seat.Fetch(r.File, answer) })
}

func (s *session) askFile(c *pageCall, r request, ask func(answer func(RoomTicket, error))) *refusal {
	switch {
	case !validID(r.File):
		return refuse(codeBadMessage, "file is 1 to 64 letters, digits, '-' and '_'.")
	case c.unread():
		bad := refuse(codeNoRoom, "Nobody in this call can read this: it was not answered, or the gateway keeps no chat.")
		bad.operation = r.File
		return bad
	}
	ask(func(t RoomTicket, err error) {
		s.post(func() {
			switch {
			case s.call != c:
			case err != nil:
				s.refuseOperation(c, r.File, err)
			default:
				s.pass(fileNotice{Type: r.Type, ID: c.id, File: r.File, Path: t.Path, Secret: t.Secret, Lasts: t.Lasts})
			}
		})
	})
	return nil
}
