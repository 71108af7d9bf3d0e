package app

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/survey"
	"earshot/internal/team"
)

func TestAClaimRecordsTheViewOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	claim := view("nps", launch.ByTrigger)
	for range 3 { // the answer got lost twice
		r := v.send(claim).Results[0]
		wantStatus(t, r, OK, "")
		if r.View != claim.UID || r.Survey == nil || len(r.Survey.Elements) != 3 {
			t.Fatalf("result = %+v", r)
		}
	}
	p := v.contact()
	if p.Views != 1 || len(w.responses()) != 1 || w.topics()[topicShown] != 1 {
		t.Errorf("views = %d responses = %d topics = %v", p.Views, len(w.responses()), w.topics())
	}
	if got := w.responses()[0]; got.URL != "https://app.example.com/plan" || got.Inclusion != 1 || got.Launch != "trigger" {
		t.Errorf("response = %+v", got)
	}
	wantStatus(t, v.send(view("nps", launch.ByTrigger)).Results[0], Refused, "already_seen")
}

func TestADryClaimRecordsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	v.send()
	writes := w.store.Stats().Writes
	rehearsal := view("nps", launch.ByTrigger)
	rehearsal.Dry = true
	r := v.send(rehearsal).Results[0]
	if r.Status != OK || r.Survey == nil {
		t.Errorf("result = %+v", r)
	}
	if len(w.responses()) != 0 || w.store.Stats().Writes != writes {
		t.Error("a dry claim must not write")
	}
}

func TestOnlyOneOfManyTabsIsGranted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	var granted atomic.Int32
	var tabs sync.WaitGroup
	for range 32 {
		tabs.Go(func() {
			a, err := v.trySend(view("nps", launch.ByTrigger))
			if err != nil {
				t.Error(err)
			} else if a.Results[0].Status == OK {
				granted.Add(1)
			}
		})
	}
	tabs.Wait()
	if granted.Load() != 1 {
		t.Errorf("granted = %d, want 1", granted.Load())
	}
}

func TestLimitsOverAllContactsHoldExactly(t *testing.T) {
	t.Parallel()
	def := `{"limits":{"throttle":{"views":10,"per":"7d"}},"elements":[{"id":"a","type":"nps","question":"?"}]}`
	w := newWorld(t, team.Settings{}, published(t, "few", def))
	var granted atomic.Int32
	var browsers sync.WaitGroup
	for i := range 64 {
		browsers.Go(func() {
			a, err := w.visitor(fmt.Sprintf("browser-%d", i)).trySend(view("few", launch.Manual))
			switch {
			case err != nil:
				t.Error(err)
			case a.Results[0].Status == OK:
				granted.Add(1)
			case a.Results[0].Reason != "survey_throttled":
				t.Errorf("reason = %q", a.Results[0].Reason)
			}
		})
	}
	browsers.Wait()
	if granted.Load() != 10 {
		t.Errorf("granted = %d, want 10", granted.Load())
	}
	w.wait(8 * 24 * time.Hour)
	wantStatus(t, w.visitor("late-001").send(view("few", launch.Manual)).Results[0], OK, "")
}

func TestALimitOnResponsesCountsThoseBeforeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	complete := func(browser string) {
		v, claim := w.visitor(browser), view("nps", launch.Manual)
		wantStatus(t, v.send(claim).Results[0], OK, "")
		wantStatus(t, v.send(op(OpComplete, Op{View: claim.UID, Seq: 1, Answers: answers("score", "3")})).Results[0], OK, "")
	}
	complete("browser-1")
	limited := published(t, "nps", npsOnly)
	limited.Draft.Limits.Responses = 2
	if _, err := limited.Publish(w.clock()); err != nil {
		t.Fatal(err)
	}
	w.put(w.project.ID, limited)
	complete("browser-2")
	wantStatus(t, w.visitor("browser-3").send(view("nps", launch.Manual)).Results[0], Refused, "response_limit_reached")
	wantStatus(t, w.visitor("browser-3").send(view("nps", launch.Forced)).Results[0], OK, "")
}

func TestAnswersArriveOnceAndInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	claim := view("nps", launch.ByTrigger)
	partial := op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: answers("score", "9"), Hidden: answers("plan", `"pro"`)})
	complete := op(OpComplete, Op{View: claim.UID, Seq: 2, Answers: answers("why", `"fast"`)})
	v.send(claim)
	v.send(complete) // overtook the partial one
	v.send(partial)
	for range 2 {
		v.send(partial, complete)
	}
	if r := w.responses()[0]; r.CompletedAt != 0 {
		t.Error("the required score never came before completion")
	}
	again := op(OpComplete, Op{View: claim.UID, Seq: 3, Answers: answers("score", "9"), Hidden: answers("plan", `"pro"`)})
	for range 2 {
		wantStatus(t, v.send(again).Results[0], OK, "")
	}
	r := w.responses()[0]
	if string(r.Answers["score"]) != "9" || string(r.Answers["why"]) != `"fast"` || string(r.Hidden["plan"]) != `"pro"` || r.CompletedAt == 0 {
		t.Errorf("response = %+v", r)
	}
	p := v.contact()
	if tally := p.Surveys[r.Survey]; p.Responses != 1 || tally.Answered != 1 || tally.Completed != 1 {
		t.Errorf("responses = %d tally = %+v", p.Responses, tally)
	}
	if got := w.topics(); got[topicCompleted] != 1 {
		t.Errorf("topics = %v", got)
	}
}

func TestWrongAnswersAreNamedAndTheOthersKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	claim := view("nps", launch.ByTrigger)
	a := v.send(claim, op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: answers("score", "11", "why", `"fast"`, "nothing", "1")}))
	r := a.Results[1]
	wantStatus(t, r, OK, "")
	if r.Fields["score"] == "" || r.Fields["nothing"] == "" || len(r.Fields) != 2 {
		t.Errorf("fields = %v, want score and nothing", r.Fields)
	}
	if got := w.responses()[0].Answers; string(got["why"]) != `"fast"` || len(got) != 1 {
		t.Errorf("answers = %v", got)
	}
	done := v.send(op(OpComplete, Op{View: claim.UID, Seq: 2})).Results[0]
	wantStatus(t, done, Refused, "answers_incomplete")
	if done.Fields["score"] == "" {
		t.Errorf("fields = %v, want the missing score", done.Fields)
	}
}

func TestDismissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	claim := view("nps", launch.ByTrigger)
	v.send(claim, op(OpDismiss, Op{View: claim.UID, Seq: 1}))
	wantStatus(t, v.send(view("nps", launch.Manual)).Results[0], Refused, "already_dismissed")
	if w.responses()[0].DismissedAt == 0 || w.topics()[topicDismissed] != 1 {
		t.Error("the dismissal must be stored, with its outbox row")
	}
}

func TestAnswersNeedAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	a, b := w.visitor("browser-1"), w.visitor("browser-2")
	claim := view("nps", launch.ByTrigger)
	a.send(claim)
	wantStatus(t, b.send(op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: answers("score", "1")})).Results[0], Refused, "view_not_found")
	wantStatus(t, a.send(op(OpAnswer, Op{View: ident.New(), Seq: 1})).Results[0], Refused, "view_not_found")
	if len(w.responses()[0].Answers) != 0 {
		t.Error("nobody may answer under another visitor's view")
	}
}

