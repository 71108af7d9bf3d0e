package contact_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

const (
	minute = contact.Micros(60e6)
	hour   = 60 * minute
	day    = 24 * hour
)

// noon of 2026-05-01, UTC.
var noon = contact.At(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC))

func TestSeenStartsSessions(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	steps := []struct {
		name     string
		at       contact.Micros
		session  bool
		sessions int
		start    contact.Micros
		last     contact.Micros
	}{
		{"the first sight starts one", noon, true, 1, noon, noon},
		{"a minute later it goes on", noon + minute, false, 1, noon, noon + minute},
		{"just under an hour of silence", noon + minute + hour - 1, false, 1, noon, noon + minute + hour - 1},
		{"a request that was overtaken changes nothing", noon + 2*minute, false, 1, noon, noon + minute + hour - 1},
		{"an hour of silence starts one", noon + minute + 2*hour - 1, true, 2, noon + minute + 2*hour - 1, noon + minute + 2*hour - 1},
	}
	for _, s := range steps {
		if got := p.Seen(s.at); got != s.session || p.Sessions != s.sessions || p.SessionStart != s.start || p.LastSeen != s.last {
			t.Errorf("%s: new %v, %d sessions since %d, last seen %d", s.name, got, p.Sessions, p.SessionStart, p.LastSeen)
		}
	}
	if p.FirstSeen != noon {
		t.Errorf("first seen %d", p.FirstSeen)
	}
	p.StartSession(p.LastSeen + minute)
	if p.Sessions != 3 || p.SessionStart != p.LastSeen {
		t.Errorf("startSession starts one at once: %d since %d", p.Sessions, p.SessionStart)
	}
}

func TestCountEvent(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	for _, at := range []contact.Micros{noon, noon + hour, noon - 3*day, noon + 2*day, noon - 3*day} {
		p.CountEvent("upgrade", at)
	}
	c := p.Events["upgrade"]
	if c.Count != 5 || c.First != noon-3*day || c.Last != noon+2*day {
		t.Errorf("count %+v", c)
	}
	want := []contact.DayCount{{Day: contact.DayOf(noon) - 3, N: 2}, {Day: contact.DayOf(noon), N: 2}, {Day: contact.DayOf(noon) + 2, N: 1}}
	if fmt.Sprint(c.Days) != fmt.Sprint(want) {
		t.Errorf("days %v, want %v", c.Days, want)
	}
	since := []struct {
		name string
		at   contact.Micros
		want int
	}{
		{"ever", 0, 5},
		{"since the first one", noon - 3*day, 5},
		{"since later on the first day: a day is whole", noon - 3*day + 1, 5},
		{"since the day after", noon - 2*day, 3},
		{"since the last one", noon + 2*day, 1},
		{"since after the last one", noon + 2*day + 1, 0},
	}
	for _, s := range since {
		if got := p.EventsSince("upgrade", s.at); got != s.want {
			t.Errorf("%s: %d, want %d", s.name, got, s.want)
		}
	}
	if p.EventsSince("never", 0) != 0 {
		t.Error("an event that never happened")
	}
}

func TestEventBounds(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	for i := range contact.MaxEventDays + 10 {
		p.CountEvent("daily", noon+contact.Micros(i)*day)
	}
	c := p.Events["daily"]
	if len(c.Days) != contact.MaxEventDays || c.Count != contact.MaxEventDays+10 {
		t.Errorf("%d days, count %d", len(c.Days), c.Count)
	}
	if got := p.EventsSince("daily", c.First); got != c.Count {
		t.Errorf("ever is exact although old days are gone: %d", got)
	}
	for i := range contact.MaxEventNames {
		p.CountEvent(fmt.Sprint("e", i), noon+contact.Micros(i)*minute)
	}
	if len(p.Events) != contact.MaxEventNames || p.Events["e0"] != nil || p.Events["e1"] == nil {
		t.Errorf("%d names; the one quiet for longest has to go", len(p.Events))
	}
	p.CountEvent("late arrival", noon-day)
	if p.Events["late arrival"] == nil || len(p.Events) != contact.MaxEventNames {
		t.Error("the event that just came is kept, however old it is")
	}
}

func TestDayOf(t *testing.T) {
	t.Parallel()
	for at, want := range map[contact.Micros]int32{0: 0, day - 1: 0, day: 1, -1: -1, -day: -1, -day - 1: -2} {
		if got := contact.DayOf(at); got != want {
			t.Errorf("DayOf(%d) = %d, want %d", at, got, want)
		}
	}
}

func TestSurveyHistory(t *testing.T) {
	t.Parallel()
	nps, csat := ident.New(), ident.New()
	p := &contact.Profile{SessionStart: noon}
	p.RecordView(nps, noon+minute)
	p.RecordAnswer(nps, noon+2*minute)
	p.RecordComplete(nps, noon+3*minute)
	p.RecordView(csat, noon+5*minute)
	p.RecordDismiss(csat, noon+6*minute)
	p.RecordView(nps, noon+4*minute) // arrived late
	want := contact.SurveyTally{Views: 2, FirstSeen: noon + minute, LastSeen: noon + 4*minute, Answered: 1, LastAnswered: noon + 2*minute,
		Completed: 1, LastCompleted: noon + 3*minute, LastSession: noon}
	if got := *p.Surveys[nps]; got != want {
		t.Errorf("tally %+v, want %+v", got, want)
	}
	if got := *p.Surveys[csat]; got.Dismissed != 1 || got.LastDismissed != noon+6*minute || got.Views != 1 {
		t.Errorf("dismissed %+v", got)
	}
	if p.Views != 3 || p.Responses != 1 || p.LastView != noon+5*minute || p.LastResponse != noon+3*minute {
		t.Errorf("totals %d %d %d %d", p.Views, p.Responses, p.LastView, p.LastResponse)
	}
	if fmt.Sprint(p.RecentViews) != fmt.Sprint([]contact.Micros{noon + minute, noon + 4*minute, noon + 5*minute}) {
		t.Errorf("recent views %v: newest last", p.RecentViews)
	}
	for i := range contact.MaxRecentViews {
		p.RecordView(nps, noon+hour+contact.Micros(i))
	}
	if len(p.RecentViews) != contact.MaxRecentViews || p.RecentViews[0] != noon+hour {
		t.Errorf("%d recent views from %d", len(p.RecentViews), p.RecentViews[0])
	}
	if !p.Enter(csat, noon) || p.Enter(csat, noon+hour) || p.Surveys[csat].Entered != noon {
		t.Error("the first moment in the audience stays")
	}
}
