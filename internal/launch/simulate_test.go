package launch

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
	"earshot/internal/team"
)

const (
	anHour = contact.Micros(time.Hour / time.Microsecond)
	aDay   = 24 * anHour
)

// now gives a person's profile as it is after everything they did.
func (who *person) now(derived map[string][]segment.Derived) *contact.Profile {
	p := who.profile.Clone()
	type step struct {
		at contact.Micros
		do func()
	}
	var all []step
	for _, s := range who.sessions {
		all = append(all, step{s.At, func() { p.StartSession(s.At) }})
	}
	for _, e := range who.events {
		all = append(all, step{e.At, func() {
			p.LastSeen = max(p.LastSeen, e.At)
			p.CountEvent(e.Name, e.At)
			for _, d := range derived[e.Name] {
				p.CountDerived(d.Key, e.At, d.Holds(e.Properties))
			}
		}})
	}
	for _, s := range who.shown {
		all = append(all, step{s.At, func() { p.RecordView(s.Survey, s.At) }})
		s.each(func(what happening, when contact.Micros) {
			all = append(all, step{when, func() { what.record(p, s.Survey, when) }})
		})
	}
	slices.SortStableFunc(all, func(a, b step) int { return int(a.at - b.at) })
	for _, s := range all {
		s.do()
	}
	return p
}

// simulate hands people to a simulation as the caller of the package does.
func simulate(people []person, s *Simulation) Simulated {
	for first := true; ; first = false {
		parts := []*Pass{s.Begin(), s.Begin()}
		for i := range people {
			who := &people[i]
			if !first && i%3 == 0 && !slices.Contains(s.Open(), who.profile.ID) {
				continue // one may, and need not
			}
			r := &Recorded{Profile: who.now(s.project.derived), Shown: slices.Clone(who.shown)}
			for _, one := range who.sessions {
				if one.At >= s.From() {
					r.Sessions = append(r.Sessions, one)
				}
			}
			for _, one := range who.events {
				if one.At >= s.From() {
					r.Events = append(r.Events, one)
				}
			}
			parts[i%2].Replay(r)
		}
		if !s.End(parts...) {
			return s.Result()
		}
	}
}

// countsOf says what counters are now.
func countsOf(people []person) func(Need) int {
	return func(n Need) (count int) {
		for _, who := range people {
			for _, s := range who.shown {
				if s.Survey == n.Survey && n.What == Responses && s.Completed != 0 {
					count++
				}
			}
		}
		return count
	}
}

// scenario is a random project with its recorded past and a draft.
type scenario struct {
	settings team.Settings
	surveys  []survey.Survey
	draft    survey.Survey
	people   []person
}

