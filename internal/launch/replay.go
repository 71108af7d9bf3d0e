package launch

import (
	"slices"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// How people are taken to behave where nothing is recorded.
const (
	// onScreen is how long a survey that appears keeps all others away: at
	// most one is open per visitor.
	onScreen = contact.Micros(10 * time.Second / time.Microsecond)
	// stays is how long somebody stays after each moment they were seen at, for
	// a delay to run out.
	stays = contact.Micros(time.Minute / time.Microsecond)
)

// replay goes through what one contact did, in the order of time.
type replay struct {
	pass *Pass
	sim  *Simulation
	rec  *Recorded
	p    *contact.Profile
	v    Visitor
	c    Context

	sessions, events, shown int            // what is next of each
	counted                 bool           // sessions come from facts; until then, from gaps
	waits                   contact.Micros // when a delay runs out for somebody who stays; forever: none does

	pending []pending        // what is still to come of views
	before  []contact.Micros // views as they were recorded, for the cap without the draft
	astray  []*compiled      // surveys that lost a view to the draft, by precedence: what was recorded of them is not what happens
	own     int              // next recorded view of the draft's survey
	busy    contact.Micros   // until when a survey is on the screen
	byDraft bool             // and that is the draft

	there     bool             // seen within the days
	contested bool             // a counter over all contacts has decided about a recorded view
	views     []contact.Micros // of the draft
	chances   []chance         // where nothing but counters decides about one
	closest   int              // the gate of the moment that came closest, see note; -1: none
	marks     []mark           // for the tally, once it is known for which
}

// mark is something for the tally.
type mark struct {
	what   marked
	survey *compiled
	id     ident.ID // of the survey
	at     contact.Micros
}

type marked int

const (
	markBefore    marked = iota // a recorded view of another survey
	markWith                    // a view of another survey with the draft beside it
	markReplaced                // a recorded view of the draft's own survey
	markView                    // a view, for counters
	markResponse                // a completed response, for counters
	markCompleted               // a response that was really completed
)

// pending is something that will come of a view.
type pending struct {
	at      contact.Micros
	survey  ident.ID
	what    happening
	answers *contact.Answers // instead of what: answers that are known from then on
}

// Replay goes through what one contact did. It keeps nothing of r, and changes
// its profile. Contacts that are not open any more are passed over.
func (p *Pass) Replay(r *Recorded) {
	if _, open := p.s.open[r.Profile.ID]; p.s.passes > 0 && !open {
		return
	}
	x := &p.replay
	*x = replay{
		pass: p, sim: p.s, rec: r, p: r.Profile, waits: forever, closest: -1,
		pending: x.pending[:0], before: x.before[:0], astray: x.astray[:0], views: x.views[:0], chances: x.chances[:0], marks: x.marks[:0],
	}
	x.begin()
	for x.step() {
	}
	x.finish()
}

func (x *replay) begin() {
	from := x.sim.from
	rewind(x.rec, from, x.sim.project.derived)
	x.v = Visitor{Profile: x.p, Account: x.rec.Account, Anonymous: !x.p.Identified(), Verified: x.p.Verified}
	x.c = Context{URL: x.p.Page, Locale: x.p.Locale, Device: x.p.Device, Country: x.p.Country}
	if len(x.sim.needs) > 0 {
		x.c.Counts = func(n Need) int { return x.sim.assumedAt(n, contact.At(x.c.Now)) }
	}
	x.before = append(x.before, x.p.RecentViews...)
	for ; x.shown < len(x.rec.Shown) && x.rec.Shown[x.shown].At < from; x.shown++ {
		s := &x.rec.Shown[x.shown]
		x.expect(s, s.At, from)
	}
	x.own = x.shown
	for i := range x.rec.Shown {
		if s := &x.rec.Shown[i]; s.Completed >= from {
			x.mark(markCompleted, nil, s.Survey, s.Completed)
		}
	}
	for survey, a := range x.p.Answers {
		if a.At >= from {
			x.pending = append(x.pending, pending{at: a.At, survey: survey, answers: a})
			delete(x.p.Answers, survey)
		}
	}
}

// step takes what comes next; false behind the last.
func (x *replay) step() bool {
	session, event, view := x.heads()
	switch min(session, event, x.waits, view) {
	case forever:
		return false
	case session:
		x.session(&x.rec.Sessions[x.sessions])
		x.sessions++
	case event:
		x.event(&x.rec.Events[x.events])
		x.events++
	case x.waits:
		x.waited()
	default:
		x.view(&x.rec.Shown[x.shown])
		x.shown++
	}
	return true
}

// forever is later than every moment.
const forever = contact.Micros(1<<63 - 1)

// heads gives the moments of the facts that come next.
func (x *replay) heads() (session, event, view contact.Micros) {
	session, event, view = forever, forever, forever
	if x.sessions < len(x.rec.Sessions) {
		session = x.rec.Sessions[x.sessions].At
	}
	if x.events < len(x.rec.Events) {
		event = x.rec.Events[x.events].At
	}
	if x.shown < len(x.rec.Shown) {
		view = x.rec.Shown[x.shown].At
	}
	return session, event, view
}

func (x *replay) session(s *contact.Session) {
	x.settle(s.At)
	x.counted = true
	x.p.StartSession(s.At)
	set := func(field, also *string, value string) {
		if value != "" {
			*field, *also = value, value
		}
	}
	x.c.URL = s.Page
	set(&x.p.Page, &x.c.URL, s.Page)
	set(&x.p.Locale, &x.c.Locale, s.Locale)
	set(&x.p.Device, &x.c.Device, s.Device)
	set(&x.p.Country, &x.c.Country, s.Country)
	x.moment(s.At, "")
}

func (x *replay) event(e *contact.Event) {
	x.settle(e.At)
	x.seen(e.At)
	x.p.CountEvent(e.Name, e.At)
	for _, d := range x.sim.project.derived[e.Name] {
		x.p.CountDerived(d.Key, e.At, d.Holds(e.Properties))
	}
	if e.Page != "" {
		x.p.Page, x.c.URL = e.Page, e.Page
	}
	x.moment(e.At, e.Name)
}

// seen moves last seen. Where no session is recorded yet, as in data from
// before sessions were facts, an absence starts one; it is in the profile's
// number already.
func (x *replay) seen(at contact.Micros) {
	if !x.counted && contact.NewSession(x.p.LastSeen, at) {
		n := x.p.Sessions
		x.p.StartSession(at)
		x.p.Sessions = n
	}
	x.p.LastSeen = max(x.p.LastSeen, at)
}

// settle lets come what was to come of views by a moment.
func (x *replay) settle(at contact.Micros) {
	for len(x.pending) > 0 {
		first := 0
		for i, o := range x.pending {
			if o.at < x.pending[first].at {
				first = i
			}
		}
		o := x.pending[first]
		if o.at > at {
			return
		}
		x.pending = slices.Delete(x.pending, first, first+1)
		if o.answers != nil {
			x.p.RecordAnswers(o.survey, *o.answers)
			continue
		}
		o.what.record(x.p, o.survey, o.at)
	}
}

// expect puts in line what will come of a view that is shown at a moment: the
// same as came of the recorded one, as long after it.
func (x *replay) expect(s *Shown, at, from contact.Micros) {
	s.each(func(what happening, when contact.Micros) {
		if when += at - s.At; when >= from {
			x.pending = append(x.pending, pending{at: when, survey: s.Survey, what: what})
			if what == completed {
				x.mark(markResponse, nil, s.Survey, when)
			}
		}
	})
}

// moment is somebody being there: the draft, and whatever it displaced, may
// appear, and if a delay runs out soon, they are taken to stay for it.
func (x *replay) moment(at contact.Micros, event string) {
	x.waits = forever
	if x.sim.draft.tracked {
		x.track(at)
	}
	if at < x.sim.Since() {
		return
	}
	x.there = true
	if due := x.attempt(at, event); at < due && due <= at+stays {
		x.waits = due
	}
}

// waited is the end of a delay, with the visitor still there.
func (x *replay) waited() {
	at := x.waits
	x.waits = forever
	x.settle(at)
	x.p.LastSeen = max(x.p.LastSeen, at)
	x.attempt(at, "")
}

// track notes when the contact entered or left the draft's audience.
func (x *replay) track(at contact.Micros) {
	d := x.open(at, "")
	defer d.close()
	for _, m := range d.move(nil, x.sim.draft) {
		if m.Entered != 0 {
			x.p.Enter(m.Survey, m.Entered)
		} else {
			x.p.Leave(m.Survey)
		}
	}
}

func (x *replay) open(at contact.Micros, event string) *desk {
	x.c.Now, x.c.Event = at.Time(), event
	return open(x.sim.project, ByTrigger, x.v, x.c)
}

// attempt asks about the surveys that may appear now, in their precedence, and
// shows the first that may. It gives when the draft's trigger fires by itself.
func (x *replay) attempt(at contact.Micros, event string) (due contact.Micros) {
	d := x.open(at, event)
	defer d.close()
	others := x.astray
	for ; len(others) > 0 && precedes(others[0], x.sim.draft) < 0; others = others[1:] {
		if x.may(d, others[0], at) {
			x.ask(d, at, true)
			x.show(others[0], at)
			return 0
		}
	}
	due, passed := x.ask(d, at, at < x.busy || x.yields(at))
	if passed {
		x.show(x.sim.draft, at)
		return 0
	}
	for _, s := range others {
		if x.may(d, s, at) {
			x.show(s, at)
			return 0
		}
	}
	return due
}

// may tells whether a survey that went astray may appear now.
func (x *replay) may(d *desk, s *compiled, at contact.Micros) bool {
	return at >= x.busy && d.run(s, everyGate) == allPassed
}

// ask walks the draft through the gates and notes how far it got. taken says
// that another survey has the screen.
func (x *replay) ask(d *desk, at contact.Micros, taken bool) (due contact.Micros, passed bool) {
	failed := d.run(x.sim.draft, everyGate)
	if !taken && len(x.sim.needs) > 0 && (failed == allPassed || d.run(x.sim.draft, everyGate&^counterGates) == allPassed) {
		x.chances = append(x.chances, chance{at, x.p.ID, failed == allPassed})
	}
	if failed == allPassed && taken {
		failed = outranked
	}
	if failed == allPassed {
		return 0, true
	}
	x.note(failed, d)
	if failed != outranked && gates[failed].kind == ofTrigger {
		return triggerDue(d, x.sim.draft), false
	}
	return 0, false
}

// yields tells whether another survey that goes first appeared in this very
// moment: its view was recorded an instant later.
func (x *replay) yields(at contact.Micros) bool {
	for i := x.shown; i < len(x.rec.Shown) && x.rec.Shown[i].At < at+onScreen; i++ {
		s := &x.rec.Shown[i]
		other := x.sim.project.byID[s.Survey]
		if other != nil && other != x.sim.draft && isLive(other.source) && s.byItself() && precedes(other, x.sim.draft) < 0 {
			return true
		}
	}
	return false
}

// note remembers the moment that came closest to a view: one whose trigger
// fired before all others, then the one that got furthest.
func (x *replay) note(failed int, d *desk) {
	if len(x.views) > 0 {
		return
	}
	reached := failed
	if failed == outranked || x.sim.draft.trigger.fired(d, x.sim.draft) {
		reached += firedFirst
	}
	x.closest = max(x.closest, reached)
}

// firedFirst is more than any gate's index.
const firedFirst = 2 * outranked

// show records in the profile what appears.
func (x *replay) show(s *compiled, at contact.Micros) {
	x.p.RecordView(s.id, at)
	x.busy, x.byDraft = at+onScreen, s == x.sim.draft
	if s != x.sim.draft {
		x.mark(markView, s, s.id, at)
		x.mark(markWith, s, s.id, at)
		return
	}
	x.views = append(x.views, at)
	for ; x.own < len(x.rec.Shown); x.own++ {
		if own := &x.rec.Shown[x.own]; own.Survey == s.id && own.At >= x.sim.Since() {
			x.expect(own, at, at)
			x.own++
			return
		}
	}
}

func (x *replay) mark(what marked, s *compiled, id ident.ID, at contact.Micros) {
	x.marks = append(x.marks, mark{what, s, id, at})
}

// finish hands what was found to the tally: that of contacts to whom counters
// make no difference, or the other one. Counters are open in the first pass, and
// nobody sees more when they are not.
func (x *replay) finish() {
	x.settle(forever)
	t, heldBack := x.pass.fixed, x.heldBack()
	first := x.sim.passes == 0
	if len(x.sim.needs) > 0 && (len(x.views) > 0 || x.contested) || !first {
		t = x.pass.open
	}
	if first && t == x.pass.open {
		x.pass.opened[x.p.ID] = heldBack
	}
	if then := x.sim.open[x.p.ID]; !first && heldBack != seen && then != seen {
		heldBack = then
	}
	for _, m := range x.marks {
		t.take(m)
	}
	if !x.there {
		return
	}
	t.contacts++
	f := fate{who: x.p.ID, heldBack: heldBack, views: x.views}
	if t == x.pass.fixed {
		t.settle(x.sim, f)
		return
	}
	f.views = slices.Clone(f.views)
	t.fates = append(t.fates, f)
	t.counted.draft = append(t.counted.draft, f.views...)
	for _, at := range f.views {
		t.counted.add(x.sim.draft.id, Views, at)
	}
	t.counted.chances = append(t.counted.chances, x.chances...)
}

// seen stands for "not held back by any gate".
const seen = -1

func (x *replay) heldBack() int {
	if len(x.views) > 0 || x.closest < 0 {
		return seen
	}
	return x.closest % firedFirst
}
