package launch

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
)

// timeline holds the moments at which things happened that are counted over
// all contacts.
type timeline struct {
	moments map[counted][]contact.Micros // each sorted once sort was called
	draft   []contact.Micros             // the draft's views among them
	chances []chance

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
	t.chances = append(t.chances, o.chances...)
}

func (t *timeline) sort() {
	for _, moments := range t.moments {
		slices.Sort(moments)
	}
	slices.Sort(t.draft)
	slices.SortFunc(t.chances, func(a, b chance) int {
		return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.who[:], b.who[:]))
	})
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

// A chance is a moment at which nothing but counters over all contacts decides
// whether the draft appears.
type chance struct {
	at    contact.Micros
	who   ident.ID
	taken bool
}

// counterGates are the gates that look at what happened to other contacts.
var counterGates = gatesWhere(func(g gate) bool {
	return g.reason == ResponseLimitReached || g.reason == SurveyThrottled || g.reason == ProjectThrottled
})

// assumedAt is what a counter was at a moment, as far as the passes so far tell.
// In the first one all are open. In the second they are closed to the draft,
// which brings to light every chance that people would have, one after another.
func (s *Simulation) assumedAt(n Need, at contact.Micros) int {
	switch {
	case s.exploring():
		return math.MaxInt
	case s.assumed == nil:
		return 0
	}
	return s.countAt(s.assumed, n, at)
}

func (s *Simulation) exploring() bool { return s.passes == 1 }

// admit works out whom the counters let in, of the chances that a pass brought
// to light: those who come first. Where that is not what the pass did with
// somebody, their later chances are not known; the next pass will tell.
func (s *Simulation) admit(t *timeline) *timeline {
	guess := newTimeline(s.needs)
	guess.completed = t.completed
	for k, moments := range t.moments {
		guess.moments[k] = moments
		if k.what == Views {
			guess.moments[k] = without(moments, t.draft)
		}
	}
	limits, unknown := s.limits(), map[ident.ID]bool{}
	for _, c := range t.chances {
		if unknown[c.who] {
			continue
		}
		room := s.roomAt(guess, limits, c.at)
		if room {
			guess.draft = append(guess.draft, c.at)
			guess.chances = append(guess.chances, c)
		}
		unknown[c.who] = room != c.taken
	}
	for k := range guess.moments {
		if k.what == Views {
			guess.moments[k] = append(guess.moments[k], guess.draft...)
		}
	}
	guess.sort()
	return guess
}

// limit is one that the draft's views have to keep to.
type limit struct {
	Need
	most int
}

func (s *Simulation) limits() []limit {
	var all []limit
	add := func(id ident.ID, t survey.Throttle) {
		if throttlesViews(t) {
			all = append(all, limit{viewsNeed(id, t), t.Views})
		}
		if throttlesResponses(t) {
			all = append(all, limit{responsesNeed(id, t), t.Responses})
		}
	}
	add(s.draft.id, s.draft.def.Limits.Throttle)
	add(ident.None, s.project.source.Settings.Throttle)
	if most := s.draft.def.Limits.Responses; most > 0 {
		all = append(all, limit{Need{Survey: s.draft.id, What: Responses}, most})
	}
	return all
}

// roomAt tells whether the draft's views in t, which are not among its moments
// yet, leave room for one more.
func (s *Simulation) roomAt(t *timeline, limits []limit, at contact.Micros) bool {
	for _, l := range limits {
		n := s.countAt(t, l.Need, at)
		if l.What == Views {
			n += between(t.draft, at-contact.Micros(l.Per.Microseconds()), at)
		}
		if n >= l.most {
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
