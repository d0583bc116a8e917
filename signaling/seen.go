package signaling

import (
	"webtrunk/media"
)

// understand reads an offer of the page's, its sound and its pictures.
func (s *session) understand(text string) (*offer, *refusal) {
	o, bad := parseOffer(text, s.server.cfg.Codecs)
	if bad == nil && s.server.cfg.VideoBitrate > 0 {
		o.video = o.readVideo(uint64(s.server.cfg.VideoBitrate))
	}
	return o, bad
}

// understand reads an offer in a running call. Its pictures are asked for as
// the other side can decode them.
func (c *pageCall) understand(text string) (*offer, *refusal) {
	o, bad := c.session.understand(text)
	if bad == nil {
		c.tune(o)
	}
	if bad == nil && o.video != nil {
		o.video.prefer(c.wanted)
	}
	return o, bad
}

// What a page sees of the other side, in the words of the protocol.
var seen = map[media.Picture]struct{ state, message string }{
	media.Unseen:     {"off", "Nobody is to be seen just now."},
	media.Seen:       {"on", ""},
	media.NotSent:    {"not_sent", "The other side sends no picture."},
	media.NotDecoded: {"not_decoded", "The other side's picture cannot be shown in this browser."},
}

// A videoNotice tells a page what it sees, and in which codec it should send.
type videoNotice struct {
	head
	State   string `json:"state"`
	Message string `json:"message,omitempty"`
	// Renew asks for another offer: the picture that the page sends has to be
	// coded otherwise for the other side.
	Renew bool `json:"renew,omitempty"`
}

// watch has the page told what it sees.
func (c *pageCall) watch() {
	s := c.session
	c.leg.port.Video().OnState(func(now media.VideoState) {
		s.post(func() {
			if s.call == c && c.peer != nil {
				c.sees(now)
			}
		})
	})
}

func (c *pageCall) sees(now media.VideoState) {
	if now.Wanted != media.NoVideo {
		c.wanted = now.Wanted
	}
	said := seen[now.Picture]
	c.session.send(&videoNotice{
		head: head{Type: "video", ID: c.id}, State: said.state, Message: said.message, Renew: now.Wanted != media.NoVideo,
	})
}
