package segment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"earshot/internal/ident"
)

// Names resolves what conditions call by name. A nil Survey or Segment knows
// nothing; a nil Asks, every question.
type Names struct {
	Survey  func(ref string) (ident.ID, bool)               // by key or uuid
	Asks    func(survey ident.ID, question string) bool     // whether its answers can be compared
	Segment func(key string) (condition Condition, ok bool) // by key
}

// Limits of segments in segments.
const (
	MaxSegmentDepth = 10    // segments that lead to one another
	MaxAllLeaves    = 1_000 // of a tree with those of all segments it leads to
)

func (n Names) survey(ref string) (ident.ID, bool) {
	if n.Survey == nil {
		return ident.None, false
	}
	return n.Survey(ref)
}

func (n Names) segment(key string) (Condition, bool) {
	if n.Segment == nil {
		return Condition{}, false
	}
	return n.Segment(key)
}

// Resolve refuses a condition that names what is not there: surveys, questions
// that cannot be compared, segments; and segments that lead back to themselves or
// to too much. Like Decode it gives one fault condition_invalid with paths
// below path. It is for saving: what is lost later makes a leaf false, or true
// where it is a negation.
func Resolve(c Condition, names Names, path string) error {
	return resolve(&c, names, path, true)
}

func resolve(c *Condition, names Names, path string, strict bool) error {
	r := resolver{findings: findingsAt(path), names: names, strict: strict}
	r.walk(c, path)
	return r.fault()
}

// resolver follows names. Within a segment, whatever is wrong is told at the
// leaf of the outermost tree that led there.
type resolver struct {
	findings
	names  Names
	strict bool     // what is not there is a problem
	trail  []string // segments that led here, outermost first
}

func (r *resolver) walk(c *Condition, path string) {
	if r.leaves > MaxAllLeaves {
		return
	}
	inside := len(r.trail) > 0
	step := func(kind string, i int) string {
		switch {
		case inside:
			return path
		case i < 0:
			return member(path, kind)
		}
		return member(path, kind) + "[" + strconv.Itoa(i) + "]"
	}
	for i := range c.All {
		r.walk(&c.All[i], step("all", i))
	}
	for i := range c.Any {
		r.walk(&c.Any[i], step("any", i))
	}
	if c.Not != nil {
		r.walk(c.Not, step("not", -1))
	}
	if c.Leaf != nil {
		r.follow(c.Leaf, path)
	}
}

func (r *resolver) follow(l *Leaf, path string) {
	if r.leaves++; r.leaves > MaxAllLeaves {
		r.expect(r.root, fmt.Sprintf("at most %d comparisons with those of the segments in it", MaxAllLeaves))
		return
	}
	switch l.Source {
	case FromEvent:
		if l.Did != nil && l.Did.Where != nil {
			r.walk(l.Did.Where, path)
		}
	case FromSurvey:
		r.survey(l.Name, path)
	case FromAnswer:
		id, ok := r.survey(l.Survey, path)
		if ok && r.strict && r.names.Asks != nil && !r.names.Asks(id, l.Name) {
			r.tell(path, "answer", fmt.Sprintf("a question of the survey %q that has no answer in one's own words", l.Survey))
		}
	case FromSegment:
		r.segment(l.Name, path)
	}
}

func (r *resolver) survey(ref, path string) (ident.ID, bool) {
	id, ok := r.names.survey(ref)
	if !ok && r.strict {
		r.tell(path, "survey", fmt.Sprintf("key or uuid of a survey of this project; there is no %q", ref))
	}
	return id, ok
}

func (r *resolver) segment(key, path string) {
	if i := slices.Index(r.trail, key); i >= 0 {
		circle := append(slices.Clone(r.trail[i:]), key)
		r.expect(member(path, "segment"), "a segment that does not lead back to itself: "+strings.Join(circle, " → "))
		return
	}
	if len(r.trail) == MaxSegmentDepth {
		r.expect(member(path, "segment"), fmt.Sprintf("at most %d segments that lead to one another", MaxSegmentDepth))
		return
	}
	inner, ok := r.names.segment(key)
	if !ok {
		if r.strict {
			r.tell(path, "segment", fmt.Sprintf("key of a segment of this project; there is no %q", key))
		}
		return
	}
	if err := inner.check(); err != nil {
		r.expect(member(path, "segment"), fmt.Sprintf("a segment that can be used; %q cannot be read", key))
		return
	}
	r.trail = append(r.trail, key)
	r.walk(&inner, path)
	r.trail = r.trail[:len(r.trail)-1]
}

// tell names a problem at a field of the leaf, or, within a segment, at the
// leaf that led to it.
func (r *resolver) tell(path, field, expected string) {
	if len(r.trail) == 0 {
		r.expect(member(path, field), expected)
		return
	}
	r.expect(member(path, "segment"), fmt.Sprintf("a segment that can be used; in %q: %s", r.trail[len(r.trail)-1], expected))
}
