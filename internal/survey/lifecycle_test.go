package survey

import (
	"bytes"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
)

func draft(t *testing.T, raw string) Survey {
	t.Helper()
	d, err := Decode([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return Survey{Key: "x", Status: Draft, Draft: d}
}

func TestLifeOfASurvey(t *testing.T) {
	t.Parallel()
	s := draft(t, asking(``))
	day := func(n int) time.Time { return time.Date(2026, 1, n, 9, 0, 0, 0, time.UTC) }

	if changed, err := s.Publish(day(1)); err != nil || !changed || s.Publication.Version != 1 || s.Status != Published {
		t.Fatalf("first publication: %v %v %+v", changed, err, s.Publication)
	}
	if changed, err := s.Publish(day(2)); err != nil || changed || s.Publication.Version != 1 || !s.UpdatedAt.Equal(day(1)) {
		t.Error("an unchanged draft made a new version")
	}
	s.Draft.Elements[0].Question = "Changed?"
	if !s.Pending() || s.Publication.Definition.Elements[0].Question != "Q?" {
		t.Error("editing the draft reached visitors")
	}
	if changed, err := s.Publish(day(3)); err != nil || !changed || s.Publication.Version != 2 || s.Pending() {
		t.Errorf("second publication: %v %v", changed, err)
	}
	if !s.Publication.FirstAt.Equal(day(1)) || !s.Publication.PublishedAt.Equal(day(3)) {
		t.Errorf("moments: first %v, now %v", s.Publication.FirstAt, s.Publication.PublishedAt)
	}
	if !s.Unpublish(day(4)) || s.Status != Draft || s.Publication == nil || s.Unpublish(day(5)) {
		t.Error("unpublishing twice or losing the publication")
	}
	if changed, err := s.Publish(day(6)); err != nil || !changed || s.Publication.Version != 2 {
		t.Error("publishing again without a change makes it visible and no version")
	}
	if !s.Archive(day(7)) || s.Status != Archived || s.Archive(day(8)) {
		t.Error("archiving")
	}
	s.Draft.Elements = nil
	before := *s.Publication
	if _, err := s.Publish(day(9)); !fault.Is(err, "survey_invalid") || s.Status != Archived || s.Publication.Version != before.Version {
		t.Errorf("a draft unfit for publication: %v", err)
	}
}

func TestForBrowserTellsNothingElse(t *testing.T) {
	t.Parallel()
	s := draft(t, `{"elements":[
		{"id":"q","type":"nps","question":"Hi {{ contact.first_name | there }} of {{ account.name }}","description":"{{ hidden.x }} {{ contact.since }}","trait":"secret_trait"},
		{"id":"r","type":"ces","question":"?","account_trait":"secret_account"}],
		"audience":{"who":"identified","countries":["AT"]},"trigger":{"type":"event","event":"secret_event"},"limits":{"responses":7}}`)
	s.ID = ident.MustParse("6f1c1d5e-8a0b-4c57-9d3e-0123456789ab")
	p := &contact.Profile{Traits: contact.Traits{
		"first_name": {Type: contact.Text, Text: "A*d*a"},
		"since":      {Type: contact.Date, Time: contact.At(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC))},
	}}
	b := s.Draft.ForBrowser(s, 3, Page, Known(p, &contact.Account{Name: "Acme"}))
	raw, err := marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"uuid":"6f1c1d5e-8a0b-4c57-9d3e-0123456789ab","key":"x","version":3,"language":"en","look":{},"elements":[` +
		`{"id":"q","type":"nps","question":"Hi A\\*d\\*a of Acme","description":"{{ hidden.x }} 2026-01-31"},` +
		`{"id":"r","type":"ces","question":"?"}],"whole_only":false,"channel":"page"}`
	if string(raw) != want {
		t.Errorf("got %s", raw)
	}
	if s.Draft.Elements[0].Trait != "secret_trait" || !strings.Contains(s.Draft.Elements[0].Question, "{{") {
		t.Error("the definition itself was changed")
	}
}

func TestPlainTexts(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{UserID: "u1", Email: "ada@example.com", Traits: contact.Traits{
		"n": {Type: contact.Integer, Int: -7}, "f": {Type: contact.Float, Float: 1.5}, "b": {Type: contact.Boolean, Bool: true},
		"at": {Type: contact.Date, Time: contact.At(time.Date(2026, 1, 31, 9, 5, 0, 0, time.UTC))},
	}}
	known := Known(p, &contact.Account{RemoteID: "a1"})
	for place, want := range map[string]string{
		"contact.id": "u1", "contact.email": "ada@example.com", "contact.n": "-7", "contact.f": "1.5", "contact.b": "true",
		"contact.at": "2026-01-31 09:05", "contact.missing": "", "account.id": "a1", "account.seats": "",
	} {
		if got := Fill("{{"+place+"}}", known); got != want {
			t.Errorf("%s: got %q, want %q", place, got, want)
		}
	}
	if got := Fill("{{ contact.id | you }} {{ account.id | it }}", Known(nil, nil)); got != "you it" {
		t.Errorf("of nobody: %q", got)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"NPS, after two weeks": "nps-after-two-weeks", "  Pricing!  ": "pricing", "猫": "survey", "": "survey",
		strings.Repeat("a b ", 40): strings.TrimRight(strings.Repeat("a-b-", 16), "-"), "6f1c1d5e-8a0b-4c57-9d3e-0123456789ab": "survey",
	} {
		if got := KeyFrom(name); got != want || !ValidKey(got) {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	for _, key := range []string{"", "-a", "_a", "A", "a b", "ä", "../x", strings.Repeat("a", 65), "6f1c1d5e-8a0b-4c57-9d3e-0123456789ab"} {
		if ValidKey(key) {
			t.Errorf("%q is taken for a key", key)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-hjkmnp-z2-9]{6}-[a-hjkmnp-z2-9]{6}$`)
	seen := map[string]bool{}
	for range 1000 {
		code, err := NewCode(rand.Reader)
		if err != nil || !form.MatchString(code) || seen[code] {
			t.Fatalf("%q %v", code, err)
		}
		seen[code] = true
	}
	// 31 has no letter and is drawn again, so that all letters are as likely.
	if code, err := NewCode(bytes.NewReader([]byte{31, 0, 1, 2, 3, 255, 4, 5, 6, 7, 8, 9, 10, 30})); err != nil || code != "abcdef-ghjkm9" {
		t.Errorf("got %q %v", code, err)
	}
	broken := errors.New("no randomness")
	if _, err := NewCode(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