func (s scenario) simulation() *Simulation {
	return NewSimulation(team.Project{Settings: s.settings}, s.surveys, s.draft, 5, noon, countsOf(s.people))
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func condition(raw string) segment.Condition {
	c, err := segment.Decode([]byte(raw), "")
	if err != nil {
		panic(err)
	}
	return c
}

func randomScenario(r *rand.Rand) scenario {
	s := scenario{draft: survey.Survey{ID: ident.ID{15: 9}, Key: "draft", Draft: randomDraft(r)}}
	for i, priority := range []int{5, 0} {
		d := survey.Definition{Priority: priority, Trigger: survey.Trigger{Type: "event", Event: pick(r, "saved", "opened")}}
		d.Recurrence.Repeat = pick(r, "", "session", "trigger")
		s.surveys = append(s.surveys, published(byte(i+1), fmt.Sprintf("other%d", i+1), noon.AddDate(0, -1, 0), d))
	}
	if r.IntN(3) == 0 { // an edit of one that is published
		s.surveys = append(s.surveys, published(9, "draft", noon.AddDate(0, -1, 0), survey.Definition{}))
	}
	if r.IntN(2) == 0 {
		s.settings.PerContact = team.PerContact{Surveys: 1 + r.IntN(2), Per: survey.Span(time.Duration(1+r.IntN(60)) * time.Hour)}
	}
	taken := map[contact.Micros]bool{}
	for i := range 20 {
		s.people = append(s.people, randomPerson(r, i, s.surveys, taken))
	}
	return s
}

func randomDraft(r *rand.Rand) survey.Definition {
	d := survey.Definition{Priority: pick(r, 9, 3, -1)}
	d.Trigger = pick(r,
		survey.Trigger{}, survey.Trigger{Type: "event", Event: "saved"}, survey.Trigger{Type: "event", Event: "opened", Within: "session"},
		survey.Trigger{Type: "event", Event: "opened", Within: "6h"}, survey.Trigger{Type: "manual"},
		survey.Trigger{Type: "page", Pages: []survey.PageRule{{Op: "path_equals", Value: "/2"}}},
		survey.Trigger{Type: "delay", After: survey.Span(30 * time.Second)}, survey.Trigger{Type: "delay", After: survey.Span(20 * time.Minute)},
		survey.Trigger{Type: "delay", After: survey.Span(5 * time.Second), Since: "audience"},
		survey.Trigger{Type: "delay", After: survey.Span(8 * 24 * time.Hour), Since: "first_seen"})
	d.Recurrence = pick(r, survey.Recurrence{}, survey.Recurrence{}, survey.Recurrence{Repeat: "session"},
		survey.Recurrence{Repeat: "every", Every: survey.Span(30 * time.Hour)},
		survey.Recurrence{FollowUp: &survey.FollowUp{After: survey.Span(20 * time.Hour), Times: 2}})
	d.Audience.Conditions = pick(r, segment.Condition{}, segment.Condition{},
		condition(`{"trait":"plan","op":"is","value":"pro"}`),
		condition(`{"meta":"sessions","op":">=","value":4}`),
		condition(`{"meta":"views","op":"<","value":3}`),
		condition(`{"event":"saved","times":{"op":">=","value":4}}`),
		condition(`{"event":"opened","within":"2d","times":{"op":">=","value":2}}`),
		condition(`{"event":"saved","times":{"op":">=","value":2},"where":{"property":"amount","op":">","value":5}}`),
		condition(`{"survey":"other1","did_not":"seen"}`),
		condition(`{"survey":"other2","did":"completed","within":"3d"}`))
	if r.IntN(4) == 0 {
		half := 50.0
		d.Audience.Sample = &half
	}
	d.Audience.Devices = pick(r, nil, nil, nil, []string{"mobile"})
	d.Pages.Exclude = pick(r, nil, nil, []survey.PageRule{{Op: "path_equals", Value: "/1"}})
	return d
}

// randomPerson has visits over twenty days. Of what counts to the microsecond,
// no two things happen at once.
func randomPerson(r *rand.Rand, n int, surveys []survey.Survey, taken map[contact.Micros]bool) person {
	unique := func(at contact.Micros) contact.Micros {
		for taken[at] {
			at++
		}
		taken[at] = true
		return at
	}
	end := contact.At(noon) - 4*anHour
	first := end - 20*aDay + contact.Micros(r.Int64N(int64(20*aDay)))
	who := person{profile: contact.Profile{
		ID: ident.ID{0: 7, 15: byte(n)}, UserID: pick(r, "", fmt.Sprint("u", n)), SamplingID: r.Uint64(), FirstSeen: first,
		Traits: contact.Traits{"plan": contact.TextValue(pick(r, "free", "pro"))},
	}}
	for at := first; at < end; at += 2*anHour + contact.Micros(r.Int64N(int64(3*aDay))) {
		at = unique(at)
		who.sessions = append(who.sessions, contact.Session{At: at, Page: page(r), Device: pick(r, "desktop", "mobile")})
		moment := at
		for range r.IntN(4) {
			moment = unique(moment + 1 + contact.Micros(r.Int64N(int64(pick(r, anHour/1200, anHour/2)))))
			if r.IntN(3) == 0 {
				who.shown = append(who.shown, randomView(r, moment, surveys, unique))
				continue
			}
			who.events = append(who.events, contact.Event{
				Name: pick(r, "saved", "opened"), At: moment, Page: page(r), Properties: contact.Traits{"amount": contact.IntegerValue(r.Int64N(10))},
			})
		}
	}
	return who
}

func page(r *rand.Rand) string { return fmt.Sprintf("https://app.example.com/%d", 1+r.IntN(3)) }

func randomView(r *rand.Rand, at contact.Micros, surveys []survey.Survey, unique func(contact.Micros) contact.Micros) Shown {
	s := Shown{Survey: pick(r, surveys...).ID, At: at, How: pick(r, ByTrigger, ByTrigger, ByTrigger, Manual, Forced), Channel: pick(r, survey.Widget, survey.Widget, survey.Page)}
	if r.IntN(2) == 0 {
		s.Answered = unique(at + contact.Micros(r.Int64N(int64(2*aDay))))
		if r.IntN(2) == 0 {
			s.Completed = unique(s.Answered + 1)
		}
	} else if r.IntN(2) == 0 {
		s.Dismissed = unique(at + 5_000_000)
	}
	return s
}

// scenarios is how many are tried; the reference is slow.
func scenarios() uint64 {
	if raceDetector {
		return 40
	}
	return 300
}

func TestSimulationAgreesWithTheSlowReference(t *testing.T) {
	t.Parallel()
	shown, held, lost := 0, map[Reason]int{}, 0
	for seed := range scenarios() {
		s := randomScenario(rand.New(rand.NewPCG(seed, 1)))
		sim := s.simulation()
		got, want := simulate(s.people, sim), simulateSlowly(s.people, sim)
		want.Passes, want.Settled = 1, true
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %+v:\ngot  %+v\nwant %+v", seed, s.draft.Draft, got, want)
		}
		shown += got.People
		for _, h := range got.Held {
			held[h.Gate] += h.People
		}
		for _, e := range got.Others {
			lost += e.Before - e.With
		}
	}
	t.Log(shown, held, lost)
	for _, gate := range []Reason{ConditionMismatch, SampledOut, DeviceMismatch, AlreadySeen, ContactThrottled, PageExcluded, TriggerNotFired, Outranked} {
		if held[gate] == 0 && !raceDetector {
			t.Errorf("%s held nobody back in any scenario", gate)
		}
	}
	if shown == 0 || lost == 0 {
		t.Errorf("%d people saw it, %d views were lost", shown, lost)
	}
}

