package contact_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/fault"
)

func given(t *testing.T, raw string) contact.Given {
	t.Helper()
	g, err := contact.ParseTraits("traits", json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		before  string // traits
		call    string // traits
		replace bool
		after   string
		isNew   []string
		changed bool
	}{
		{"first traits", `{}`, `{"plan":"pro","seats":3}`, false, `{"plan":"pro","seats":3}`, []string{"plan", "seats"}, true},
		{"append keeps what is not sent", `{"plan":"pro"}`, `{"seats":3}`, false, `{"plan":"pro","seats":3}`, []string{"seats"}, true},
		{"append overwrites what is sent", `{"plan":"pro"}`, `{"plan":"free"}`, false, `{"plan":"free"}`, nil, true},
		{"replace drops what is not sent", `{"plan":"pro","seats":3}`, `{"seats":4}`, true, `{"seats":4}`, nil, true},
		{"null takes a trait away", `{"plan":"pro","seats":3}`, `{"plan":null}`, false, `{"seats":3}`, nil, true},
		{"null for a trait that is not there", `{"seats":3}`, `{"plan":null}`, false, `{"seats":3}`, nil, false},
		{"an unchanged repeat changes nothing", `{"plan":"pro"}`, `{"plan":"pro"}`, false, `{"plan":"pro"}`, nil, false},
		{"an unchanged replace changes nothing", `{"plan":"pro"}`, `{"plan":"pro"}`, true, `{"plan":"pro"}`, nil, false},
		{"another type is news", `{"seats":3}`, `{"seats":"three"}`, false, `{"seats":"three"}`, []string{"seats"}, true},
		{"saying nothing changes nothing", `{"plan":"pro"}`, ``, false, `{"plan":"pro"}`, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &contact.Profile{Traits: given(t, tt.before).Set}
			old := maps.Clone(p.Traits)
			handedOut := p.Traits
			got, err := p.Identify(contact.Identify{Given: given(t, tt.call), Replace: tt.replace})
			if err != nil || got.Changed != tt.changed || !slices.Equal(got.New, tt.isNew) {
				t.Errorf("applied %+v, %v", got, err)
			}
			if want := given(t, tt.after).Set; !maps.Equal(p.Traits, want) {
				t.Errorf("traits %v, want %v", p.Traits, want)
			}
			if !maps.Equal(handedOut, old) {
				t.Error("the map that was there before must not change")
			}
		})
	}
}

func TestIdentifyEmailIsATrait(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	steps := []struct {
		name    string
		in      contact.Identify
		email   string
		changed bool
	}{
		{"given as identifier", contact.Identify{UserID: "u1", Email: "a@x.test"}, "a@x.test", true},
		{"repeated", contact.Identify{UserID: "u1", Email: "a@x.test"}, "a@x.test", false},
		{"given as a trait", contact.Identify{Given: given(t, `{"email":"b@x.test"}`)}, "b@x.test", true},
		{"null does not take it away", contact.Identify{Given: given(t, `{"email":null}`)}, "b@x.test", false},
		{"replace does not drop it", contact.Identify{Replace: true}, "b@x.test", false},
		{"the identifier wins over the trait", contact.Identify{Email: "c@x.test", Given: given(t, `{"email":"d@x.test"}`)}, "c@x.test", true},
	}
	for _, s := range steps {
		got, err := p.Identify(s.in)
		if err != nil || got.Changed != s.changed || p.Email != s.email || p.Traits["email"] != contact.TextValue(s.email) {
			t.Errorf("%s: %+v %v, email %q, trait %v", s.name, got, err, p.Email, p.Traits["email"])
		}
	}
	if p.UserID != "u1" || !p.Identified() {
		t.Errorf("an empty user id must not forget %q", p.UserID)
	}
}

func TestIdentifyVerified(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{}
	if got, _ := p.Identify(contact.Identify{UserID: "u1", Verified: true}); !got.Changed || !p.Verified {
		t.Error("a checked signature must be kept")
	}
	if got, _ := p.Identify(contact.Identify{UserID: "u1"}); !got.Changed || p.Verified {
		t.Error("verified speaks of the last identify alone")
	}
}

func TestIdentifyBounds(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{Traits: contact.Traits{}}
	for i := range contact.MaxTraits {
		p.Traits[fmt.Sprintf("t%d", i)] = contact.IntegerValue(1)
	}
	before := p.Clone()
	for _, in := range []contact.Identify{
		{Given: contact.Given{Set: contact.Traits{"one_more": contact.BooleanValue(true)}}},
		{Email: "ada@example.com"},
	} {
		if _, err := p.Identify(in); !fault.Is(err, "too_many_traits") || !reflect.DeepEqual(p, before) {
			t.Errorf("err %v; a refusal must change nothing", err)
		}
	}
	if _, err := p.Identify(contact.Identify{Given: given(t, `{"t7":2}`)}); err != nil {
		t.Errorf("overwriting adds nothing: %v", err)
	}
	if _, err := p.Identify(contact.Identify{Given: given(t, `{"t7":null,"one_more":2}`)}); err != nil {
		t.Errorf("one gone, one new: %v", err)
	}
}

func TestAccountIdentify(t *testing.T) {
	t.Parallel()
	a := &contact.Account{}
	got, err := a.Identify(given(t, `{"name":"Acme","seats":3}`), false)
	if err != nil || !got.Changed || a.Name != "Acme" || !slices.Equal(got.New, []string{"name", "seats"}) {
		t.Errorf("applied %+v, %v to %+v", got, err, a)
	}
	if got, _ := a.Identify(given(t, `{"seats":3}`), false); got.Changed {
		t.Error("an unchanged repeat changes nothing")
	}
	if got, _ := a.Identify(given(t, `{"seats":4}`), true); !got.Changed || a.Name != "" || len(a.Traits) != 1 {
		t.Errorf("replace drops the name, too: %+v", a)
	}
}
