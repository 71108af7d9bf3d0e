package app

import (
	"strings"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/launch"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// asking gives a definition that asks nothing but under conditions.
func asking(rules string) string {
	return strings.TrimSuffix(npsOnly, "}") + "," + rules + "}"
}

func (w *world) explain(q Question) Explained {
	w.t.Helper()
	e, err := w.app.Explain(w.t.Context(), w.project.ID, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// failed gives the gate that failed, or nothing.
func (s ExplainedSurvey) failed() (g ExplainedGate) {
	for _, g := range s.Gates {
		if g.Outcome == launch.Failed {
			return g
		}
	}
	return g
}

func TestExplainSaysWhatALiveClaimWouldSay(t *testing.T) {
	t.Parallel()
	draft := published(t, "draft", npsOnly)
	draft.Status = survey.Draft
	w := newWorld(t, team.Settings{},
		published(t, "first", asking(`"priority":9,"audience":{"conditions":{"trait":"plan","op":"is","value":"pro"}}`)),
		published(t, "later", asking(`"priority":8,"trigger":{"type":"delay","after":"14d","since":"first_seen"}`)),
		published(t, "saved", asking(`"priority":7,"trigger":{"type":"event","event":"saved"}`)),
		published(t, "plain", npsOnly),
		draft)
	ada := w.visitor("browser-ada")
	ada.identify("u1", "ada@example.com", "plan", "free")
	w.wait(3 * time.Hour)

	before := ada.contact()
	for _, ref := range []string{"u1", "ada@example.com", before.ID.String()} {
		e := w.explain(Question{Contact: ref})
		got := map[string]launch.Reason{}
		for _, s := range e.Surveys {
			got[s.Key] = s.Reason
		}
		want := map[string]launch.Reason{"first": launch.ConditionMismatch, "later": launch.TriggerNotFired, "saved": launch.TriggerNotFired, "plain": ""}
		for key, reason := range want {
			if r, ok := got[key]; !ok || r != reason {
				t.Errorf("%s: %s has reason %q, want %q", ref, key, r, reason)
			}
		}
		if len(got) != len(want) || e.Surveys[0].Key != "first" || e.Contact.UUID != before.ID || e.Contact.UserID != "u1" {
			t.Errorf("%s: %+v", ref, e)
		}
	}
	if after := ada.contact(); after.Sessions != before.Sessions || after.LastSeen != before.LastSeen {
		t.Error("explaining has changed the contact")
	}

	w.rules(before)
}

// rules are the rest of the sentences, about single surveys.
func (w *world) rules(ada *contact.Profile) {
	t := w.t
	e := w.explain(Question{Contact: "u1", Survey: "first"})
	g := e.Surveys[0].failed()
	if len(e.Surveys) != 1 || g.Gate != launch.ConditionMismatch || len(g.Conditions) != 1 {
		t.Fatalf("one survey: %+v", e.Surveys)
	}
	if leaf := g.Conditions[0]; leaf.Holds || !strings.Contains(leaf.Want, "pro") || !strings.Contains(leaf.Got, "free") {
		t.Errorf("the comparison: %+v", leaf)
	}
	if strings.Contains(g.Detail, "pro") || strings.Contains(g.Detail, "free") {
		t.Errorf("what a browser gets to see tells too much: %q", g.Detail)
	}
	later := w.explain(Question{Contact: "u1", Survey: "later"}).Surveys[0]
	due := ada.FirstSeen.Time().Add(14 * 24 * time.Hour)
	if later.DueAt != stamp(contact.At(due)) || later.DueMS != due.Sub(w.clock()).Milliseconds() || !strings.HasPrefix(later.Message, "The survey waits") {
		t.Errorf("due: %+v", later)
	}
	if s := w.explain(Question{Contact: "u1", Survey: "saved", Event: "saved"}).Surveys[0]; s.Reason != "" {
		t.Errorf("with its event: %s", s.Reason)
	}
	s := w.explain(Question{Contact: "u1", Event: "saved"}).Surveys
	if last := s[len(s)-1]; last.Key != "plain" || last.Reason != launch.Outranked || last.Winner != "saved" {
		t.Errorf("outranked: %+v", last)
	}
	if s := w.explain(Question{Contact: "u1", Survey: "draft"}).Surveys[0]; s.Reason != launch.NotPublished {
		t.Errorf("a draft: %s", s.Reason)
	}
	if s := w.explain(Question{Contact: "u1", Survey: "nothing"}).Surveys[0]; s.Reason != launch.SurveyNotFound {
		t.Errorf("no such survey: %s", s.Reason)
	}
	if _, err := w.app.Explain(t.Context(), w.project.ID, Question{Contact: "u2"}); !fault.Is(err, "contact_not_found") {
		t.Errorf("nobody: %v", err)
	}
}

func TestExplainTakesTheContactToBeWhereTheyWereOrAreSaidToBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{},
		published(t, "mobile", asking(`"audience":{"devices":["mobile"]},"pages":{"allow":[{"op":"path_equals","value":"/pricing"}]}`)))
	ada := w.visitor("browser-ada")
	ada.send()
	uuid := ada.contact().ID.String()
	e := w.explain(Question{Contact: uuid})
	if e.Where.URL != "https://app.example.com/plan" || e.Where.Device != "desktop" || e.Where.Channel != "widget" || e.Contact.Identified {
		t.Errorf("as it was last: %+v", e)
	}
	if s := e.Surveys[0]; s.Reason != launch.DeviceMismatch || s.Armed {
		t.Errorf("on the desktop: %+v", s)
	}
	e = w.explain(Question{Contact: uuid, At: Where{Device: "mobile"}})
	if s := e.Surveys[0]; s.Reason != launch.PageMismatch || !s.Armed {
		t.Errorf("on another page: %+v", s)
	}
	e = w.explain(Question{Contact: uuid, At: Where{Device: "mobile", URL: "https://app.example.com/pricing"}})
	if s := e.Surveys[0]; s.Reason != "" {
		t.Errorf("where it appears: %s", s.Reason)
	}
}
