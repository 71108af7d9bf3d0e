package launch

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// Simulation replays recorded activity against a survey that visitors do not
// get yet, beside the published ones. Every decision in it is made by the gates
// themselves.
//
// Begin a pass, hand it every contact who was there since From, and End it. As
// long as End says so, do it again with those that Open lists. The parts of a
// pass may run side by side on different contacts; each belongs to one goroutine.
//
// What is recorded and what is assumed is written in docs/rules/launch.md.
type Simulation struct {
	project *Project  // with the draft published among the others
	draft   *compiled // of project

	from  contact.Micros   // when replaying begins; until Since it only builds up state
	days  []contact.Micros // the beginning of each day, and of the one behind the last
	needs []Need           // counters over all contacts that a show of the draft is compared with
	now   func(Need) int   // what the counters are now

	passes   int
	replayed int              // contacts, in all passes
	assumed  *timeline        // what counters are compared with in this pass; nil: they are all open
	fixed    *tally           // contacts to whom counters make no difference
	open     map[ident.ID]int // the others, with what held them back while counters were open; seen: nothing
	sum      *tally
	settled  bool
}

// MaxDays bounds how far a simulation looks back.
const MaxDays = 90

// runUp is how long before the first day replaying begins: long enough for
// the session under way at its start. A throttle that looks further back makes
// it longer.
const (
	runUp    = 24 * time.Hour
	maxRunUp = 31 * 24 * time.Hour
)

// Counters over all contacts make more passes necessary. These bound them:
// altogether, everybody may be replayed maxRounds times.
const (
	maxPasses = 25
	maxRounds = 4
)

// NewSimulation prepares to replay some days, the one of now included and whole
// in the project's time zone, against a draft. If surveys hold one with the
// draft's id, the draft stands in its place. The draft's schedule is left out:
// the days are over, and the question is what it would have done.
//
// counts tells what the counters are now that Needs lists.
func NewSimulation(source team.Project, surveys []survey.Survey, draft survey.Survey, days int, now time.Time, counts func(Need) int) *Simulation {
	s := &Simulation{project: Compile(source, withDraft(surveys, draft, now)), now: counts}
	s.draft = s.project.byID[draft.ID]
	s.needs = s.project.NeededFor(draft.ID.String())
	s.days = daysUntil(now.In(s.project.zone), days)
	before := runUp
	for _, n := range s.needs {
		before = max(before, min(n.Per, maxRunUp))
	}
	s.from = s.days[0] - contact.Micros(before.Microseconds())
	return s
}

// withDraft gives the surveys with the draft published, as it would be now.
func withDraft(surveys []survey.Survey, draft survey.Survey, now time.Time) []survey.Survey {
	p := survey.Publication{Version: 1, PublishedAt: now, FirstAt: now, Definition: draft.Draft}
	p.Definition.Schedule = survey.Schedule{}
	all := make([]survey.Survey, 0, len(surveys)+1)
	for _, s := range surveys {
		if s.ID != draft.ID {
			all = append(all, s)
		} else if s.Publication != nil {
			p.Version, p.FirstAt = s.Publication.Version+1, s.Publication.FirstAt
		}
	}
	draft.Status, draft.Publication = survey.Published, &p
	return append(all, draft)
}

// daysUntil gives the beginnings of the last n days and of tomorrow.
func daysUntil(now time.Time, n int) []contact.Micros {
	n = min(max(n, 1), MaxDays)
	year, month, day := now.Date()
	starts := make([]contact.Micros, n+1)
	for i := range starts {
		starts[i] = contact.At(time.Date(year, month, day-n+1+i, 0, 0, 0, 0, now.Location()))
	}
	return starts
}

// From is since when activity is needed.
func (s *Simulation) From() contact.Micros { return s.from }

// Project is what decides in the simulation.
func (s *Simulation) Project() *Project { return s.project }

// Needs lists the counters over all contacts that matter here.
func (s *Simulation) Needs() []Need { return s.needs }

