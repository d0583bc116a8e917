package prompt

import (
	"container/list"
	"sync"
)

// maxSamples bounds what is kept decoded: 32 MB, about half an hour.
const maxSamples = 16 << 20

// A cache keeps decoded files, and drops what was asked for longest ago.
type cache struct {
	mu      sync.Mutex
	entries map[string]*list.Element
	recent  list.List // of *entry, the latest first
	samples int
}

type entry struct {
	key string
	pcm []int16
}

func (c *cache) get(key string) ([]int16, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*entry).pcm, true
}

// put keeps pcm; what is larger than all room is not kept.
func (c *cache) put(key string, pcm []int16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.entries[key]; known || len(pcm) > maxSamples {
		return
	}
	if c.entries == nil {
		c.entries = make(map[string]*list.Element)
	}
	c.entries[key] = c.recent.PushFront(&entry{key, pcm})
	c.samples += len(pcm)
	for c.samples > maxSamples {
		oldest := c.recent.Remove(c.recent.Back()).(*entry)
		delete(c.entries, oldest.key)
		c.samples -= len(oldest.pcm)
	}
}
