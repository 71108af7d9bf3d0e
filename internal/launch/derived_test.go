package launch

import (
	"fmt"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// above asks for an invoice above an amount.
func above(amount int64) segment.Condition {
	return segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "invoice_sent", Did: &segment.Did{
		Where: &segment.Condition{Leaf: &segment.Leaf{Source: segment.FromProperty, Name: "amount", Op: ">", Operands: []contact.Value{contact.IntegerValue(amount)}}},
	}}}
}

func wants(c segment.Condition) survey.Definition {
	return survey.Definition{Audience: survey.Audience{Conditions: c}}
}

// Only what published surveys ask about events has to be counted, and once.
func TestDerivedAreThoseOfPublishedSurveys(t *testing.T) {
	t.Parallel()
	unreadable := segment.Condition{All: []segment.Condition{above(5), {Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "rhymes with"}}}}
	surveys := []survey.Survey{
		published(1, "a", noon, wants(above(1))), published(2, "b", noon, wants(segment.Condition{Any: []segment.Condition{above(1), above(2)}})),
		{ID: ident.ID{15: 3}, Key: "draft", Status: survey.Draft, Draft: wants(above(3))}, published(4, "broken", noon, wants(unreadable)),
		published(5, "other", noon, survey.Definition{}),
	}
	p := Compile(team.Project{}, surveys)
	if got := p.Derived(); len(got) != 1 || len(got["invoice_sent"]) != 2 {
		t.Errorf("got %v", got)
	}
	if got := Compile(team.Project{}, nil).Derived(); len(got) != 0 {
		t.Errorf("without surveys: %v", got)
	}
}

func TestDerivedAreBounded(t *testing.T) {
	t.Parallel()
	var surveys []survey.Survey
	for i := range segment.MaxDerived + 10 {
		surveys = append(surveys, published(byte(i+1), fmt.Sprint("s", i), noon, wants(above(int64(i)))))
	}
	if got := len(Compile(team.Project{}, surveys).Derived()["invoice_sent"]); got != segment.MaxDerived {
		t.Errorf("%d conditions are counted, want at most %d", got, segment.MaxDerived)
	}
}

// Surveys know of one another, whatever order they come in.
func TestConditionsOnOtherSurveys(t *testing.T) {
	t.Parallel()
	did := func(key, act string, not bool) segment.Condition {
		return segment.Condition{Leaf: &segment.Leaf{Source: segment.FromSurvey, Name: key, Did: &segment.Did{What: act, Not: not}}}
	}
	p := Compile(team.Project{}, []survey.Survey{
		published(1, "after", noon, wants(did("first", "completed", false))),
		published(2, "first", noon, wants(did("gone", "seen", true))),
		published(3, "never", noon, wants(did("gone", "seen", false))),
	})
	who := &contact.Profile{}
	armed := func() (keys []string) {
		for _, e := range p.Arm(Visitor{Profile: who}, Context{Now: noon}).Entries {
			keys = append(keys, e.Key)
		}
		return keys
	}
	if got := fmt.Sprint(armed()); got != "[first]" {
		t.Errorf("at first: %s", got)
	}
	who.RecordView(ident.ID{15: 2}, 1)
	who.RecordComplete(ident.ID{15: 2}, 2)
	if got := fmt.Sprint(armed()); got != "[after]" {
		t.Errorf("after completing: %s", got)
	}
}

// Deciding on all sources allocates nothing.
func TestDecidingOnEverySourceAllocatesNothing(t *testing.T) {
	raw := `{"all":[{"meta":"sessions","op":">=","value":1},{"event":"invoice_sent","within":"30d"},{"survey":"other","did_not":"seen"},
		{"answer":"score","survey":"nps","op":"is_not_set"},{"segment":"gone","op":"is_not"}]}`
	c, err := segment.Decode([]byte(raw), "")
	if err != nil {
		t.Fatal(err)
	}
	p := Compile(team.Project{}, []survey.Survey{published(1, "nps", noon, wants(c)), published(2, "large", noon, wants(above(100)))})
	who := &contact.Profile{Sessions: 1}
	at := contact.At(noon)
	who.CountEvent("invoice_sent", at)
	for _, d := range p.Derived()["invoice_sent"] {
		who.CountDerived(d.Key, at, true)
	}
	list := p.Arm(Visitor{Profile: who}, Context{Now: noon}).Entries
	if len(list) != 2 {
		t.Fatalf("armed %v", list)
	}
	if raceDetector {
		t.Skip("with the race detector, pools forget on purpose")
	}
	if n := testing.AllocsPerRun(100, func() { list = p.ArmInto(list[:0], Visitor{Profile: who}, Context{Now: noon}).Entries }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}
