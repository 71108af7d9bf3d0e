package sqlite

import (
	"hash/maphash"
	"sync"
)

// cache keeps what is committed under recently used keys. It is right because
// this engine owns the database: the directory lock keeps a second server
// away, and the commands that run beside one (Options.Shared) write no
// contacts.
//
// Commits are numbered. A reader sees the state after some commit and must
// neither be shown a later value nor leave an earlier one behind:
//
//   - A value carries the number of a commit since which it holds. A reader at
//     commit n takes it only if that number is at most n.
//   - Before a commit begins, the keys it changes are marked. A marked value is
//     nobody's until the commit has ended either way.
//   - A reader may add what it read only if the key has no entry (an entry
//     means that it was changed or added meanwhile) and nothing that changed
//     after n was evicted since.
//
// What the running write group has put, and only it sees, is staged beside.
type cache[K comparable, V any] struct {
	shards [cacheShards]shard[K, V]
	seed   maphash.Seed
	off    bool

	// Staged by the writer's goroutine alone: own by the running closure,
	// group by the closures before it in the same transaction.
	own, group map[K]change[V]
}

const cacheShards = 16

// change is what a key becomes; gone says that it has no value any more.
type change[V any] struct {
	value V
	gone  bool
}

type shard[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]*entry[K, V]
	oldest  entry[K, V] // head of a ring in order of use: next is the oldest, prev the newest
	max     int
	evicted uint64 // the highest number an evicted entry had
}

type entry[K comparable, V any] struct {
	key        K
	now        change[V]
	since      uint64
	marked     uint64 // the commit under way that changes it; 0: none
	prev, next *entry[K, V]
}

// newCache holds about size values; none at all if size is negative.
func newCache[K comparable, V any](size int) *cache[K, V] {
	c := &cache[K, V]{
		seed: maphash.MakeSeed(), off: size < 0,
		own: make(map[K]change[V]), group: make(map[K]change[V]),
	}
	for i := range c.shards {
		s := &c.shards[i]
		s.max = max(1, size/cacheShards)
		s.entries = make(map[K]*entry[K, V])
		s.oldest.next, s.oldest.prev = &s.oldest, &s.oldest
	}
	return c
}

func (c *cache[K, V]) shard(k K) *shard[K, V] {
	return &c.shards[maphash.Comparable(c.seed, k)%cacheShards]
}

// get gives the value that held at commit n, if it is known, and the commit
// since which it does.
func (c *cache[K, V]) get(k K, n uint64) (v V, since uint64, ok bool) {
	if c.off {
		return v, 0, false
	}
	s := c.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[k]
	if e == nil || e.marked != 0 || e.now.gone || e.since > n {
		return v, 0, false
	}
	s.use(e)
	return e.now.value, e.since, true
}

// holds tells whether the value since that commit is still the one.
func (c *cache[K, V]) holds(k K, since uint64) bool {
	s := c.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[k]
	return e != nil && e.marked == 0 && e.since == since
}

// add keeps what a reader at commit n found in the database.
func (c *cache[K, V]) add(k K, v V, n uint64) {
	if c.off {
		return
	}
	s := c.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[k] == nil && n >= s.evicted {
		e := s.entry(k)
		e.now, e.since = change[V]{value: v}, n
	}
}

// stage notes what the running closure makes of a key.
func (c *cache[K, V]) stage(k K, ch change[V]) {
	if !c.off {
		c.own[k] = ch
	}
}

func (c *cache[K, V]) staged(k K) (change[V], bool) {
	if ch, ok := c.own[k]; ok {
		return ch, true
	}
	ch, ok := c.group[k]
	return ch, ok
}

// keepOwn and dropOwn end the running closure.
func (c *cache[K, V]) keepOwn() {
	for k, ch := range c.own {
		c.group[k] = ch
	}
	clear(c.own)
}

func (c *cache[K, V]) dropOwn() { clear(c.own) }

// dropAll forgets the write group.
func (c *cache[K, V]) dropAll() {
	clear(c.own)
	clear(c.group)
}

// mark hides the keys that the coming commit n changes.
func (c *cache[K, V]) mark(n uint64) {
	for k := range c.group {
		s := c.shard(k)
		s.mu.Lock()
		s.entry(k).marked = n
		s.mu.Unlock()
	}
}

// publish shows what commit n made of them.
func (c *cache[K, V]) publish(n uint64) {
	for k, ch := range c.group {
		s := c.shard(k)
		s.mu.Lock()
		e := s.entry(k)
		e.now, e.since, e.marked = ch, n, 0
		s.mu.Unlock()
	}
	clear(c.group)
}

// unmark takes the marks back when the commit did not happen. What the keys
// were is as true as before, except that new entries never were anything.
func (c *cache[K, V]) unmark() {
	for k := range c.group {
		s := c.shard(k)
		s.mu.Lock()
		if e := s.entries[k]; e != nil {
			e.marked = 0
			if e.now.gone {
				s.remove(e)
			}
		}
		s.mu.Unlock()
	}
	clear(c.group)
}

// entry gives the key's entry as the newest, making one without a value if
// need be.
func (s *shard[K, V]) entry(k K) *entry[K, V] {
	if e := s.entries[k]; e != nil {
		s.use(e)
		return e
	}
	if len(s.entries) >= s.max {
		s.remove(s.oldest.next)
	}
	e := &entry[K, V]{key: k, now: change[V]{gone: true}}
	s.entries[k] = e
	s.link(e)
	return e
}

func (s *shard[K, V]) remove(e *entry[K, V]) {
	e.unlink()
	delete(s.entries, e.key)
	s.evicted = max(s.evicted, e.since, e.marked)
}

func (s *shard[K, V]) use(e *entry[K, V]) {
	e.unlink()
	s.link(e)
}

func (s *shard[K, V]) link(e *entry[K, V]) {
	e.prev, e.next = s.oldest.prev, &s.oldest
	e.prev.next, e.next.prev = e, e
}

func (e *entry[K, V]) unlink() { e.prev.next, e.next.prev = e.next, e.prev }