// Since is when the first day begins.
func (s *Simulation) Since() contact.Micros { return s.days[0] }

// Open lists the contacts to whom the last pass showed that counters over all
// contacts make a difference.
func (s *Simulation) Open() []ident.ID { return slices.Collect(maps.Keys(s.open)) }

// Contacts is how many were there, as of the last pass.
func (s *Simulation) Contacts() int {
	if s.sum == nil {
		return 0
	}
	return s.sum.contacts
}

// Pass is one worker's part of a pass.
type Pass struct {
	s      *Simulation
	fixed  *tally
	open   *tally
	opened map[ident.ID]int
	replay replay
}

// Begin starts a worker's part of a pass.
func (s *Simulation) Begin() *Pass {
	return &Pass{s: s, fixed: s.newTally(), open: s.newTally(), opened: map[ident.ID]int{}}
}

// End finishes a pass and tells whether another one has to follow: counters
// over all contacts depend on what everybody was shown, which is only known
// behind a pass.
func (s *Simulation) End(parts ...*Pass) (again bool) {
	if s.passes == 0 {
		s.fixed, s.open = s.newTally(), map[ident.ID]int{}
		for _, p := range parts {
			s.fixed.add(p.fixed)
			maps.Copy(s.open, p.opened)
		}
	}
	s.passes++
	s.sum = s.newTally()
	s.sum.add(s.fixed)
	for _, p := range parts {
		s.sum.add(p.open)
	}
	s.sum.counted.sort()
	if s.passes == 1 {
		s.replayed = s.sum.contacts
	} else {
		s.replayed += len(s.open)
	}
	return s.goesOn()
}

// goesOn tells whether what was assumed in a pass differs from what came of it,
// and makes the next assumption.
func (s *Simulation) goesOn() bool {
	if s.settled = len(s.open) == 0 || !s.exploring() && s.passes > 2 && s.sum.counted.equal(s.assumed); s.settled {
		return false
	}
	s.assumed = s.admit(s.sum.counted)
	return s.passes < maxPasses && s.replayed+len(s.open) <= maxRounds*s.sum.contacts
}

// tally is what was found about some contacts.
type tally struct {
	contacts int
	people   int
	views    int
	recorded int                // views of the draft's own survey that really happened
	daily    []Day              // by day, without the date
	held     [outranked + 1]int // people by the gate that held them back
	others   map[*compiled]*Effect

	// Of contacts to whom counters make a difference:
	counted *timeline
	fates   []fate
}

// fate is what became of one contact.
type fate struct {
	who      ident.ID
	views    []contact.Micros // of the draft
	heldBack int              // seen: by nothing
}

// outranked stands behind the gates, where several surveys are compared.
const outranked = len(gates)

func (s *Simulation) newTally() *tally {
	return &tally{daily: make([]Day, len(s.days)-1), others: map[*compiled]*Effect{}, counted: newTimeline(s.needs)}
}

func (t *tally) add(o *tally) {
	t.contacts += o.contacts
	t.people += o.people
	t.views += o.views
	t.recorded += o.recorded
	for i := range o.daily {
		t.daily[i].People += o.daily[i].People
		t.daily[i].Views += o.daily[i].Views
	}
	for i, n := range o.held {
		t.held[i] += n
	}
	for survey, e := range o.others {
		t.effect(survey, e.Before, e.With)
	}
	t.counted.addAll(o.counted)
	t.fates = append(t.fates, o.fates...)
}

func (t *tally) effect(s *compiled, before, with int) {
	e := t.others[s]
	if e == nil {
		e = &Effect{Survey: s.id, Key: s.key}
		t.others[s] = e
	}
	e.Before += before
	e.With += with
}

// take adds a mark.
func (t *tally) take(m mark) {
	switch m.what {
	case markBefore:
		t.effect(m.survey, 1, 0)
	case markWith:
		t.effect(m.survey, 0, 1)
	case markReplaced:
		t.recorded++
	case markView:
		t.counted.add(m.id, Views, m.at)
	case markResponse:
		t.counted.add(m.id, Responses, m.at)
	case markCompleted:
		t.counted.complete(m.id)
	}
}

