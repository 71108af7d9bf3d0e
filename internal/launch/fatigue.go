package launch

import (
	"slices"

	"earshot/internal/contact"
	"earshot/internal/survey"
)

// What a draft does to the views of others. A recorded view is a fact: its
// trigger fired and its gates were open. It is lost if the draft is on the
// screen then, or has used up what a limit over several surveys allows. From
// then on the survey goes its own way for this contact: it is tried at each
// moment, by all its gates, and what is recorded of it only says that its
// trigger fired.

// The gates through which one survey can hold another one back.
var (
	projectCap = gatesWhere(func(g gate) bool { return g.reason == ProjectThrottled })
	contactCap = gatesWhere(func(g gate) bool { return g.reason == ContactThrottled })
)

// view takes a recorded view.
func (x *replay) view(s *Shown) {
	x.settle(s.At)
	since := x.sim.Since()
	if s.Survey == x.sim.draft.id && s.At >= since {
		x.mark(markReplaced, nil, s.Survey, s.At) // the draft stands in its place
		x.before = recent(x.before, s.At)
		return
	}
	other := x.sim.project.byID[s.Survey]
	if other == nil {
		other = x.sim.project.missing
	}
	live := s.At >= since && other != x.sim.project.missing && isLive(other.source)
	if live {
		x.mark(markBefore, other, s.Survey, s.At)
		if slices.Contains(x.astray, other) {
			x.before = recent(x.before, s.At)
			x.stray(s, other)
			return
		}
		if x.displaced(s, other) {
			x.before = recent(x.before, s.At)
			x.lose(other)
			return
		}
		x.mark(markWith, other, s.Survey, s.At)
	}
	x.before = recent(x.before, s.At)
	x.p.RecordView(s.Survey, s.At)
	x.mark(markView, nil, s.Survey, s.At)
	if s.byItself() {
		x.busy, x.byDraft = s.At+onScreen, false
	}
	x.expect(s, s.At, s.At)
}

// displaced tells whether a recorded view would not have been, with the draft.
// A forced one always is, and so is what somebody opened by a link.
func (x *replay) displaced(s *Shown, other *compiled) bool {
	if s.How == Forced || s.Channel == survey.Page {
		return false
	}
	if s.byItself() && s.At < x.busy && x.byDraft {
		return true
	}
	d := x.open(s.At, "")
	defer d.close()
	if other.gates&projectCap != 0 && !x.sim.exploring() {
		x.contested = true
		if d.run(other, projectCap) != allPassed {
			return true
		}
	}
	if d.run(other, contactCap) == allPassed {
		return false
	}
	with := x.p.RecentViews
	x.p.RecentViews = x.before
	without := d.run(other, contactCap)
	x.p.RecentViews = with
	return without == allPassed // else it is another setting that has changed since
}

// lose keeps the surveys that went astray by their precedence.
func (x *replay) lose(s *compiled) {
	i, _ := slices.BinarySearchFunc(x.astray, s, precedes)
	x.astray = slices.Insert(x.astray, i, s)
}

// stray is the moment of a recorded view of a survey that went astray: its
// trigger fired, or somebody opened it; the other gates are asked.
func (x *replay) stray(s *Shown, other *compiled) {
	if s.byItself() && s.At < x.busy {
		return
	}
	x.c.Channel = s.Channel
	d := x.open(s.At, "")
	defer d.close()
	x.c.Channel = survey.Widget
	how := manualGates
	if s.How == Forced {
		how = forcedGates
	}
	if d.run(other, how) != allPassed {
		return
	}
	x.show(other, s.At)
	x.expect(s, s.At, s.At)
}

// recent adds a view to those that the cap of a contact looks at.
func recent(views []contact.Micros, at contact.Micros) []contact.Micros {
	if len(views) == contact.MaxRecentViews {
		views = slices.Delete(views, 0, 1)
	}
	return append(views, at)
}
