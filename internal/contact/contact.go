// Package contact keeps what is known about one person: who they are, their
// traits, their account, what they did and which surveys they met. It has no
// clock, no storage and no HTTP: values in, values out.
package contact

import (
	"time"

	"earshot/internal/ident"
)

// Kind of an identifier that can lead to a contact.
type IdentityKind string

// The identifiers, strongest first.
const (
	ByUserID    IdentityKind = "user_id"      // the customer's own id of the person
	ByEmail     IdentityKind = "email"        // may be shared; the most recently seen wins
	ByAnonymous IdentityKind = "anonymous_id" // drawn by a browser
)

// Profile is one person, stored as one row: a decision reads it once and
// writes it once. The engine may hand out the same *Profile to many readers,
// so a Profile that came from a Reader must not be changed; Clone it first.
type Profile struct {
	ID         ident.ID `json:"id"`
	UserID     string   `json:"user_id,omitempty"`
	Email      string   `json:"email,omitempty"`
	Verified   bool     `json:"verified,omitempty"`    // a signature for UserID was checked at the last identify
	SamplingID uint64   `json:"sampling_id,omitempty"` // drawn once, survives identify and reset

	Traits  Traits   `json:"traits,omitempty"`
	Account ident.ID `json:"account,omitzero"`

	FirstSeen    Micros `json:"first_seen"`
	LastSeen     Micros `json:"last_seen"`
	SessionStart Micros `json:"session_start,omitempty"`
	Sessions     int    `json:"sessions,omitempty"`

	Country      string `json:"country,omitempty"`
	Locale       string `json:"locale,omitempty"`
	Device       string `json:"device,omitempty"`
	Page         string `json:"page,omitempty"` // last page, without query and fragment
	Installation string `json:"installation,omitempty"`

	Events  map[string]*EventCount    `json:"events,omitempty"`
	Surveys map[ident.ID]*SurveyTally `json:"surveys,omitempty"`

	Views        int      `json:"views,omitempty"`
	Responses    int      `json:"responses,omitempty"` // completed
	LastView     Micros   `json:"last_view,omitempty"`
	LastResponse Micros   `json:"last_response,omitempty"`
	RecentViews  []Micros `json:"recent_views,omitempty"` // newest last, at most MaxRecentViews

	// SessionEvents counts events since SessionStart, under their names and
	// under the keys of Derived; StartSession empties it.
	SessionEvents map[string]int           `json:"session_events,omitempty"`
	Derived       map[string]*DerivedCount `json:"derived,omitempty"` // by DerivedKey
	Answers       map[ident.ID]*Answers    `json:"answers,omitempty"` // by survey; an entry is replaced, never changed

	later []byte // fields a newer version stored, see DecodeProfile
}

// MaxRecentViews bounds what the per-contact cap over all surveys can look at.
const MaxRecentViews = 50

// Micros is a moment in microseconds since 1970 UTC, the precision every
// engine keeps. Zero means "never".
type Micros int64

// At cuts t to microseconds.
func At(t time.Time) Micros {
	if t.IsZero() {
		return 0
	}
	return Micros(t.UnixMicro())
}

// Time gives the moment in UTC; the zero Time for "never".
func (m Micros) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// EventCount counts one event name for one contact. Days holds UTC days since
// 1970 in rising order, at most MaxEventDays of them (older days fold into
// nothing but stay in Count).
type EventCount struct {
	Count int        `json:"n"`
	First Micros     `json:"first"`
	Last  Micros     `json:"last"`
	Days  []DayCount `json:"days,omitempty"`
}

// DayCount is how often something happened on one UTC day.
type DayCount struct {
	Day int32 `json:"d"` // days since 1970-01-01 UTC
	N   int32 `json:"n"`
}

// MaxEventDays bounds the daily buckets kept for one event name.
const MaxEventDays = 400

// MaxEventNames bounds the event names kept on one profile.
const MaxEventNames = 500

// SurveyTally is one contact's history with one survey.
type SurveyTally struct {
	Views         int    `json:"views,omitempty"`
	FirstSeen     Micros `json:"first_seen,omitempty"`
	LastSeen      Micros `json:"last_seen,omitempty"`
	Answered      int    `json:"answered,omitempty"` // views with at least one answer
	LastAnswered  Micros `json:"last_answered,omitempty"`
	Completed     int    `json:"completed,omitempty"`
	LastCompleted Micros `json:"last_completed,omitempty"`
	Dismissed     int    `json:"dismissed,omitempty"`
	LastDismissed Micros `json:"last_dismissed,omitempty"`
	LastSession   Micros `json:"last_session,omitempty"` // SessionStart of the session in which it was last seen
	Entered       Micros `json:"entered,omitempty"`      // since when the contact is in the survey's audience
}

// Account is a company, team or workspace that contacts belong to (N to 1).
type Account struct {
	ID        ident.ID `json:"id"`
	RemoteID  string   `json:"remote_id,omitempty"`
	Name      string   `json:"name,omitempty"`
	Traits    Traits   `json:"traits,omitempty"`
	FirstSeen Micros   `json:"first_seen"`
	LastSeen  Micros   `json:"last_seen"`

	later []byte // fields a newer version stored, see DecodeProfile
}

// Traits are named values. Names are slugs (see Slug).
type Traits map[string]Value

// Type of a trait value.
type Type string

// The types a trait can have; see ParseValue for how one is recognised.
const (
	Text    Type = "text"
	Integer Type = "integer"
	Float   Type = "float"
	Boolean Type = "boolean"
	Date    Type = "date"
)

// Value is one trait value. Only the field of its Type is meaningful.
type Value struct {
	Type  Type
	Text  string
	Int   int64
	Float float64
	Bool  bool
	Time  Micros
}

// Event is a fact: somebody did something once. ID was made by who sent it and
// is unique in the project for ever; a second arrival changes nothing.
type Event struct {
	ID         ident.ID
	Contact    ident.ID
	Name       string
	Properties Traits
	Page       string // where it happened, without query and fragment; empty: unknown
	At         Micros // server's time of arrival
	SentAt     Micros // the sender's clock, kept but never trusted
}
