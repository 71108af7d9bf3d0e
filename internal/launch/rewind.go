package launch

import (
	"slices"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
)

// Recorded is what one contact did and was shown.
type Recorded struct {
	Profile  *contact.Profile  // as it is now, with complete derived counts; replaying changes it
	Account  *contact.Account  // as it is now; nil: none
	Sessions []contact.Session // since Simulation.From, oldest first
	Events   []contact.Event   // since then, oldest first; with the properties that Project.Derived asks about
	Shown    []Shown           // all there ever were, oldest first
}

// Shown is one view of a survey, and when something came of it; 0: never.
type Shown struct {
	Survey    ident.ID
	At        contact.Micros
	How       Launch
	Channel   survey.Channel
	Answered  contact.Micros
	Completed contact.Micros
	Dismissed contact.Micros
}

// byItself tells a survey that appeared from one that somebody opened: that is
// their doing, and no other survey is in its way.
func (s *Shown) byItself() bool { return s.How == ByTrigger && s.Channel != survey.Page }

// rewind takes a profile back to what it was at a moment, as far as the facts
// since then tell. Traits, account, identifiers and where somebody was last
// stay as they are now.
func rewind(r *Recorded, at contact.Micros, derived map[string][]segment.Derived) {
	p := r.Profile
	p.LastSeen, p.SessionEvents = 0, nil
	p.Sessions = max(0, p.Sessions-len(r.Sessions))
	if p.SessionStart >= at {
		p.SessionStart = 0
	}
	for i := range r.Events {
		uncountEvent(p, &r.Events[i], derived[r.Events[i].Name])
	}
	for name, c := range p.Events {
		if !settleLast(c, at) {
			delete(p.Events, name)
		}
	}
	for _, d := range p.Derived {
		if !settleLast(&d.EventCount, at) {
			d.EventCount = contact.EventCount{}
		}
	}
	rewindSurveys(r, at)
}

func uncountEvent(p *contact.Profile, e *contact.Event, derived []segment.Derived) {
	if c := p.Events[e.Name]; c != nil {
		uncount(c, e.At)
	}
	for _, d := range derived {
		if c := p.Derived[d.Key]; c != nil {
			c.Of--
			if d.Holds(e.Properties) {
				uncount(&c.EventCount, e.At)
			}
		}
	}
}

// uncount takes one back.
func uncount(c *contact.EventCount, at contact.Micros) {
	c.Count--
	day := contact.DayOf(at)
	i, there := slices.BinarySearchFunc(c.Days, day, func(d contact.DayCount, day int32) int { return int(d.Day - day) })
	if !there {
		return
	}
	if c.Days[i].N--; c.Days[i].N <= 0 {
		c.Days = slices.Delete(c.Days, i, i+1)
	}
}

// settleLast puts the last time before a moment in its place, as exactly as the
// days say, and tells whether anything is left of the count.
func settleLast(c *contact.EventCount, at contact.Micros) bool {
	if c.Count <= 0 || c.First >= at {
		return false
	}
	if c.Last < at {
		return true
	}
	c.Last = c.First
	if n := len(c.Days); n > 0 {
		const day = contact.Micros(86_400_000_000)
		endOfDay := contact.Micros(c.Days[n-1].Day+1)*day - 1
		c.Last = max(c.First, min(endOfDay, at-1))
	}
	return true
}

// rewindSurveys makes the history with surveys anew from the views before a
// moment. Since when the contact is in an audience cannot be told from facts:
// if that began later, it has not begun.
func rewindSurveys(r *Recorded, at contact.Micros) {
	p, now := r.Profile, r.Profile.Surveys
	p.Surveys, p.RecentViews = nil, nil
	p.Views, p.LastView, p.Responses, p.LastResponse = 0, 0, 0, 0
	start := p.SessionStart
	p.SessionStart = 0 // whatever was shown earlier was shown in another session
	for i := range r.Shown {
		s := &r.Shown[i]
		if s.At >= at {
			break
		}
		if s.At >= start {
			p.SessionStart = start
		}
		p.RecordView(s.Survey, s.At)
		s.each(func(what happening, when contact.Micros) {
			if when < at {
				what.record(p, s.Survey, when)
			}
		})
	}
	p.SessionStart = start
	for id, t := range now {
		if t.Entered != 0 && t.Entered < at {
			p.Enter(id, t.Entered)
		}
	}
}

// happening is what can come of a view.
type happening int

const (
	answered happening = iota
	completed
	dismissed
)

// each gives what came of a view.
func (s *Shown) each(fn func(what happening, when contact.Micros)) {
	for what, when := range [...]contact.Micros{answered: s.Answered, completed: s.Completed, dismissed: s.Dismissed} {
		if when != 0 {
			fn(happening(what), when)
		}
	}
}

func (h happening) record(p *contact.Profile, survey ident.ID, at contact.Micros) {
	switch h {
	case answered:
		p.RecordAnswer(survey, at)
	case completed:
		p.RecordComplete(survey, at)
	case dismissed:
		p.RecordDismiss(survey, at)
	}
}
