package launch

import (
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// What the rules page says about a simulation, sentence by sentence. The days
// are the 8th to the 10th of March, and it is noon of the 10th.

const (
	other1 = 1 // priority 5, on the event saved
	theOne = 9 // the draft
)

func on(day, hour, minute, second int) contact.Micros {
	return contact.At(time.Date(2026, 3, day, hour, minute, second, 0, time.UTC))
}

func came(at contact.Micros) contact.Session {
	return contact.Session{At: at, Page: "https://app.example.com/plan", Device: "desktop"}
}

func did(name string, at contact.Micros) contact.Event {
	return contact.Event{Name: name, At: at, Page: "https://app.example.com/plan"}
}

func saw(survey byte, how Launch, at contact.Micros) Shown {
	return Shown{Survey: ident.ID{15: survey}, At: at, How: how, Channel: "widget"}
}

func onEvent(name string) survey.Definition {
	return survey.Definition{Trigger: survey.Trigger{Type: "event", Event: name}}
}

func TestSimulationRules(t *testing.T) {
	t.Parallel()
	weekly := team.Settings{PerContact: team.PerContact{Surveys: 1, Per: survey.Span(7 * 24 * time.Hour)}}
	first := onEvent("saved")
	first.Priority = 9
	later := noon.AddDate(0, 1, 0)
	scheduled := onEvent("saved")
	scheduled.Schedule.Start = &later
	recurring := onEvent("saved")
	recurring.Recurrence.Repeat = "trigger"
	day := 24 * time.Hour
	for _, tt := range []struct {
		says     string
		settings team.Settings
		draft    survey.Definition
		person   person
		people   int
		views    int
		held     Reason
		other    Effect
	}{
		{says: "an event in these days launches the draft", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}},
			people: 1, views: 1},
		{says: "the first day begins at midnight", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(7, 23, 0, 0))}, events: []contact.Event{did("saved", on(7, 23, 59, 59)), did("left", on(8, 0, 1, 0))}},
			held:   TriggerNotFired},
		{says: "the days begin in the project's time zone", settings: team.Settings{TimeZone: "Europe/Vienna"}, draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(7, 23, 0, 0))}, events: []contact.Event{did("saved", on(7, 23, 59, 59))}},
			people: 1, views: 1},
		{says: "what happened just before them counts", draft: survey.Definition{Trigger: survey.Trigger{Type: "event", Event: "saved", Within: "session"}},
			person: person{sessions: []contact.Session{came(on(7, 23, 0, 0))}, events: []contact.Event{did("saved", on(7, 23, 59, 59)), did("left", on(8, 0, 1, 0))}},
			people: 1, views: 1},
		{says: "the draft's schedule is left out", draft: scheduled,
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}},
			people: 1, views: 1},
		{says: "a view of the draft counts for the next one", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0)), did("saved", on(8, 9, 2, 0))}},
			people: 1, views: 1},
		{says: "a draft that recurs is seen again", draft: recurring,
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0)), did("saved", on(8, 9, 2, 0))}},
			people: 1, views: 2},
		{says: "somebody stays a minute for a delay", draft: survey.Definition{Trigger: survey.Trigger{Type: "delay", After: survey.Span(time.Minute)}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}},
			people: 1, views: 1},
		{says: "and not longer", draft: survey.Definition{Trigger: survey.Trigger{Type: "delay", After: survey.Span(61 * time.Second)}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}},
			held:   TriggerNotFired},
		{says: "unless something shows that they were still there", draft: survey.Definition{Trigger: survey.Trigger{Type: "delay", After: survey.Span(10 * time.Minute)}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("left", on(8, 9, 11, 0))}},
			people: 1, views: 1},
		{says: "without recorded sessions, an hour's absence starts one", draft: survey.Definition{Trigger: survey.Trigger{Type: "event", Event: "saved", Within: "session"}, Recurrence: survey.Recurrence{Repeat: "session"}},
			person: person{events: []contact.Event{did("saved", on(8, 9, 1, 0)), did("saved", on(8, 9, 2, 0)), did("saved", on(8, 10, 2, 0))}},
			people: 1, views: 2},
		{says: "events are counted as they were then", draft: survey.Definition{Audience: survey.Audience{Conditions: condition(`{"event":"saved","times":{"op":"=","value":2}}`)}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(1, 9, 0, 0)), did("saved", on(8, 9, 2, 0)), did("saved", on(8, 9, 3, 0))}},
			people: 1, views: 1},
		{says: "traits are taken as they are now", draft: survey.Definition{Audience: survey.Audience{Conditions: condition(`{"trait":"plan","op":"is","value":"pro"}`)}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, profile: contact.Profile{Traits: contact.Traits{"plan": contact.TextValue("pro")}}},
			people: 1, views: 1},
		{says: "the moment whose trigger fired tells the reason", draft: survey.Definition{Trigger: onEvent("saved").Trigger, Audience: survey.Audience{Devices: []string{"mobile"}}},
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0)), {At: on(9, 9, 0, 0), Device: "mobile"}}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}},
			held:   DeviceMismatch},
		{says: "a recorded view of another survey stands", draft: onEvent("never"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, shown: []Shown{saw(other1, ByTrigger, on(8, 9, 1, 0))}},
			held:   TriggerNotFired, other: Effect{Before: 1, With: 1}},
		{says: "it holds the draft back as the project says", settings: weekly, draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, shown: []Shown{saw(other1, ByTrigger, on(8, 9, 1, 0))}, events: []contact.Event{did("saved", on(9, 9, 1, 0))}},
			held:   ContactThrottled, other: Effect{Before: 1, With: 1}},
		{says: "and is lost where the draft was seen before", settings: weekly, draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}, shown: []Shown{saw(other1, ByTrigger, on(9, 9, 1, 0))}},
			people: 1, views: 1, other: Effect{Before: 1, With: 0}},
		{says: "a forced one is never lost", settings: weekly, draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}, shown: []Shown{saw(other1, Forced, on(9, 9, 1, 0))}},
			people: 1, views: 1, other: Effect{Before: 1, With: 1}},
		{says: "a lost one appears at the next moment that its gates allow", settings: team.Settings{PerContact: team.PerContact{Surveys: 1, Per: survey.Span(day)}}, draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, shown: []Shown{saw(other1, ByTrigger, on(9, 9, 0, 0))},
				events: []contact.Event{did("saved", on(8, 9, 1, 0)), did("saved", on(9, 8, 0, 0)), did("saved", on(9, 9, 2, 0))}},
			people: 1, views: 1, other: Effect{Before: 1, With: 1}},
		{says: "of two at one moment the one with precedence appears", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}, shown: []Shown{saw(other1, ByTrigger, on(8, 9, 1, 2))}},
			held:   Outranked, other: Effect{Before: 1, With: 1}},
		{says: "also if that is the draft", draft: first,
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(8, 9, 1, 0))}, shown: []Shown{saw(other1, ByTrigger, on(8, 9, 1, 2))}},
			people: 1, views: 1, other: Effect{Before: 1, With: 0}},
		{says: "an edit takes the place of what it edits", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(9, 9, 1, 0))}, shown: []Shown{saw(theOne, ByTrigger, on(8, 9, 1, 0))}},
			people: 1, views: 1},
		{says: "whose earlier views stay", draft: onEvent("saved"),
			person: person{sessions: []contact.Session{came(on(1, 9, 0, 0)), came(on(8, 9, 0, 0))}, events: []contact.Event{did("saved", on(9, 9, 1, 0))}, shown: []Shown{saw(theOne, ByTrigger, on(1, 9, 1, 0))}},
			held:   AlreadySeen},
	} {
		t.Run(tt.says, func(t *testing.T) {
			t.Parallel()
			surveys := []survey.Survey{published(other1, "other", noon.AddDate(-1, 0, 0), onEvent("saved"))}
			surveys[0].Publication.Definition.Priority = 5
			if tt.held == AlreadySeen || tt.says == "an edit takes the place of what it edits" {
				surveys = append(surveys, published(theOne, "draft", noon.AddDate(-1, 0, 0), survey.Definition{}))
			}
			tt.person.profile.ID, tt.person.profile.UserID, tt.person.profile.FirstSeen = ident.ID{1}, "u1", on(1, 0, 0, 0)
			people := []person{tt.person}
			draft := survey.Survey{ID: ident.ID{15: theOne}, Key: "draft", Draft: tt.draft}
			got := simulate(people, NewSimulation(team.Project{Settings: tt.settings}, surveys, draft, 3, noon, countsOf(people)))
			want := []Held(nil)
			if tt.held != "" {
				want = []Held{{tt.held, 1}}
			}
			if got.People != tt.people || got.Views != tt.views || len(got.Held) != len(want) || len(want) == 1 && got.Held[0] != want[0] {
				t.Errorf("got %d people, %d views, held back by %v; want %d, %d, %v", got.People, got.Views, got.Held, tt.people, tt.views, want)
			}
			if e := got.Others[0]; e.Before != tt.other.Before || e.With != tt.other.With {
				t.Errorf("the other survey: %d views before, %d with; want %d, %d", e.Before, e.With, tt.other.Before, tt.other.With)
			}
			if got.Contacts != 1 || len(got.Days) != 3 || got.Days[0].Date != "2026-03-08" {
				t.Errorf("%d contacts, days %v", got.Contacts, got.Days)
			}
		})
	}
}

// A limit over all contacts lets in those who come first.
func TestSimulatedThrottleLetsInWhoComesFirst(t *testing.T) {
	t.Parallel()
	draft := survey.Survey{ID: ident.ID{15: theOne}, Key: "draft", Draft: onEvent("saved")}
	draft.Draft.Limits.Throttle = survey.Throttle{Views: 2, Per: survey.Span(24 * time.Hour)}
	var people []person
	for i := range 10 {
		who := person{profile: contact.Profile{ID: ident.ID{byte(i + 1)}, FirstSeen: on(8, 0, 0, 0)}}
		for day := 8; day <= 10; day++ {
			who.sessions = append(who.sessions, came(on(day, 9, i, 0)))
			who.events = append(who.events, did("saved", on(day, 9, i, 1+i)))
		}
		people = append(people, who)
	}
	got := simulate(people, NewSimulation(team.Project{}, nil, draft, 3, noon, countsOf(people)))
	if got.People != 6 || !got.Settled || len(got.Held) != 1 || got.Held[0] != (Held{SurveyThrottled, 4}) {
		t.Errorf("got %+v", got)
	}
	for _, d := range got.Days {
		if d.People != 2 {
			t.Errorf("%s: %d people", d.Date, d.People)
		}
	}
}
