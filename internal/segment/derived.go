package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"earshot/internal/contact"
)

// Derived is a condition on the properties of an event. Events are facts that
// a decision does not read, so whoever takes an event in counts those that meet
// the condition, under the key.
type Derived struct {
	Event string
	Key   string
	Holds func(properties contact.Traits) bool
}

// MaxDerived bounds the different conditions on properties that may be in use
// at once.
const MaxDerived = 100

// Derive lists the conditions on properties in a tree and in the segments it
// leads to, each once. The tree has to be one that compiles.
func Derive(c Condition, names Names) []Derived {
	w := deriver{names: names, seen: map[string]bool{}, through: map[string]bool{}}
	w.walk(&c)
	return w.all
}

type deriver struct {
	names   Names
	all     []Derived
	seen    map[string]bool // keys
	through map[string]bool // segments
}

func (w *deriver) walk(c *Condition) {
	for i := range c.All {
		w.walk(&c.All[i])
	}
	for i := range c.Any {
		w.walk(&c.Any[i])
	}
	if c.Not != nil {
		w.walk(c.Not)
	}
	switch l := c.Leaf; {
	case l == nil:
	case l.Source == FromSegment && !w.through[l.Name]:
		w.through[l.Name] = true
		if inner, ok := w.names.segment(l.Name); ok {
			w.walk(&inner)
		}
	case l.Source == FromEvent && l.Did != nil && l.Did.Where != nil:
		w.add(l)
	}
}

func (w *deriver) add(l *Leaf) {
	key := l.derivedKey()
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	check := l.Did.Where.build(Names{})
	w.all = append(w.all, Derived{Event: l.Name, Key: key, Holds: func(properties contact.Traits) bool {
		return check(&Subject{properties: properties})
	}})
}

// derivedKey names the count of the events that a leaf's where is about. The
// hash alone tells it from all others.
func (l *Leaf) derivedKey() string {
	sum := sha256.Sum256(l.Did.Where.AppendSpelling(strconv.AppendQuote(nil, l.Name)))
	return contact.DerivedKey(l.Name, hex.EncodeToString(sum[:8]))
}
