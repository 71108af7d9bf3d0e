package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// wanting is a survey for those who meet a condition.
func wanting(t *testing.T, key, condition string) survey.Survey {
	t.Helper()
	return published(t, key, strings.TrimSuffix(npsOnly, "}")+`,"audience":{"conditions":`+condition+`}}`)
}

// large is a condition on invoices above 100.
func large(rest string) string {
	return `{"event":"invoice_sent","where":{"property":"amount","op":">","value":100}` + rest + `}`
}

func invoice(amount int64) Op {
	return op(OpTrack, Op{Name: "invoice_sent", Given: contact.Given{Set: contact.Traits{"amount": contact.IntegerValue(amount)}}})
}

func armed(a Answer, key string) bool {
	for _, e := range a.Armed {
		if e.Key == key {
			return true
		}
	}
	return false
}

func atLeast(n int) string { return fmt.Sprintf(`,"times":{"op":">=","value":%d}`, n) }

func TestAnOldEventCountsForANewCondition(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	v.send(invoice(50), invoice(150), invoice(200))
	w.put(w.project.ID, wanting(t, "two", large(atLeast(2))), wanting(t, "three", large(atLeast(3))))
	a := v.send() // nothing to write, but for the counts
	if !armed(a, "two") || armed(a, "three") {
		t.Errorf("armed %v, want the survey for two large invoices alone", a.Armed)
	}
	if a := v.send(invoice(300)); !armed(a, "three") {
		t.Errorf("armed %v after the third large invoice", a.Armed)
	}
	if a := v.send(invoice(99)); len(v.contact().Derived) != 1 || !armed(a, "two") {
		t.Errorf("armed %v, derived %v: both surveys ask about one count", a.Armed, v.contact().Derived)
	}
}

// What is asked about properties is kept apart from what people see.
func TestDerivedCountsAreNoEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, wanting(t, "one", large("")))
	w.visitor("browser-1").send(invoice(150))
	var out bytes.Buffer
	if err := w.app.ContactsJSONL(t.Context(), w.project, &out); err != nil {
		t.Fatal(err)
	}
	var c struct {
		Events map[string]int `json:"events"`
	}
	if err := json.Unmarshal(out.Bytes(), &c); err != nil || len(c.Events) != 1 || c.Events["invoice_sent"] != 1 {
		t.Errorf("%v: %s", err, out.String())
	}
}

// A survey that was away for a while did not see what happened meanwhile.
func TestACountThatPausedIsCompletedAgain(t *testing.T) {
	t.Parallel()
	s := wanting(t, "two", large(atLeast(2)))
	w := newWorld(t, team.Settings{}, s)
	v := w.visitor("browser-1")
	v.send(invoice(150))
	away := s
	away.Unpublish(w.clock())
	w.put(w.project.ID, away)
	v.send(invoice(150))
	w.put(w.project.ID, s)
	if a := v.send(); !armed(a, "two") {
		t.Errorf("armed %v", a.Armed)
	}
	w.put(w.project.ID, away)
	if v.send(track("anything")); len(v.contact().Derived) != 0 {
		t.Error("what nobody asks about is dropped")
	}
}

func TestCountsOfABrowserThatTurnsOutToBeSomebody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	laptop, phone := w.visitor("laptop-1"), w.visitor("phone-01")
	laptop.identify("u1", "ada@example.com")
	laptop.send(invoice(150))
	w.put(w.project.ID, wanting(t, "two", large(atLeast(2))))
	phone.send(invoice(150)) // counted at once; the laptop's is not yet
	if a := phone.identify("u1", "ada@example.com"); !armed(a, "two") {
		t.Errorf("armed %v", a.Armed)
	}
}

func TestContactsWhoAreAwayAreCountedByAndBy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	const browsers = recountContacts + 20
	for i := range browsers {
		ops := []Op{track("opened")}
		if i%2 == 0 {
			ops = append(ops, invoice(150), invoice(50))
		}
		w.visitor(fmt.Sprintf("browser-%d", i)).send(ops...)
	}
	w.put(w.project.ID, wanting(t, "two", large(atLeast(2))))
	first := newRecounter(w.app)
	if err := first.step(t.Context()); err != nil || first.walk != nil {
		t.Fatalf("%v, still walking: %v", err, first.walk != nil)
	}
	complete := 0
	for _, p := range w.contacts() {
		if stale(p, w.app.live.Load().projects[w.project.ID].launch.Derived()) {
			t.Errorf("contact %s was left out", p.ID)
		}
		for _, d := range p.Derived {
			complete++
			if d.Count != 1 || d.Of != 2 {
				t.Errorf("counted %+v", d)
			}
		}
	}
	if complete != browsers/2 {
		t.Errorf("%d contacts were counted, want %d", complete, browsers/2)
	}
	again := newRecounter(w.app) // after a restart
	if err := again.next(t.Context()); err != nil || again.walk != nil {
		t.Errorf("%v: nobody walks twice for one condition", err)
	}
}