// settle adds what became of a contact.
func (t *tally) settle(s *Simulation, f fate) {
	if len(f.views) == 0 {
		if f.heldBack != seen {
			t.held[f.heldBack]++
		}
		return
	}
	t.people++
	t.views += len(f.views)
	last := -1
	for _, at := range f.views {
		day := s.dayOf(at)
		if day != last {
			t.daily[day].People++
		}
		t.daily[day].Views++
		last = day
	}
}

// settleOpen adds what became of those to whom counters make a difference. If
// the last assumption was not confirmed, it is the better answer of the two: in
// it, the limits hold.
func (s *Simulation) settleOpen() {
	let := map[ident.ID][]contact.Micros{}
	if !s.settled {
		for _, c := range s.assumed.chances {
			let[c.who] = append(let[c.who], c.at)
		}
	}
	for _, f := range s.sum.fates {
		if !s.settled {
			f.views = let[f.who]
			if len(f.views) == 0 && f.heldBack == seen {
				f.heldBack = s.firstCounter()
			}
		}
		s.sum.settle(s, f)
	}
	s.sum.fates = nil
}

// firstCounter gives the first of the draft's gates that look at counters.
func (s *Simulation) firstCounter() int {
	return bits.TrailingZeros32(uint32(s.draft.gates & counterGates))
}

// dayOf gives the day of a moment, by its place among the days.
func (s *Simulation) dayOf(at contact.Micros) int {
	i, exact := slices.BinarySearch(s.days, at)
	if !exact {
		i--
	}
	return min(i, len(s.days)-2)
}

// Simulated is what a simulation found.
type Simulated struct {
	Contacts int // who were there in these days
	People   int // of them, who would have seen the draft
	Views    int // how often, altogether
	Recorded int // views of the survey that the draft would replace, as they were

	Days   []Day
	Held   []Held   // who would not have seen it, by what held them back; most people first
	Others []Effect // what becomes of the other published surveys' views; most lost first

	Passes  int
	Settled bool // false: counters over all contacts are approximate
}

// Day is one day of a simulation.
type Day struct {
	Date   string // 2006-01-02, in the project's time zone
	People int
	Views  int
}

// Held is how many people a gate held back. Of the moments at which somebody
// was there, the one counts that came closest to a view: one whose trigger
// fired before all others, then the one that got to the furthest gate. A counter
// over all contacts holds back only those who would otherwise have seen it.
type Held struct {
	Gate   Reason
	People int
}

// Effect is what a draft does to another survey.
type Effect struct {
	Survey ident.ID
	Key    string
	Before int // recorded views
	With   int // views with the draft beside it
}

// Result gives what the passes found. It is asked for once, at the end.
func (s *Simulation) Result() Simulated {
	s.settleOpen()
	t := s.sum
	out := Simulated{
		Contacts: t.contacts, People: t.people, Views: t.views, Recorded: t.recorded,
		Days: t.daily, Passes: s.passes, Settled: s.settled,
	}
	for i := range out.Days {
		out.Days[i].Date = s.days[i].Time().In(s.project.zone).Format(time.DateOnly)
	}
	for i, people := range t.held {
		if people > 0 {
			out.Held = append(out.Held, Held{Gate: reasonAt(i), People: people})
		}
	}
	slices.SortStableFunc(out.Held, func(a, b Held) int { return cmp.Compare(b.People, a.People) })
	for _, other := range s.project.live {
		if other != s.draft {
			t.effect(other, 0, 0)
			out.Others = append(out.Others, *t.others[other])
		}
	}
	slices.SortStableFunc(out.Others, func(a, b Effect) int { return cmp.Compare(b.Before-b.With, a.Before-a.With) })
	return out
}

func reasonAt(gate int) Reason {
	if gate == outranked {
		return Outranked
	}
	return gates[gate].reason
}
