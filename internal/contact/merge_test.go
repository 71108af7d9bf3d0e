package contact_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// known is somebody identified, visitor a browser that was not.
func known() *contact.Profile {
	return &contact.Profile{ID: ident.New(), UserID: "u1", Email: "ada@example.com", Verified: true}
}
func visitor() *contact.Profile { return &contact.Profile{ID: ident.New()} }

func TestMergeMovesEverything(t *testing.T) {
	t.Parallel()
	survey, other := ident.New(), ident.New()
	into, from := known(), visitor()
	into.Seen(noon)
	into.CountEvent("login", noon)
	into.RecordView(survey, noon)
	into.RecordComplete(survey, noon+minute)

	from.Seen(noon - 10*day)
	from.CountEvent("login", noon-10*day)
	from.RecordView(survey, noon-10*day)
	from.RecordDismiss(survey, noon-10*day+minute)
	from.Seen(noon + 5*day)
	from.CountEvent("export", noon+5*day)
	from.RecordView(other, noon+5*day)
	from.RecordAnswer(other, noon+5*day+minute)
	from.RecordComplete(other, noon+5*day+2*minute)
	from.Enter(survey, noon-10*day)

	before := from.AppendTo(nil)
	id := into.ID
	if !contact.Merge(into, from) {
		t.Fatal("refused")
	}
	checks := []struct {
		rule      string
		got, want any
	}{
		{"the known person keeps id, user id, e-mail and signature", []any{into.ID, into.UserID, into.Email, into.Verified}, []any{id, "u1", "ada@example.com", true}},
		{"sessions add up", into.Sessions, 3},
		{"the earlier first-seen moves over", into.FirstSeen, noon - 10*day},
		{"last seen is the later one", into.LastSeen, noon + 5*day},
		{"the session goes on in the browser that was last seen", into.SessionStart, noon + 5*day},
		{"views add up", into.Views, 3},
		{"responses add up", into.Responses, 2},
		{"last view is the later one", into.LastView, noon + 5*day},
		{"last response is the later one", into.LastResponse, noon + 5*day + 2*minute},
		{"recent views are sorted, newest last", into.RecentViews, []contact.Micros{noon - 10*day, noon, noon + 5*day}},
		{"events add up", into.Events["login"].Count, 2},
		{"days of events add up", into.EventsSince("login", noon-10*day+1), 2},
		{"the first event is the earlier one", into.Events["login"].First, noon - 10*day},
		{"an event known to one side moves over", into.Events["export"].Count, 1},
		{"survey history adds up", *into.Surveys[survey], contact.SurveyTally{Views: 2, FirstSeen: noon - 10*day, LastSeen: noon,
			Completed: 1, LastCompleted: noon + minute, Dismissed: 1, LastDismissed: noon - 10*day + minute, LastSession: noon, Entered: noon - 10*day}},
		{"a survey known to one side moves over", *into.Surveys[other], contact.SurveyTally{Views: 1, FirstSeen: noon + 5*day, LastSeen: noon + 5*day,
			Answered: 1, LastAnswered: noon + 5*day + minute, Completed: 1, LastCompleted: noon + 5*day + 2*minute, LastSession: noon + 5*day}},
	}
	for _, c := range checks {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", c.rule, c.got, c.want)
		}
	}
	into.CountEvent("export", noon)
	into.RecordView(other, noon)
	if !bytes.Equal(from.AppendTo(nil), before) {
		t.Error("the anonymous contact is left as it was, and shares nothing")
	}
	if into.Seen(noon + 5*day + minute) {
		t.Error("identifying in the middle of a visit starts no session")
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		from *contact.Profile
	}{
		{"two known people never mix", known()},
		{"an e-mail address alone makes somebody known", &contact.Profile{ID: ident.New(), Email: "bob@example.com"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			into := known()
			into.Seen(noon)
			before := into.AppendTo(nil)
			tt.from.Seen(noon)
			if contact.Merge(into, tt.from) || !bytes.Equal(into.AppendTo(nil), before) {
				t.Error("merged")
			}
		})
	}
	t.Run("a merge may be asked for again", func(t *testing.T) {
		t.Parallel()
		p := visitor()
		p.Seen(noon)
		if contact.Merge(p, p.Clone()) || p.Sessions != 1 {
			t.Error("somebody was merged into themselves")
		}
	})
}

