package launch

import (
	"cmp"
	"slices"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// A person of a test and everything they ever did.
type person struct {
	profile  contact.Profile // who they are; what they did is added
	sessions []contact.Session
	events   []contact.Event
	shown    []Shown
}

// reference is the simulation done the slow way: from the first fact ever on,
// day by day, everybody's facts together in the order of time, with counters
// that are counted anew each time. Nothing is rewound and nothing is guessed.
type reference struct {
	counters bool
	project  *Project
	draft    *compiled
	trigger  *Project // the draft with nothing but its trigger
	from     contact.Micros
	since    contact.Micros
	counts   []tick // everything that is counted over all contacts
	people   []*life
	result   Simulated
	held     map[Reason]int
	effects  map[string]*Effect
}

type tick struct {
	survey ident.ID
	what   string
	at     contact.Micros
}

// life is one person going through time.
type life struct {
	person
	p       *contact.Profile
	before  []contact.Micros
	facts   []fact
	at      Context
	astray  []*compiled
	own     []Shown
	busy    contact.Micros
	byDraft bool
	there   bool
	views   int
	closest int
	days    map[int]bool
}

type fact struct {
	at   contact.Micros
	kind int // at one moment: what comes of views, sessions, events, ends of delays, views
	do   func()
	ends bool // the end of a delay
}

func simulateSlowly(people []person, s *Simulation) Simulated {
	free := live(people, s, false)
	r := live(people, s, true)
	for i, l := range r.people {
		if then := free.people[i]; l.views == 0 && then.views == 0 {
			l.closest = then.closest // a counter holds back only who would have seen it
		}
	}
	return r.finish()
}

// live lets time pass, with counters or without.
func live(people []person, s *Simulation, counters bool) *reference {
	r := &reference{counters: counters, project: s.project, draft: s.draft, from: s.from, since: s.Since(), held: map[Reason]int{}, effects: map[string]*Effect{}}
	bare := *s.draft.source
	bare.Publication = &survey.Publication{Definition: survey.Definition{Trigger: s.draft.def.Trigger}}
	r.trigger = Compile(team.Project{}, []survey.Survey{bare})
	for i := range s.days[1:] {
		r.result.Days = append(r.result.Days, Day{Date: s.days[i].Time().Format(time.DateOnly)})
	}
	for i := range people {
		r.people = append(r.people, r.born(people[i]))
	}
	for r.next() {
	}
	return r
}

func (r *reference) born(who person) *life {
	l := &life{person: who, p: who.profile.Clone(), closest: -1, days: map[int]bool{}}
	l.at = Context{URL: l.p.Page, Locale: l.p.Locale, Device: l.p.Device, Country: l.p.Country}
	for _, s := range l.sessions {
		l.facts = append(l.facts, fact{at: s.At, kind: 1, do: func() { r.session(l, s) }})
	}
	for _, e := range l.events {
		l.facts = append(l.facts, fact{at: e.At, kind: 2, do: func() { r.event(l, e) }})
	}
	for _, s := range l.shown {
		if s.Survey == r.draft.id && s.At >= r.since {
			l.own = append(l.own, s)
		}
		l.facts = append(l.facts, fact{at: s.At, kind: 4, do: func() { r.view(l, s) }})
	}
	return l
}

// next takes the earliest fact of anybody.
func (r *reference) next() bool {
	var who *life
	first := -1
	for _, l := range r.people {
		for i, f := range l.facts {
			if first < 0 || cmp.Or(cmp.Compare(f.at, who.facts[first].at), cmp.Compare(f.kind, who.facts[first].kind)) < 0 {
				who, first = l, i
			}
		}
	}
	if first < 0 {
		return false
	}
	f := who.facts[first]
	who.facts = slices.Delete(who.facts, first, first+1)
	f.do()
	return true
}

func (r *reference) session(l *life, s contact.Session) {
	l.p.StartSession(s.At)
	l.at.URL, l.at.Device, l.p.Page, l.p.Device = s.Page, s.Device, s.Page, s.Device
	r.moment(l, s.At, "")
}

func (r *reference) event(l *life, e contact.Event) {
	l.p.LastSeen = max(l.p.LastSeen, e.At)
	l.p.CountEvent(e.Name, e.At)
	for _, d := range r.project.Derived()[e.Name] {
		l.p.CountDerived(d.Key, e.At, d.Holds(e.Properties))
	}
	l.at.URL, l.p.Page = e.Page, e.Page
	r.moment(l, e.At, e.Name)
}

func (r *reference) view(l *life, s Shown) {
	defer func() { l.before = append(l.before, s.At) }()
	if s.Survey == r.draft.id && s.At >= r.since {
		r.result.Recorded++
		return
	}
	other := r.project.byID[s.Survey]
	if s.At < r.since || other == nil || !isLive(other.source) {
		r.keep(l, s)
		return
	}
	r.effect(other).Before++
	if slices.Contains(l.astray, other) {
		r.stray(l, s, other)
		return
	}
	lost := s.How == ByTrigger && s.Channel != survey.Page && s.At < l.busy && l.byDraft
	if s.How != Forced && s.Channel != survey.Page && !lost {
		settings := r.project.source.Settings
		lost = throttlesViews(settings.Throttle) && r.count(Need{What: Views, Per: settings.Throttle.Per.Duration()}, s.At) >= settings.Throttle.Views
		since := s.At - micros(settings.PerContact.Per)
		lost = lost || settings.PerContact.Surveys > 0 && settings.PerContact.Per > 0 &&
			between(l.p.RecentViews, since, s.At) >= settings.PerContact.Surveys && between(l.before, since, s.At) < settings.PerContact.Surveys
	}
	if lost {
		l.astray = append(l.astray, other)
		return
	}
	r.effect(other).With++
	r.keep(l, s)
}

// stray asks again about a view of a survey that lost one before.
func (r *reference) stray(l *life, s Shown, other *compiled) {
	if s.How == ByTrigger && s.Channel != survey.Page && s.At < l.busy {
		return
	}
	how := Manual
	if s.How == Forced {
		how = Forced
	}
	c := l.at
	c.Now, c.Event, c.Channel, c.Counts = s.At.Time(), "", s.Channel, r.counter(s.At)
	if r.project.Claim(other.id.String(), how, Visitor{Profile: l.p, Anonymous: !l.p.Identified()}, c).Granted {
		r.show(l, other, s.At)
		r.consequences(l, s, s.At)
	}
}

// counter answers what counters are at a moment; those of single other surveys
// are open.
func (r *reference) counter(at contact.Micros) func(Need) int {
	return func(n Need) int {
		if n.Survey != r.draft.id && n.Survey != ident.None {
			return 0
		}
		return r.count(n, at)
	}
}

// keep lets a recorded view happen as it did.
func (r *reference) keep(l *life, s Shown) {
	l.p.RecordView(s.Survey, s.At)
	r.counts = append(r.counts, tick{s.Survey, Views, s.At})
	if s.How == ByTrigger && s.Channel != survey.Page && s.At >= r.since {
		l.busy, l.byDraft = s.At+onScreen, false
	}
	r.consequences(l, s, s.At)
}

func (r *reference) consequences(l *life, s Shown, at contact.Micros) {
	s.each(func(what happening, when contact.Micros) {
		when += at - s.At
		l.facts = append(l.facts, fact{at: when, do: func() {
			what.record(l.p, s.Survey, when)
			if what == completed {
				r.counts = append(r.counts, tick{s.Survey, Responses, when})
			}
		}})
	})
}

func (r *reference) moment(l *life, at contact.Micros, event string) {
	l.facts = slices.DeleteFunc(l.facts, func(f fact) bool { return f.ends })
	visitor := Visitor{Profile: l.p, Anonymous: !l.p.Identified()}
	l.at.Now, l.at.Event = at.Time(), event
	for _, m := range r.project.Arm(visitor, l.at).Moved {
		if at < r.from {
			continue // nobody knew of the draft
		}
		if m.Survey == r.draft.id && m.Entered != 0 {
			l.p.Enter(m.Survey, m.Entered)
		} else if m.Survey == r.draft.id {
			l.p.Leave(m.Survey)
		}
	}
	if at < r.since {
		return
	}
	l.there = true
	v := r.attempt(l, at, event)
	if v.Reason == TriggerNotFired && v.Due > contact.At(l.at.Now) && v.Due <= at+stays {
		l.facts = append(l.facts, fact{at: v.Due, kind: 3, ends: true, do: func() {
			l.p.LastSeen = max(l.p.LastSeen, v.Due)
			r.attempt(l, v.Due, "")
		}})
	}
}

// attempt tries the draft and what it displaced, by precedence, and gives the
// verdict about the draft.
func (r *reference) attempt(l *life, at contact.Micros, event string) (about Verdict) {
	c := l.at
	c.Now, c.Event = at.Time(), event
	c.Counts = r.counter(at)
	visitor := Visitor{Profile: l.p, Anonymous: !l.p.Identified()}
	candidates := append([]*compiled{r.draft}, l.astray...)
	slices.SortFunc(candidates, precedes)
	for _, s := range candidates {
		v := r.project.Claim(s.id.String(), ByTrigger, visitor, c)
		blocked := at < l.busy || s == r.draft && r.yields(l, at)
		if s == r.draft {
			about = v
			r.note(l, v, blocked, visitor, c)
		} else if v.Granted && !blocked && precedes(s, r.draft) < 0 {
			r.note(l, r.project.Claim(r.draft.id.String(), ByTrigger, visitor, c), true, visitor, c)
		}
		if v.Granted && !blocked {
			r.show(l, s, at)
			return Verdict{}
		}
	}
	return about
}

func (r *reference) yields(l *life, at contact.Micros) bool {
	return slices.ContainsFunc(l.shown, func(s Shown) bool {
		other := r.project.byID[s.Survey]
		return s.At >= at && s.At < at+onScreen && s.How == ByTrigger && s.Channel != survey.Page && other != nil && other != r.draft && isLive(other.source) && precedes(other, r.draft) < 0
	})
}

func (r *reference) note(l *life, v Verdict, blocked bool, visitor Visitor, c Context) {
	if l.views > 0 || v.Granted && !blocked {
		return
	}
	reached := slices.IndexFunc(gates[:], func(g gate) bool { return g.reason == v.Reason })
	if v.Granted {
		reached = outranked
	}
	c.Channel = survey.Page // so that history is no hindrance
	if r.trigger.Claim(r.draft.id.String(), ByTrigger, visitor, c).Granted {
		reached += 1000
	}
	l.closest = max(l.closest, reached)
}

func (r *reference) show(l *life, s *compiled, at contact.Micros) {
	l.p.RecordView(s.id, at)
	r.counts = append(r.counts, tick{s.id, Views, at})
	l.busy, l.byDraft = at+onScreen, s == r.draft
	if s != r.draft {
		r.effect(s).With++
		return
	}
	l.views++
	r.result.Views++
	day := int((at - r.since) / (86_400_000_000))
	r.result.Days[day].Views++
	if !l.days[day] {
		l.days[day] = true
		r.result.Days[day].People++
	}
	if len(l.own) > 0 {
		r.consequences(l, l.own[0], at)
		l.own = l.own[1:]
	}
}

func (r *reference) count(n Need, at contact.Micros) int {
	if !r.counters {
		return 0
	}
	since := contact.Micros(-1)
	if n.Per > 0 {
		since = at - contact.Micros(n.Per.Microseconds())
	}
	count := 0
	for _, t := range r.counts {
		if (t.survey == n.Survey || n.Survey == ident.None) && t.what == n.What && t.at > since && t.at < at {
			count++
		}
	}
	return count
}

func (r *reference) effect(s *compiled) *Effect {
	e := r.effects[s.key]
	if e == nil {
		e = &Effect{Survey: s.id, Key: s.key}
		r.effects[s.key] = e
	}
	return e
}

func (r *reference) finish() Simulated {
	for _, l := range r.people {
		if !l.there {
			continue
		}
		r.result.Contacts++
		if l.views > 0 {
			r.result.People++
			continue
		}
		r.held[reasonAt(l.closest%1000)]++
	}
	for i := range outranked + 1 {
		if n := r.held[reasonAt(i)]; n > 0 {
			r.result.Held = append(r.result.Held, Held{reasonAt(i), n})
		}
	}
	slices.SortStableFunc(r.result.Held, func(a, b Held) int { return cmp.Compare(b.People, a.People) })
	for _, s := range r.project.live {
		if s != r.draft {
			r.result.Others = append(r.result.Others, *r.effect(s))
		}
	}
	slices.SortStableFunc(r.result.Others, func(a, b Effect) int { return cmp.Compare(b.Before-b.With, a.Before-a.With) })
	return r.result
}