func TestAnAnswerIsHeldAgainstTheVersionThatWasShown(t *testing.T) {
	t.Parallel()
	s := published(t, "nps", npsOnly)
	w := newWorld(t, team.Settings{}, s)
	v := w.visitor("browser-1")
	claim := view("nps", launch.ByTrigger)
	v.send(claim)
	def, err := survey.Decode([]byte(`{"elements":[{"id":"other","type":"nps","question":"?"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s.Draft = def
	if _, err := s.Publish(w.clock()); err != nil {
		t.Fatal(err)
	}
	w.put(w.project.ID, s)
	r := v.send(op(OpComplete, Op{View: claim.UID, Seq: 1, Answers: answers("score", "7")})).Results[0]
	wantStatus(t, r, OK, "")
	if got := w.responses()[0]; got.Version != 1 || string(got.Answers["score"]) != "7" {
		t.Errorf("response = %+v", got.Response)
	}
}

func TestAnswersAreWrittenToTraits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps",
		`{"elements":[{"id":"score","type":"nps","question":"?","trait":"nps_score"},{"id":"seats","type":"rating","points":10,"question":"?","account_trait":"seats"}]}`))
	v := w.visitor("browser-1")
	v.send(op(OpIdentify, Op{Who: Who{ID: "u1"}, Account: &AccountTraits{ID: "acme"}}))
	v.who.ID = "u1"
	claim := view("nps", launch.ByTrigger)
	v.send(claim, op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: answers("score", "8", "seats", "4")}))
	if got := v.contact().Traits["nps_score"]; got != contact.IntegerValue(8) {
		t.Errorf("trait = %+v", got)
	}
}

func TestTheSamePersonContinuesASurveyPageForThreeHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	open := func() Result {
		a, err := w.app.Sync(t.Context(), Batch{Project: w.project.ID, Who: Who{AnonymousID: "browser-1"},
			At: Where{Channel: survey.Page}, Ops: []Op{view("nps", launch.Manual)}})
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, a.Results[0], OK, "")
		return a.Results[0]
	}
	first := open()
	v := w.visitor("browser-1")
	v.send(op(OpComplete, Op{View: first.View, Seq: 1, Answers: answers("score", "2")}))
	w.wait(2 * time.Hour)
	if again := open(); again.View != first.View || string(again.Answers["score"]) != "2" || again.Seq != 1 {
		t.Errorf("view = %v, want the first one continued", again.View)
	}
	v.send(op(OpComplete, Op{View: first.View, Seq: 2, Answers: answers("score", "9")}))
	if got := w.responses(); len(got) != 1 || string(got[0].Answers["score"]) != "9" {
		t.Errorf("responses = %+v, want one, overwritten", got)
	}
	w.wait(4 * time.Hour)
	if later := open(); later.View == first.View || len(w.responses()) != 2 {
		t.Error("after three hours it must be a new response")
	}
}

func TestReusedOperationIDsAreConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	event := track("login")
	v.send(event)
	event.Name = "logout"
	wantStatus(t, v.send(event).Results[0], Conflict, "op_conflict")
	session := op(OpSession, Op{})
	v.send(session)
	session.Digest = []byte("something else")
	wantStatus(t, v.send(session).Results[0], Conflict, "op_conflict")
	if p := v.contact(); p.Sessions != 2 || p.Events["logout"] != nil {
		t.Errorf("contact = %+v", p)
	}
}

func TestProjectsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	other, err := w.app.SetUp(t.Context(), Setup{Email: "ada@example.com", Project: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor("browser-1")
	claim := view("nps", launch.Manual)
	v.send(claim)
	a, err := w.app.Sync(t.Context(), Batch{Project: other.ProjectUUID, Who: v.who, Ops: []Op{
		view("nps", launch.Forced), view(ident.Derived(ident.None, "nps").String(), launch.Forced),
		op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: map[string]json.RawMessage{"score": json.RawMessage("1")}}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, a.Results[0], Refused, "survey_not_found")
	wantStatus(t, a.Results[1], Refused, "survey_not_found")
	wantStatus(t, a.Results[2], Refused, "view_not_found")
}

func TestAProjectKeepsAtMostAThousandTraitNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	for call := range 11 {
		set := contact.Traits{}
		for i := range 100 {
			set[fmt.Sprintf("t_%d_%d", call, i)] = contact.IntegerValue(1)
		}
		wantStatus(t, w.visitor("browser-1").send(op(OpIdentify, Op{Who: Who{ID: fmt.Sprint("u", call)}, Given: contact.Given{Set: set}})).Results[0], OK, "")
	}
	if got := len(w.contactBy(contact.ByUserID, "u10").Traits); got != 0 {
		t.Errorf("traits beyond the limit kept: %d", got)
	}
	if got := len(w.contactBy(contact.ByUserID, "u9").Traits); got != 100 {
		t.Errorf("traits within the limit kept: %d, want 100", got)
	}
}

func TestAListOfChoicesIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "many", `{"elements":[{"id":"which","type":"multiple_choice","question":"?","options":[{"value":"a","label":"A"},{"value":"b","label":"B"}]}]}`))
	v := w.visitor("browser-1")
	claim := view("many", launch.ByTrigger)
	v.send(claim, op(OpAnswer, Op{View: claim.UID, Seq: 1, Answers: answers("which", `["a"]`)}))
	v.send(op(OpComplete, Op{View: claim.UID, Seq: 2, Answers: answers("which", `["a","b"]`)}))
	if r := w.responses()[0]; string(r.Answers["which"]) != `["a","b"]` || r.CompletedAt == 0 {
		t.Errorf("response = %+v", r.Response)
	}
}