func TestMergeGaps(t *testing.T) {
	t.Parallel()
	mine, theirs := ident.New(), ident.New()
	t.Run("what the known person has stays", func(t *testing.T) {
		t.Parallel()
		into, from := known(), visitor()
		into.SamplingID, into.Account = 7, mine
		into.Traits = contact.Traits{"plan": contact.TextValue("pro")}
		from.SamplingID, from.Account = 8, theirs
		from.Traits = contact.Traits{"plan": contact.TextValue("free"), "source": contact.TextValue("ad")}
		contact.Merge(into, from)
		want := contact.Traits{"plan": contact.TextValue("pro"), "source": contact.TextValue("ad")}
		if into.SamplingID != 7 || into.Account != mine || !reflect.DeepEqual(into.Traits, want) {
			t.Errorf("%d %v %v", into.SamplingID, into.Account, into.Traits)
		}
	})
	t.Run("what the known person lacks moves over", func(t *testing.T) {
		t.Parallel()
		into, from := known(), visitor()
		from.SamplingID, from.Account = 8, theirs
		from.Traits = contact.Traits{"source": contact.TextValue("ad")}
		contact.Merge(into, from)
		if into.SamplingID != 8 || into.Account != theirs || into.Traits["source"].Text != "ad" {
			t.Errorf("%d %v %v", into.SamplingID, into.Account, into.Traits)
		}
		into.Traits["source"] = contact.TextValue("changed")
		if from.Traits["source"].Text != "ad" {
			t.Error("traits are shared")
		}
	})
	t.Run("the last visit is of whoever was seen last", func(t *testing.T) {
		t.Parallel()
		into, from := known(), visitor()
		into.Seen(noon)
		into.Country, into.Page, into.Device = "AT", "/old", "mobile"
		from.Seen(noon + minute)
		from.Country, from.Page = "CH", "/new"
		contact.Merge(into, from)
		if into.Country != "CH" || into.Page != "/new" || into.Device != "mobile" {
			t.Errorf("%s %s %s", into.Country, into.Page, into.Device)
		}
	})
}

// Both were there within the hour: the visit is one, and a survey seen in
// either half of it was seen in it.
func TestMergeJoinsASession(t *testing.T) {
	t.Parallel()
	survey, other := ident.New(), ident.New()
	into, from := known(), visitor()
	into.Seen(noon)
	into.RecordView(survey, noon+minute)
	from.Seen(noon + 10*minute)
	from.RecordView(other, noon+11*minute)
	contact.Merge(into, from)
	if into.SessionStart != noon || into.Surveys[survey].LastSession != noon || into.Surveys[other].LastSession != noon {
		t.Errorf("session %d, seen in %d and %d", into.SessionStart, into.Surveys[survey].LastSession, into.Surveys[other].LastSession)
	}
	if into.Sessions != 2 {
		t.Errorf("%d sessions: both were counted when they began", into.Sessions)
	}
}

func TestMergeBounds(t *testing.T) {
	t.Parallel()
	into, from := known(), visitor()
	into.Traits, from.Traits = contact.Traits{}, contact.Traits{}
	for i := range contact.MaxTraits - 1 {
		into.Traits[fmt.Sprint("i", i)] = contact.BooleanValue(true)
		from.Traits[fmt.Sprintf("f%04d", i)] = contact.BooleanValue(true)
	}
	for i := range contact.MaxEventNames {
		into.CountEvent(fmt.Sprint("i", i), noon)
		from.CountEvent(fmt.Sprint("f", i), noon+day)
	}
	for i := range contact.MaxEventDays {
		into.CountEvent("f0", noon-contact.Micros(i)*day)
		from.CountEvent("f0", noon+contact.Micros(i)*day)
	}
	for i := range contact.MaxRecentViews {
		into.RecordView(ident.None, noon+contact.Micros(i))
		from.RecordView(ident.None, noon+hour+contact.Micros(i))
	}
	contact.Merge(into, from)
	if len(into.Traits) != contact.MaxTraits || into.Traits["i0"].Type == "" || into.Traits["f0000"].Type == "" {
		t.Errorf("%d traits; the known person's come first", len(into.Traits))
	}
	if len(into.Events) != contact.MaxEventNames || into.Events["f9"] == nil || into.Events["i9"] != nil {
		t.Errorf("%d events; the most recent stay", len(into.Events))
	}
	if c := into.Events["f0"]; len(c.Days) != contact.MaxEventDays || c.Count != 2*contact.MaxEventDays+1 {
		t.Errorf("%d days, count %d", len(c.Days), c.Count)
	}
	if len(into.RecentViews) != contact.MaxRecentViews || into.RecentViews[0] != noon+hour {
		t.Errorf("%d recent views", len(into.RecentViews))
	}
}

// Whatever part of a history happened before somebody was recognised, and in
// whatever order it arrived, the person ends up with the same counts.
func TestMergeOfAnyHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(steps(), 0, 60).Draw(t, "steps")
		whole, into, from := known(), known(), visitor()
		for _, s := range rapid.Permutation(all).Draw(t, "order") {
			if s.What == 6 {
				continue // traits follow rules of their own
			}
			s.on(whole)
		}
		for _, s := range all {
			if s.What == 6 {
				continue
			}
			if rapid.Bool().Draw(t, "anonymous") {
				s.on(from)
			} else {
				s.on(into)
			}
		}
		views, sessions := into.Views+from.Views, into.Sessions+from.Sessions
		contact.Merge(into, from)
		if into.Views != views || into.Sessions != sessions {
			t.Fatalf("views %d, sessions %d; want the sums %d, %d", into.Views, into.Sessions, views, sessions)
		}
		if got, want := counts(into), counts(whole); !reflect.DeepEqual(got, want) {
			t.Fatalf("merged %+v\n  whole %+v", got, want)
		}
		if len(into.RecentViews) > contact.MaxRecentViews || !slices.IsSorted(into.RecentViews) {
			t.Fatalf("recent views %v", into.RecentViews)
		}
	})
}

// counts is all of a profile that must not depend on where and in which order
// things happened; which session was current does.
func counts(p *contact.Profile) *contact.Profile {
	c := p.Clone()
	c.ID, c.SessionStart, c.SessionEvents = ident.None, 0, nil
	for _, t := range c.Surveys {
		t.LastSession = 0
	}
	return c
}
