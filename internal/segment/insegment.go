package segment

// Leaves that ask for a segment.

func (l *Leaf) segmentProblem() (field, expected string) {
	switch {
	case !isKey(l.Name):
		return string(FromSegment), "the key of a segment"
	case l.Op != "is" && l.Op != "is_not":
		return "op", "one of is, is_not"
	}
	return "", ""
}

// buildSegment builds the segment's own condition. Nobody is in a segment
// that is not known.
func (l *Leaf) buildSegment(names Names) Check {
	not := l.Op == "is_not"
	inner, ok := names.segment(l.Name)
	if !ok {
		return func(*Subject) bool { return not }
	}
	in := inner.build(names)
	if !not {
		return in
	}
	return func(s *Subject) bool { return !in(s) }
}

func (l *Leaf) segmentGot(names Names, s *Subject) string {
	inner, ok := names.segment(l.Name)
	switch {
	case !ok:
		return "no such segment"
	case inner.build(names)(s):
		return "in it"
	}
	return "not in it"
}
