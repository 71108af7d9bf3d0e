// Package store is the storage contract: what every engine promises, and
// nothing about how. store/storetest holds engines to it.
//
// Every method that reads or writes inside a project takes the project's id
// and uses it in the key; an id of another project behaves exactly like an id
// that does not exist.
package store

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/response"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// Store gives out transactions. The closure form keeps begin, commit, rollback
// and retry in one place per engine: SQLite queues Write for its one writer,
// which commits many closures together; PostgreSQL retries after a
// serialization failure. So fn may run more than once and must not do anything
// outside the transaction, nor keep what it was handed. It may run on another
// goroutine, and must not call Write.
//
// Faults of every call: storage_closed after Close. An error of fn itself comes
// back as it is.
type Store interface {
	// Read runs fn on one consistent snapshot, which holds at least what every
	// Write that has returned wrote.
	Read(ctx context.Context, fn func(Reader) error) error

	// Write runs fn and returns nil only after what it wrote is on disk
	// (synced). If fn returns an error, nothing of it is kept; nor if it
	// panics, which is an Internal fault. An error, too, is returned only when
	// everything fn may have seen is on disk. The end of ctx takes back a
	// write that has not started; one that has runs to its end.
	//
	// Faults: Unavailable storage_full, when there is no room now, and
	// storage_failed; Busy storage_busy.
	Write(ctx context.Context, fn func(Writer) error) error

	// Stats counts since Open, for metrics, benchmarks and trust tests.
	Stats() Stats

	// Close waits for running transactions and queued writes, then closes.
	Close() error
}

// Stats of an engine.
type Stats struct {
	Writes  int64 // closures that were committed
	Commits int64 // commits, each shared by one or more closures
}

// Reader sees one snapshot. "Missing" below is a fault of kind NotFound.
type Reader interface {
	// Organization, projects, members, keys.
	Organizations(ctx context.Context) ([]team.Organization, error)
	MemberByEmail(ctx context.Context, email string) (team.Member, error) // missing: member_not_found
	Projects(ctx context.Context) ([]team.Project, error)                 // by name
	Project(ctx context.Context, id ident.ID) (team.Project, error)       // missing: project_not_found
	ProjectByKey(ctx context.Context, hash []byte) (team.Project, error)  // missing: key_not_found

	// ConfigRevision grows whenever a project or survey of any project is
	// written, also by another process on the same data.
	ConfigRevision(ctx context.Context) (int64, error)

	// Surveys. Definitions are decoded; missing: survey_not_found.
	Surveys(ctx context.Context, project ident.ID) ([]survey.Survey, error) // by key
	Survey(ctx context.Context, project, id ident.ID) (survey.Survey, error)
	SurveyByKey(ctx context.Context, project ident.ID, key string) (survey.Survey, error)
	SurveyByCode(ctx context.Context, code string) (project ident.ID, s survey.Survey, err error)
	Versions(ctx context.Context, project, survey ident.ID) ([]SurveyVersion, error) // newest first

	// ContactByIdentity finds whom an identifier stands for; missing:
	// contact_not_found. For ByEmail, which several contacts may share, it is
	// the one with the latest LastSeen (then the smaller id).
	ContactByIdentity(ctx context.Context, project ident.ID, kind contact.IdentityKind, value string) (ident.ID, error)
	// Contact gives a profile that must not be changed; missing: contact_not_found.
	Contact(ctx context.Context, project, id ident.ID) (*contact.Profile, error)
	// Contacts streams the profiles of a project behind an id, or all behind
	// None, by id. It stops at the first error. Other reads may be made between
	// two of them.
	Contacts(ctx context.Context, project, after ident.ID) iter.Seq2[*contact.Profile, error]
	Account(ctx context.Context, project, id ident.ID) (*contact.Account, error) // missing: account_not_found
	Traits(ctx context.Context, project ident.ID) ([]TraitInfo, error)           // by owner, then name

	// HasOperation tells whether an operation id was applied to this contact.
	// The digest is what PutOperation was given.
	HasOperation(ctx context.Context, project, contact, op ident.ID) (digest []byte, ok bool, err error)
	Event(ctx context.Context, project, contact, id ident.ID) (contact.Event, error) // missing: event_not_found
	// Events streams a contact's events of one name, by id. It stops at the
	// first error. Other reads may be made between two of them.
	Events(ctx context.Context, project, contact ident.ID, name string) iter.Seq2[contact.Event, error]
	// Sessions lists those of a contact that began at since or later, oldest first.
	Sessions(ctx context.Context, project, contact ident.ID, since contact.Micros) ([]contact.Session, error)

	// Response of a contact; missing: response_not_found.
	Response(ctx context.Context, project, contact, id ident.ID) (response.Response, error)
	// LastResponse of a contact to a survey on a channel by LastShown; missing: response_not_found.
	LastResponse(ctx context.Context, project, contact, survey ident.ID, channel string) (response.Response, error)
	// Responses streams newest LastShown first, then by id. It stops at the first error.
	Responses(ctx context.Context, project ident.ID, f ResponseFilter) iter.Seq2[response.Response, error]

	// Activity streams what the contacts of a project did, contact after
	// contact by id. It stops at the first error. Other reads may be made
	// between two of them. No more is held at once than what some hundred
	// contacts did.
	Activity(ctx context.Context, project ident.ID, f ActivityFilter) iter.Seq2[Activity, error]

	// CountSince sums a counter's buckets that start at or after since.
	CountSince(ctx context.Context, project ident.ID, c Counter, since contact.Micros) (int, error)

	// Outbox lists rows with Due <= now, oldest first.
	Outbox(ctx context.Context, now contact.Micros, limit int) ([]OutboxRow, error)

	// Count gives table sizes of a project, for tests and the operator.
	Count(ctx context.Context, project ident.ID) (Counts, error)
}