func (w *world) contacts() (all []*contact.Profile) {
	w.t.Helper()
	err := w.store.Read(w.t.Context(), func(r store.Reader) error {
		for p, err := range r.Contacts(w.t.Context(), w.project.ID, ident.None) {
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Whatever happens in whatever order, a decision agrees with the stored events.
func TestDecisionsAgreeWithTheEvents(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			decisionsAgree(t, rand.New(rand.NewPCG(seed, 1)))
		})
	}
}

func decisionsAgree(t *testing.T, r *rand.Rand) {
	w := newWorld(t, team.Settings{})
	surveys := []survey.Survey{
		wanting(t, "ever", large(atLeast(3))),
		wanting(t, "lately", large(atLeast(2)+`,"within":"3d"`)),
		wanting(t, "session", large(atLeast(2)+`,"within":"session"`)),
	}
	known := w.visitor("browser-known")
	known.identify("u1", "ada@example.com")
	v := w.visitor("browser-other")
	for range 60 {
		switch s := surveys[r.IntN(len(surveys))]; r.IntN(8) {
		case 0:
			w.put(w.project.ID, s)
		case 1:
			s.Unpublish(w.clock())
			w.put(w.project.ID, s)
		case 2:
			w.wait(time.Duration(r.IntN(30)) * time.Hour)
		case 3:
			if v.who.Anonymous() && r.IntN(3) == 0 {
				v.identify("u1", "ada@example.com")
			}
		case 4:
			known.send(invoice(r.Int64N(200)))
		default:
			w.wait(time.Minute)
			v.send(invoice(r.Int64N(200)))
		}
		w.wait(time.Second)
		a := v.send()
		for _, s := range w.app.live.Load().projects[w.project.ID].launch.Live() {
			if got, want := armed(a, s.Key), w.wants(v, s.Key); got != want {
				t.Fatalf("%s: armed %v, by the events %v", s.Key, got, want)
			}
		}
	}
}

// wants counts by the events what the surveys of decisionsAgree ask.
func (w *world) wants(v *visitor, key string) bool {
	p := v.contact()
	day := contact.Micros(24 * time.Hour / time.Microsecond)
	since := map[string]contact.Micros{"ever": 0, "session": p.SessionStart, "lately": (contact.Micros(w.clock().UnixMicro())/day - 3) * day}[key]
	n := 0
	err := w.store.Read(w.t.Context(), func(r store.Reader) error {
		for e, err := range r.Events(w.t.Context(), w.project.ID, p.ID, "invoice_sent") {
			if err != nil {
				return err
			}
			if e.At >= since && e.Properties["amount"].Int > 100 {
				n++
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n >= map[string]int{"ever": 3, "session": 2, "lately": 2}[key]
}

func TestAnAnswerDecidesAboutTheNextSurvey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{},
		published(t, "nps", strings.TrimSuffix(npsOnly, "}")+`,"trigger":{"type":"manual"}}`),
		wanting(t, "why-not", `{"answer":"score","survey":"nps","op":"<=","value":6}`),
		wanting(t, "thanks", `{"survey":"nps","did":"completed"}`))
	v := w.visitor("browser-1")
	v.identify("u1", "ada@example.com")
	shown := view("nps", launch.Manual)
	v.send(shown)
	a := v.send(op(OpAnswer, Op{View: shown.UID, Seq: 1, Answers: answers("score", "3", "why", `"because"`)}))
	if !armed(a, "why-not") || armed(a, "thanks") {
		t.Errorf("armed %v after an answer of 3", a.Armed)
	}
	if kept := v.contact().Answers[ident.Derived(ident.None, "nps")]; kept == nil || kept.Response != shown.UID || len(kept.Values) != 1 {
		t.Errorf("kept %+v, want the score alone", kept)
	}
	a = v.send(op(OpComplete, Op{View: shown.UID, Seq: 2, Answers: answers("score", "9")}))
	if armed(a, "why-not") || !armed(a, "thanks") {
		t.Errorf("armed %v after a change of mind to 9", a.Armed)
	}
}

func TestAnswersAreNotUsedInAnonymousMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{},
		published(t, "nps", strings.TrimSuffix(npsOnly, "}")+`,"trigger":{"type":"manual"}}`),
		wanting(t, "why-not", `{"answer":"score","survey":"nps","op":"<=","value":6}`))
	v := w.visitor("browser-1")
	v.identify("u1", "ada@example.com")
	shown := view("nps", launch.Manual)
	v.send(shown, op(OpAnswer, Op{View: shown.UID, Seq: 1, Answers: answers("score", "3")}))
	if !armed(v.send(), "why-not") {
		t.Fatal("not armed for the person who answered")
	}
	v.who = Who{AnonymousID: v.who.AnonymousID}
	if a := v.send(op(OpReset, Op{})); armed(a, "why-not") {
		t.Errorf("armed %v after a logout", a.Armed)
	}
}

// Where the visitor is now decides, also when nothing of it is written.
func TestMetadataIsOfThisMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, wanting(t, "plan", `{"meta":"page","op":"ends_with","value":"/plan"}`))
	v := w.visitor("browser-1")
	if !armed(v.send(), "plan") {
		t.Fatal("not armed on the page")
	}
	w.wait(time.Minute)
	a, err := w.app.Sync(t.Context(), Batch{Project: w.project.ID, Who: v.who, Ask: true, At: Where{URL: "https://app.example.com/other", Channel: survey.Widget}})
	if err != nil || armed(a, "plan") {
		t.Errorf("%v, armed %v on another page", err, a.Armed)
	}
}
