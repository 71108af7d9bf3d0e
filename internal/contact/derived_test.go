package contact_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// paid counts an invoice and whether it was a large one.
func paid(p *contact.Profile, at contact.Micros, large bool) {
	p.CountEvent("paid", at)
	p.CountDerived(largeKey, at, large)
}

var largeKey = contact.DerivedKey("paid", "0123456789abcdef")

func TestDerivedCounts(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	if !p.Complete("paid", largeKey) {
		t.Error("of an event that never happened, nothing is missing")
	}
	p.Seen(noon)
	paid(p, noon, true)
	paid(p, noon+minute, false)
	paid(p, noon+2*minute, true)
	d := p.Derived[largeKey]
	if d.Count != 2 || d.Of != 3 || d.Last != noon+2*minute || p.SessionEvents[largeKey] != 2 || !p.Complete("paid", largeKey) {
		t.Errorf("%+v, %d in this session", d, p.SessionEvents[largeKey])
	}
	p.CountEvent("paid", noon+3*minute) // by somebody who does not know the condition
	if p.Complete("paid", largeKey) {
		t.Error("an event was not looked at")
	}
	p.Recount("paid", largeKey, []contact.Micros{noon + 3*minute, noon, noon + 2*minute, noon - day})
	if d := p.Derived[largeKey]; d.Count != 4 || d.First != noon-day || !p.Complete("paid", largeKey) || p.SessionEvents[largeKey] != 3 {
		t.Errorf("counted again: %+v, %d in this session", d, p.SessionEvents[largeKey])
	}
	p.KeepDerived(func(string) bool { return false })
	if len(p.Derived) != 0 || p.SessionEvents[largeKey] != 0 || p.Events["paid"].Count != 4 {
		t.Errorf("dropped: %v %v", p.Derived, p.SessionEvents)
	}
}

func TestDerivedBounds(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	for i := range contact.MaxDerived + 1 {
		p.CountDerived(contact.DerivedKey("paid", fmt.Sprint(i)), noon+contact.Micros(i), true)
	}
	if len(p.Derived) != contact.MaxDerived || p.Derived[contact.DerivedKey("paid", "0")] != nil {
		t.Errorf("%d derived counts; the one quiet for longest has to go", len(p.Derived))
	}
	for i := range contact.MaxEventNames + 1 {
		p.CountEvent(fmt.Sprint("e", i), noon+contact.Micros(i))
		if i == 0 {
			p.CountDerived(contact.DerivedKey("e0", "x"), noon+day, true)
		}
	}
	if len(p.Events) != contact.MaxEventNames || p.Derived[contact.DerivedKey("e0", "x")] != nil {
		t.Error("derived counts take no event's place, and go with their event")
	}
}

func TestMergeKnowsWhatIsNotComplete(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		into, from func(*contact.Profile)
		complete   bool
		count      int
	}{
		{"both counted", func(p *contact.Profile) { paid(p, noon, true) }, func(p *contact.Profile) { paid(p, noon, true) }, true, 2},
		{"the event is new to one side", func(*contact.Profile) {}, func(p *contact.Profile) { paid(p, noon, true) }, true, 1},
		{"the event is new to the other", func(p *contact.Profile) { paid(p, noon, true) }, func(*contact.Profile) {}, true, 1},
		{"one side did not know the condition", func(p *contact.Profile) { p.CountEvent("paid", noon) }, func(p *contact.Profile) { paid(p, noon, true) }, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			into, from := known(), visitor()
			tt.into(into)
			tt.from(from)
			contact.Merge(into, from)
			if into.Complete("paid", largeKey) != tt.complete || into.Derived[largeKey].Count != tt.count {
				t.Errorf("%+v of %+v", into.Derived[largeKey], into.Events["paid"])
			}
		})
	}
}

func TestEventsOfASession(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	p.CountEvent("opened", noon-day)
	if p.SessionEvents != nil {
		t.Error("nobody's session has begun")
	}
	p.Seen(noon)
	p.CountEvent("opened", noon)
	p.CountEvent("opened", noon+minute)
	p.CountEvent("opened", noon-minute) // arrived late
	if p.SessionEvents["opened"] != 2 {
		t.Errorf("%v", p.SessionEvents)
	}
	p.StartSession(noon + 2*minute)
	if p.SessionEvents["opened"] != 0 {
		t.Error("a new session begins with nothing")
	}
}

func TestMergeOfSessions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		second contact.Micros // when the visitor came
		want   int
	}{
		{"sessions that become one add up", noon + 10*minute, 3},
		{"the later session goes on", noon + 10*day, 1},
		{"the earlier one is over", noon - 10*day, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			into, from := known(), visitor()
			into.Seen(noon)
			into.CountEvent("opened", noon)
			into.CountEvent("opened", noon)
			from.Seen(tt.second)
			from.CountEvent("opened", tt.second)
			contact.Merge(into, from)
			if got := into.SessionEvents["opened"]; got != tt.want {
				t.Errorf("%d in this session, want %d", got, tt.want)
			}
			if from.SessionEvents["opened"] != 1 {
				t.Error("the anonymous contact is left as it was")
			}
		})
	}
}

