package app

import (
	"sync"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/team"
)

// The lines of "Who a visitor is", one test each.

func TestAnAnonymousIDStandsForAnAnonymousContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	if v.send().Identified {
		t.Error("an anonymous visitor must not be identified")
	}
	first := v.contact()
	if first.UserID != "" || first.Email != "" || first.FirstSeen == 0 || first.Sessions != 1 {
		t.Errorf("contact = %+v", first)
	}
	v.send()
	if again := v.contact(); again.ID != first.ID || again.SamplingID != first.SamplingID {
		t.Error("the same browser must stay the same contact with the same sampling id")
	}
}

func TestIdentifyFindsTheContactByID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	laptop, phone := w.visitor("laptop-1"), w.visitor("phone-01")
	laptop.identify("u1", "ada@example.com")
	phone.identify("u1", "ada@new.example")
	if laptop.contact().ID != phone.contact().ID {
		t.Error("one id must be one contact")
	}
	if got := phone.contact().Email; got != "ada@new.example" {
		t.Errorf("email = %q, want the newest", got)
	}
	if n := w.counts().Contacts; n != 1 {
		t.Errorf("contacts = %d, want 1", n)
	}
}

func TestIdentifyWithoutIDFindsTheMostRecentlySeenOfAnEmail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	w.visitor("browser-1").identify("u1", "team@example.com")
	w.wait(time.Minute)
	w.visitor("browser-2").identify("u2", "team@example.com")
	w.wait(time.Minute)
	third := w.visitor("browser-3")
	third.identify("", "team@example.com")
	if got := third.contact().UserID; got != "u2" {
		t.Errorf("user id = %q, want u2, who was seen last", got)
	}
}

func TestAnUnknownIDIsGivenToTheContactOfItsEmailThatHasNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	w.visitor("browser-1").identify("", "ada@example.com")
	before := w.contactBy(contact.ByEmail, "ada@example.com").ID
	w.visitor("browser-2").identify("u1", "ada@example.com")
	got := w.contactBy(contact.ByUserID, "u1")
	if got.ID != before || got.UserID != "u1" {
		t.Errorf("u1 is %v, want the contact of the e-mail %v", got.ID, before)
	}
}

func TestAnUnknownIDWithAnotherPersonsEmailIsANewContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	w.visitor("browser-1").identify("u1", "team@example.com")
	w.visitor("browser-2").identify("u2", "team@example.com")
	if w.contactBy(contact.ByUserID, "u1").ID == w.contactBy(contact.ByUserID, "u2").ID {
		t.Error("two ids must be two contacts, whatever their e-mail")
	}
}

func TestIdentifyMakesTheAnonymousContactPartOfTheIdentifiedOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly))
	phone := w.visitor("phone-01")
	phone.identify("u1", "")
	phone.send(track("login"))
	w.wait(2 * time.Hour)

	laptop := w.visitor("laptop-1")
	claim := view("nps", launch.ByTrigger)
	laptop.send(track("login"), track("search"), claim)
	laptop.send(op(OpComplete, Op{View: claim.UID, Seq: 1, Answers: answers("score", "9")}))
	before := laptop.contact()
	w.wait(time.Minute)
	laptop.identify("u1", "")

	p := laptop.contact()
	if p.ID == before.ID || p.UserID != "u1" || p.ID != phone.contact().ID {
		t.Fatal("the browser must stand for u1's contact")
	}
	if p.Events["login"].Count != 2 || p.Events["search"].Count != 1 {
		t.Errorf("events = %v", p.Events)
	}
	if p.Sessions != 2 || p.Views != 1 || p.Responses != 1 || p.FirstSeen >= before.FirstSeen {
		t.Errorf("sessions %d views %d responses %d first seen %d", p.Sessions, p.Views, p.Responses, p.FirstSeen)
	}
	c := w.counts()
	if c.Contacts != 1 || c.Events != 3 || c.Responses != 1 {
		t.Errorf("counts = %+v, want 1 contact, 3 events, 1 response", c)
	}
	if r := w.responses()[0]; r.Contact != p.ID || r.Who.UserID != "u1" {
		t.Error("the response must have moved over")
	}
	if got := laptop.send(view("nps", launch.Manual)).Results[0]; got.Reason != string(launch.AlreadyCompleted) {
		t.Errorf("reason = %q, want already_completed: the survey history moved over", got.Reason)
	}
}

func TestTheMergeMayBeRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	event, ident1 := track("login"), op(OpIdentify, Op{Who: Who{ID: "u1"}})
	for range 3 { // the client never heard back
		v.send(event, ident1)
	}
	p := v.contact()
	if p.UserID != "u1" || p.Events["login"].Count != 1 {
		t.Errorf("contact = %+v", p)
	}
	if c := w.counts(); c.Contacts != 1 || c.Events != 1 {
		t.Errorf("counts = %+v", c)
	}
}

func TestTwoKnownPeopleNeverMix(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("shared-1")
	v.identify("u1", "one@example.com")
	v.send(track("login"))
	v.identify("u2", "two@example.com")
	one, two := w.contactBy(contact.ByUserID, "u1"), w.contactBy(contact.ByUserID, "u2")
	if one.ID == two.ID || one.Events["login"].Count != 1 || len(two.Events) != 0 {
		t.Errorf("one = %+v two = %+v", one, two)
	}
	if v.contact().ID != two.ID {
		t.Error("the browser must stand for the new person from now on")
	}
}

func TestAfterResetTheServerStillRecognisesTheContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "nps", npsOnly),
		published(t, "pro", `{"audience":{"conditions":{"all":[{"trait":"plan","op":"is","value":"pro"}]}},"elements":[{"id":"a","type":"nps","question":"?"}]}`),
		published(t, "strangers", `{"audience":{"who":"anonymous"},"elements":[{"id":"a","type":"nps","question":"?"}]}`))
	v := w.visitor("browser-1")
	v.identify("u1", "", "plan", "pro")
	claim := view("nps", launch.Manual)
	v.send(claim, op(OpComplete, Op{View: claim.UID, Seq: 1, Answers: answers("score", "10")}))
	seen := v.contact().LastSeen
	w.wait(2 * time.Hour)

	v.reset()
	p := v.contact()
	if p.UserID != "u1" || p.LastSeen <= seen {
		t.Error("the anonymous id must still lead to the contact, and last seen must move")
	}
	a := v.send()
	if len(a.Armed) != 1 || a.Armed[0].Key != "strangers" {
		t.Errorf("armed = %+v, want only the one for anonymous visitors", a.Armed)
	}
	wantStatus(t, v.send(view("nps", launch.Manual)).Results[0], Refused, "already_completed")
	wantStatus(t, v.send(view("pro", launch.Manual)).Results[0], Refused, "condition_mismatch")
}

func TestTwoTabsIdentifyAtTheSameMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	v.send(track("login"))
	var tabs sync.WaitGroup
	for range 16 {
		tabs.Go(func() {
			_, err := v.trySend(op(OpIdentify, Op{Who: Who{ID: "u1", Email: "ada@example.com"}}), track("tab"))
			if err != nil {
				t.Error(err)
			}
		})
	}
	tabs.Wait()
	p := v.contact()
	if c := w.counts(); c.Contacts != 1 || p.Events["tab"].Count != 16 || p.Events["login"].Count != 1 {
		t.Errorf("counts = %+v events = %v", c, p.Events)
	}
}

// An id that was derived from an identifier which its contact gave up must not
// lead a stranger to that contact.
func TestAGivenUpEmailIsFreeForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	first := w.visitor("browser-1")
	first.identify("", "old@example.com")
	first.identify("u1", "old@example.com")
	first.identify("u1", "new@example.com")
	second := w.visitor("browser-2")
	second.identify("", "old@example.com")
	if second.contact().ID == first.contact().ID {
		t.Error("a new person must not become the old owner of the address")
	}
}

func TestAccountsAreSharedByTheirMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{}, published(t, "big", `{"audience":{"conditions":{"all":[{"account_trait":"seats","op":">=","value":10}]}},"elements":[{"id":"a","type":"nps","question":"?"}]}`))
	seats, _ := contact.ParseValue("seats", 12)
	acme := &AccountTraits{ID: "acme", Name: "Acme", Given: contact.Given{Set: contact.Traits{"seats": seats}}}
	a, b := w.visitor("browser-1"), w.visitor("browser-2")
	a.send(op(OpIdentify, Op{Who: Who{ID: "u1"}, Account: acme}))
	got := b.send(op(OpIdentify, Op{Who: Who{ID: "u2"}, Account: &AccountTraits{ID: "acme"}}))
	if a.contact().Account != b.contact().Account || a.contact().Account == ident.None {
		t.Error("both must be in one account")
	}
	if c := w.counts(); c.Accounts != 1 {
		t.Errorf("accounts = %d, want 1", c.Accounts)
	}
	if len(got.Armed) != 1 {
		t.Errorf("armed = %v, want the survey for accounts with 10 seats", got.Armed)
	}
}

func TestLastSeenMovesWithoutATransaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	v.send()
	stored := v.contact().LastSeen
	commits := w.store.Stats().Writes
	for range 10 { // 50 minutes apart: never an hour away, always one session
		w.wait(50 * time.Minute)
		v.send()
	}
	if w.store.Stats().Writes != commits {
		t.Error("a ping that changes nothing but last seen must not write")
	}
	if err := w.app.flushSeen(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	p := v.contact()
	if p.Sessions != 1 || p.LastSeen != stored+contact.Micros((500*time.Minute).Microseconds()) {
		t.Errorf("sessions = %d, last seen moved by %v", p.Sessions, time.Duration(p.LastSeen-stored)*time.Microsecond)
	}
	w.wait(time.Hour)
	v.send()
	if got := v.contact().Sessions; got != 2 {
		t.Errorf("sessions = %d, want 2 after an hour away", got)
	}
}

func TestAnUnchangedIdentifyIsAppliedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	v := w.visitor("browser-1")
	one := op(OpIdentify, Op{Who: Who{ID: "u1"}, Given: contact.Given{Set: contact.Traits{"plan": contact.TextValue("free")}}})
	v.send(one)
	v.identify("u1", "", "plan", "pro")
	v.send(one) // a late retry must not bring the old value back
	if got := v.contact().Traits["plan"].Text; got != "pro" {
		t.Errorf("plan = %q, want pro", got)
	}
}

func TestIdentityVerification(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		mode   team.IdentityMode
		signed string // "", "right", "wrong"
		ok     bool
	}{
		{"off: nothing is asked", team.IdentityOff, "", true},
		{"log: everything counts", team.IdentityLog, "wrong", true},
		{"required: the right signature", team.IdentityRequired, "right", true},
		{"required: none", team.IdentityRequired, "", false},
		{"required: somebody else's", team.IdentityRequired, "wrong", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, team.Settings{Identity: tt.mode}, published(t, "nps", npsOnly))
			v := w.visitor("browser-1")
			signature := map[string]string{"": "", "right": w.project.Sign("u1"), "wrong": w.project.Sign("u2")}[tt.signed]
			a := v.send(op(OpIdentify, Op{Who: Who{ID: "u1", Signature: signature}}), track("paid"), view("nps", launch.Manual))
			if !tt.ok {
				for _, r := range a.Results {
					wantStatus(t, r, Refused, "signature_invalid")
				}
				if w.counts().Events != 0 || v.contact().UserID != "" {
					t.Error("nothing may be done in the name of a person without their signature")
				}
				return
			}
			for _, r := range a.Results {
				wantStatus(t, r, OK, "")
			}
			if p := v.contact(); p.UserID != "u1" || p.Verified != (tt.signed == "right") {
				t.Errorf("contact = %+v", p)
			}
		})
	}
}

func TestAnonymousVisitorsSeeNothingWhereIdentityIsRequired(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{Identity: team.IdentityRequired}, published(t, "nps", npsOnly))
	v := w.visitor("browser-1")
	a := v.send(view("nps", launch.Forced))
	wantStatus(t, a.Results[0], Refused, "identity_required")
	if len(a.Armed) != 0 {
		t.Errorf("armed = %v", a.Armed)
	}
}