// Counters over all contacts depend on what everybody is shown. A simulation
// that says it has settled has found exactly that.
func TestSettledCountersAgreeWithTheSlowReference(t *testing.T) {
	t.Parallel()
	settled, throttled, off, all := 0, 0, 0, 0
	for seed := range scenarios() {
		r := rand.New(rand.NewPCG(seed, 2))
		s := randomScenario(r)
		switch r.IntN(3) {
		case 0:
			s.draft.Draft.Limits.Throttle = survey.Throttle{Views: 1 + r.IntN(6), Per: survey.Span(time.Duration(6+r.IntN(100)) * time.Hour)}
		case 1:
			s.settings.Throttle = survey.Throttle{Views: 2 + r.IntN(10), Per: survey.Span(time.Duration(6+r.IntN(60)) * time.Hour)}
		case 2:
			s.draft.Draft.Limits.Responses = 1 + r.IntN(3)
		}
		sim := s.simulation()
		got, want := simulate(s.people, sim), simulateSlowly(s.people, sim)
		for _, h := range got.Held {
			if h.Gate == SurveyThrottled || h.Gate == ProjectThrottled || h.Gate == ResponseLimitReached {
				throttled += h.People
			}
		}
		if !got.Settled {
			off, all = off+max(got.Views-want.Views, want.Views-got.Views), all+want.Views
			continue
		}
		settled++
		want.Passes, want.Settled = got.Passes, true
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %+v, %+v:\ngot  %+v\nwant %+v", seed, s.settings, s.draft.Draft, got, want)
		}
	}
	t.Log(settled, throttled, off, all)
	if off*6 > all {
		t.Errorf("where nothing settled, %d of %d views are too many or too few", off, all)
	}
	if settled < int(scenarios())*2/3 || throttled == 0 {
		t.Errorf("only %d settled; %d people were held back by counters", settled, throttled)
	}
}