func TestAnswersOfTheLatestResponse(t *testing.T) {
	t.Parallel()
	survey, first, second := ident.New(), ident.New(), ident.New()
	score := func(response ident.ID, at contact.Micros, n int64) contact.Answers {
		return contact.Answers{Response: response, At: at, Values: map[string][]contact.Value{"score": {contact.IntegerValue(n)}}}
	}
	p := &contact.Profile{}
	steps := []struct {
		rule   string
		answer contact.Answers
		want   int64
	}{
		{"the first", score(first, noon, 3), 3},
		{"a change of mind", score(first, noon+minute, 4), 4},
		{"a later response", score(second, noon+hour, 9), 9},
		{"one that was answered before arrives late", score(first, noon+2*minute, 1), 9},
	}
	for _, s := range steps {
		p.RecordAnswers(survey, s.answer)
		if got := p.Answers[survey].Values["score"][0].Int; got != s.want {
			t.Errorf("%s: %d, want %d", s.rule, got, s.want)
		}
	}
	into := known()
	into.RecordAnswers(survey, score(ident.New(), noon+2*hour, 5))
	contact.Merge(into, p)
	if into.Answers[survey].Values["score"][0].Int != 5 {
		t.Error("the later of two people's answers stays")
	}
	into = known()
	into.RecordAnswers(survey, score(ident.New(), noon, 5))
	contact.Merge(into, p)
	if into.Answers[survey].Values["score"][0].Int != 9 {
		t.Error("the later of two people's answers moves over")
	}
	for i := range contact.MaxAnsweredSurveys {
		p.RecordAnswers(ident.New(), score(ident.New(), noon+day+contact.Micros(i), 1))
	}
	if len(p.Answers) != contact.MaxAnsweredSurveys || p.Answers[survey] != nil {
		t.Errorf("%d surveys; the one answered longest ago has to go", len(p.Answers))
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	for _, at := range []contact.Micros{noon, noon, noon + 2*day, noon + 5*day} {
		p.CountEvent("e", at)
	}
	today := contact.DayOf(noon)
	tests := []struct {
		name        string
		first, last int32
		want        int
	}{
		{"all", today, today + 5, 4},
		{"one day", today, today, 2},
		{"a day without", today + 1, today + 1, 0},
		{"the middle", today + 1, today + 4, 1},
		{"before all", today - 9, today - 1, 0},
		{"after all", today + 6, today + 9, 0},
		{"from ever to ever", -1 << 31, 1<<31 - 1, 4},
		{"backwards", today + 5, today, 0},
	}
	for _, tt := range tests {
		if got := p.Events["e"].Between(tt.first, tt.last); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	if p.Events["never"].Between(0, 1<<30) != 0 {
		t.Error("an event that never happened")
	}
	for i := range contact.MaxEventDays + 10 {
		p.CountEvent("daily", noon+contact.Micros(i)*day)
	}
	if got := p.Events["daily"].Between(-1<<31, today+contact.MaxEventDays+8); got != contact.MaxEventDays+9 {
		t.Errorf("before a kept day is exact although old days are gone: %d", got)
	}
}

// A row that was written before there were derived counts, events of the
// session and answers.
func TestStoredFormOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	stored, err := hex.DecodeString("01031000000000000000000000000000000001050275310d0b0104706c616e010370726f1080c087a08ab0a8061280c087a08ab0a8061480c087a0" +
		"8ab0a806160219024154232601066f70656e65641d02040480c087a08ab0a8060680c0c2fd8db5a806090702bcc102020202253a010000000000000000000000000000000228020204" +
		"80c087a08ab0a8060680c087a08ab0a8060c020e80dca3d98ab0a8061480c087a08ab0a806260228022a80c087a08ab0a8062c80dca3d98ab0a8062f090180c087a08ab0a806")
	if err != nil {
		t.Fatal(err)
	}
	want := &contact.Profile{ID: ident.ID{15: 1}, UserID: "u1", Traits: contact.Traits{"plan": contact.TextValue("pro")}, Country: "AT"}
	want.Seen(noon)
	want.CountEvent("opened", noon)
	want.CountEvent("opened", noon+day)
	want.RecordView(ident.ID{15: 2}, noon)
	want.RecordComplete(ident.ID{15: 2}, noon+minute)
	want.SessionEvents = nil
	if got, err := contact.DecodeProfile(stored); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	if !bytes.Equal(want.AppendTo(nil), stored) {
		t.Error("what is not there takes no room")
	}
}

// A version that does not know the events of a session carries them along,
// into the next session, too; nobody may take them for that one's.
func TestEventsOfAnotherSessionAreForgotten(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	p.Seen(noon)
	p.CountEvent("opened", noon)
	with := p.AppendTo(nil)
	p.SessionEvents = nil
	carried := with[len(p.AppendTo(nil)):]
	p.Seen(noon + day)
	got, err := contact.DecodeProfile(append(p.AppendTo(nil), carried...))
	if err != nil || got.SessionEvents != nil || got.SessionStart != noon+day {
		t.Errorf("%+v, %v", got, err)
	}
}
