package launch

import (
	"slices"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// timeline holds the moments at which things happened that are counted over
// all contacts.
type timeline struct {
	moments map[counted][]contact.Micros // each sorted once sort was called
	draft   []contact.Micros             // the draft's views among them

	// completed counts what was really completed in the time that is replayed:
	// counters since ever are counted back by it from what they are now.
	completed map[counted]int
}

type counted struct {
	survey ident.ID // None: over all surveys
	what   string
}

func newTimeline(needs []Need) *timeline {
	t := &timeline{moments: map[counted][]contact.Micros{}, completed: map[counted]int{}}
	for _, n := range needs {
		t.moments[counted{n.Survey, n.What}] = nil
	}
	return t
}

// add notes a moment, where anybody wants to know of it.
func (t *timeline) add(survey ident.ID, what string, at contact.Micros) {
	for _, k := range [2]counted{{survey, what}, {ident.None, what}} {
		if have, wanted := t.moments[k]; wanted {
			t.moments[k] = append(have, at)
		}
	}
}

// complete notes that a response was really completed.
func (t *timeline) complete(survey ident.ID) {
	k := counted{survey, Responses}
	if _, wanted := t.moments[k]; wanted {
		t.completed[k]++
	}
}

func (t *timeline) addAll(o *timeline) {
	for k, n := range o.completed {
		t.completed[k] += n
	}
	for k, moments := range o.moments {
		t.moments[k] = append(t.moments[k], moments...)
	}
	t.draft = append(t.draft, o.draft...)
}

func (t *timeline) sort() {
	for _, moments := range t.moments {
		slices.Sort(moments)
	}
	slices.Sort(t.draft)
}

func (t *timeline) equal(o *timeline) bool {
	if o == nil {
		return false
	}
	for k, moments := range t.moments {
		if !slices.Equal(moments, o.moments[k]) {
			return false
		}
	}
	return true
}

// between counts what happened after one moment and before another.
func between(sorted []contact.Micros, after, before contact.Micros) int {
	first, _ := slices.BinarySearch(sorted, after+1)
	end, _ := slices.BinarySearch(sorted, before)
	return max(0, end-first)
}

// countAt says what a counter was at a moment.
func (s *Simulation) countAt(t *timeline, n Need, at contact.Micros) int {
	if t == nil {
		return 0
	}
	k := counted{n.Survey, n.What}
	moments, known := t.moments[k]
	switch {
	case !known:
		return 0 // a limit of another survey: it was open when that was shown
	case n.Per == 0:
		earlier, _ := slices.BinarySearch(moments, at)
		return s.now(n) - t.completed[k] + earlier
	}
	return between(moments, at-contact.Micros(n.Per.Microseconds()), at)
}

// admit guesses what counters say when the limits hold: of all the views that
// a pass gave the draft, those that come first get in. The next pass tells what
// people do who are turned away.
func (s *Simulation) admit(t *timeline) *timeline {
	guess := newTimeline(s.needs)
	guess.completed = t.completed
	for k, moments := range t.moments {
		guess.moments[k] = moments
		if k.what == Views {
			guess.moments[k] = without(moments, t.draft)
		}
	}
	limits := s.viewLimits()
	var in []contact.Micros
	for _, at := range t.draft {
		if s.roomAt(guess, in, limits, at) {
			in = append(in, at)
		}
	}
	for k := range guess.moments {
		if k.what == Views {
			guess.moments[k] = append(guess.moments[k], in...)
		}
	}
	guess.sort()
	return guess
}

// viewLimit is a limit on views in a moving window.
type viewLimit struct {
	Need
	limit int
}

func (s *Simulation) viewLimits() []viewLimit {
	var all []viewLimit
	if t := s.draft.def.Limits.Throttle; throttlesViews(t) {
		all = append(all, viewLimit{viewsNeed(s.draft.id, t), t.Views})
	}
	if t := s.project.source.Settings.Throttle; throttlesViews(t) {
		all = append(all, viewLimit{viewsNeed(ident.None, t), t.Views})
	}
	return all
}

// roomAt tells whether the draft's views that are in, with those of all others
// in t, leave room for one more.
func (s *Simulation) roomAt(t *timeline, in []contact.Micros, limits []viewLimit, at contact.Micros) bool {
	for _, l := range limits {
		since := at - contact.Micros(l.Per.Microseconds())
		if s.countAt(t, l.Need, at)+between(in, since, at) >= l.limit {
			return false
		}
	}
	return true
}

// without takes sorted moments out of sorted moments, once each.
func without(moments, gone []contact.Micros) []contact.Micros {
	var left []contact.Micros
	for _, at := range moments {
		for len(gone) > 0 && gone[0] < at {
			gone = gone[1:]
		}
		if len(gone) > 0 && gone[0] == at {
			gone = gone[1:]
			continue
		}
		left = append(left, at)
	}
	return left
}
