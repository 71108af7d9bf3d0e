package app

import (
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/store"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// sessions lists those that are stored of the visitor's contact.
func (v *visitor) sessions() (all []contact.Session) {
	v.w.t.Helper()
	id := v.contact().ID
	err := v.w.store.Read(v.w.t.Context(), func(r store.Reader) (err error) {
		all, err = r.Sessions(v.w.t.Context(), v.w.project.ID, id, 0)
		return err
	})
	if err != nil {
		v.w.t.Fatal(err)
	}
	return all
}

func TestEverySessionThatStartsIsAFact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	ada := w.visitor("browser-ada")
	ada.send()
	w.wait(20 * time.Minute)
	ada.send(track("saved")) // goes on
	w.wait(59 * time.Minute)
	ada.send() // goes on, by a batch that writes nothing
	w.wait(time.Hour)
	ada.send() // begins anew, though nothing else is written
	w.wait(time.Minute)
	ada.send(op(OpSession, Op{})) // the page starts one
	if got, p := ada.sessions(), ada.contact(); len(got) != 3 || p.Sessions != 3 || got[2].At != p.SessionStart {
		t.Errorf("%d sessions are stored, %d counted: %+v", len(got), p.Sessions, got)
	} else if got[0].Page != "https://app.example.com/plan" || got[0].Locale != "en" || got[0].Device != "desktop" {
		t.Errorf("the first began at %+v", got[0])
	}
}

func TestSessionsGoWithTheContactTheyTurnOutToBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	phone, laptop := w.visitor("browser-phone"), w.visitor("browser-laptop")
	phone.identify("u1", "ada@example.com")
	w.wait(2 * time.Hour)
	laptop.send()
	w.wait(time.Minute)
	laptop.identify("u1", "ada@example.com")
	if got, p := laptop.sessions(), laptop.contact(); len(got) != 2 || p.Sessions != 2 || p.UserID != "u1" {
		t.Errorf("%d sessions are stored, %d counted, of %q", len(got), p.Sessions, p.UserID)
	}
}

func TestEventsSayWhereTheyHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t, team.Settings{})
	saved := track("saved")
	_, err := w.app.Sync(t.Context(), Batch{
		Project: w.project.ID, Who: Who{AnonymousID: "browser-ada"}, Ops: []Op{saved},
		At: Where{URL: "https://app.example.com/plan?token=secret#x", Channel: survey.Widget},
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := w.contactBy(contact.ByAnonymous, "browser-ada")
	if err := w.store.Read(t.Context(), func(r store.Reader) error {
		e, err := r.Event(t.Context(), w.project.ID, owner.ID, saved.UID)
		if e.Page != "https://app.example.com/plan" {
			t.Errorf("page = %q", e.Page)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