// Writer is a Reader that also sees its own writes.
type Writer interface {
	Reader

	PutOrganization(ctx context.Context, o team.Organization) error
	PutMember(ctx context.Context, m team.Member) error   // e-mail taken by another id: Conflict member_exists
	PutProject(ctx context.Context, p team.Project) error // stores p with Revision+1 of the stored one
	PutKey(ctx context.Context, k team.Key) error         // hash of another key: Conflict key_exists

	// PutSurvey inserts or replaces, and grows the project's revision. A key
	// or code used by another survey: Conflict survey_key_taken.
	PutSurvey(ctx context.Context, project ident.ID, s survey.Survey) error
	// PutVersion keeps a publication in the change log, once per version: the
	// first stays.
	PutVersion(ctx context.Context, project, survey ident.ID, v SurveyVersion) error

	PutContact(ctx context.Context, project ident.ID, p *contact.Profile) error // keeps p; do not change it afterwards
	// PutIdentity makes an identifier stand for a contact. user_id and
	// anonymous_id stand for one contact and are moved; email is added.
	PutIdentity(ctx context.Context, project ident.ID, kind contact.IdentityKind, value string, contact ident.ID) error
	// DropIdentity removes one pair; nothing happens if it is not there.
	DropIdentity(ctx context.Context, project ident.ID, kind contact.IdentityKind, value string, contact ident.ID) error
	// MoveContact hands everything that belongs to from (identifiers, sessions,
	// events, responses, operations, outbox rows) to into and removes from's profile.
	// Of two facts with one id, into's stays. Nothing is said about a from
	// that does not exist, and nothing happens if both are the same.
	MoveContact(ctx context.Context, project, from, into ident.ID) error
	PutAccount(ctx context.Context, project ident.ID, a *contact.Account) error
	PutTrait(ctx context.Context, project ident.ID, t TraitInfo) error

	// PutOperation records that an operation was applied. Recording one twice: Conflict operation_exists.
	PutOperation(ctx context.Context, project, contact, op ident.ID, digest []byte, at contact.Micros) error
	// PutEvent adds a fact. An id that is there already: Conflict event_exists.
	PutEvent(ctx context.Context, project ident.ID, e contact.Event) error
	// PutSession adds a fact. A second one of the contact and moment changes nothing.
	PutSession(ctx context.Context, project ident.ID, s contact.Session) error
	PutResponse(ctx context.Context, project ident.ID, r response.Response) error // insert or replace
	AddCount(ctx context.Context, project ident.ID, c Counter, bucket contact.Micros, n int) error
	PutOutbox(ctx context.Context, r OutboxRow) error // insert or replace
	// DropOutbox removes rows created before a moment and says how many.
	DropOutbox(ctx context.Context, before contact.Micros, limit int) (int, error)
}

// SurveyVersion is one entry of a survey's change log.
type SurveyVersion struct {
	Version    int
	At         time.Time
	By         string // who, as a person reads it
	Definition survey.Definition
}

// TraitInfo is what is known about a trait name of a project.
type TraitInfo struct {
	Owner string // contact, account
	Name  string
	Type  contact.Type
	First contact.Micros
}

// ResponseFilter narrows Responses. Zero fields do not filter.
type ResponseFilter struct {
	Survey   ident.ID
	Contact  ident.ID
	Answered bool // only those with at least one answer
	Limit    int  // 0: all
}

// ActivityFilter says whose activity is wanted, and since when.
type ActivityFilter struct {
	Since contact.Micros // contacts that were not seen since are left out
	From  ident.ID       // contacts with this id or a higher one
	Upto  ident.ID       // and with a lower id than this; None: all the others
	Only  []ident.ID     // instead of a range: these, told in this order; few of many

	// Properties are wanted of the events with these names; those of others are
	// left out, and so are those of all events if it is empty.
	Properties map[string]bool
}

// Activity is what one contact did since a moment, and everything they were
// ever shown.
type Activity struct {
	Profile  *contact.Profile  // as it is now; the receiver's own, unlike that of Contact
	Sessions []contact.Session // that began since, oldest first
	Events   []contact.Event   // that arrived since, oldest first

	// Responses are all there are, by FirstShown, as far as they say which
	// survey was shown how and what came of it when: ids, Channel, Launch and the
	// moments. The rest is left out.
	Responses []response.Response
}

// Counter counts something over all contacts of a project. A survey of None
// counts over all surveys.
type Counter struct {
	Survey ident.ID
	What   string // views, responses
}

// OutboxRow is something that must happen because of a fact, written with it.
type OutboxRow struct {
	ID      ident.ID
	Project ident.ID
	Contact ident.ID
	Topic   string   // survey_shown, response_partial, response_completed, survey_dismissed, contact_identified
	Subject ident.ID // of the response or contact
	Body    json.RawMessage
	Created contact.Micros
	Due     contact.Micros
}

// Counts are row counts of one project.
type Counts struct {
	Contacts, Accounts, Sessions, Events, Responses, Operations, Outbox int
}
