package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/store"
	"earshot/internal/survey"
)

// Batch is what one visitor's browser says at once. See docs/api/collect.md.
type Batch struct {
	Project      ident.ID
	Who          Who
	At           Where
	Installation string
	Ask          bool // wants the armed surveys in any case
	Debug        bool // wants to know why
	Ops          []Op
}

// Who a visitor says to be. Without ID and Email they are in anonymous mode.
type Who struct {
	AnonymousID string
	ID          string
	Email       string
	Signature   string
}

// Anonymous tells whether the visitor is in anonymous mode.
func (w Who) Anonymous() bool { return w.ID == "" && w.Email == "" }

// Where a visitor is.
type Where struct {
	URL, Locale, Device, Country string
	Channel                      survey.Channel
}

// OpKind says what an operation does.
type OpKind string

// The operations of docs/api/collect.md.
const (
	OpIdentify OpKind = "identify"
	OpReset    OpKind = "reset"
	OpTrack    OpKind = "track"
	OpPage     OpKind = "page"
	OpSession  OpKind = "session"
	OpView     OpKind = "view"
	OpAnswer   OpKind = "answer"
	OpComplete OpKind = "complete"
	OpDismiss  OpKind = "dismiss"
)

// Op is one operation; its Kind says which of the fields count.
type Op struct {
	Kind   OpKind
	UID    ident.ID
	SentAt contact.Micros
	Digest []byte // of the operation's bytes, to tell a retry from a clash

	Who     Who            // identify
	Given   contact.Given  // identify: traits; track: properties
	Account *AccountTraits // identify
	Replace bool           // identify
	Locale  string         // identify

	Name string // track

	Survey string        // view: uuid or key
	Launch launch.Launch // view
	Event  string        // view: the event that fired
	Dry    bool          // view
	Tags   []string      // view

	View    ident.ID // answer, complete, dismiss
	Seq     int64
	Answers map[string]json.RawMessage
	Hidden  map[string]json.RawMessage
	Element string
}

// AccountTraits is what identify says about the visitor's account.
type AccountTraits struct {
	ID   string // the customer's own id; may be missing
	Name string
	contact.Given
}

// Result of one operation.
type Result struct {
	UID     ident.ID
	Status  Status
	Reason  string
	Message string
	Fields  map[string]string
	Due     contact.Micros // views: when it could be granted, if known

	View    ident.ID // granted views
	Survey  *survey.BrowserSurvey
	Answers map[string]json.RawMessage // granted views that continue
	Seq     int64                      // the last one of a view that continues
}

// Status of an operation.
type Status string

// The statuses of docs/api/collect.md.
const (
	OK       Status = "ok"
	Refused  Status = "refused"
	Conflict Status = "conflict"
)

// Answer is what the client should now know.
type Answer struct {
	At         time.Time // when it was decided
	Results    []Result
	Identified bool
	Armed      []launch.Entry
	HasArmed   bool
	AskIn      time.Duration
	Explain    []launch.Explanation
}

// Sync applies a batch exactly once and says what the visitor's client should
// know. Single operations may be refused; the rest of the batch still counts.
// Everything it says was applied is on disk.
//
// Faults: project_not_found; of kind Unavailable when nothing can be kept.
func (a *App) Sync(ctx context.Context, b Batch) (Answer, error) {
	p, err := a.project(ctx, b.Project)
	if err != nil {
		return Answer{}, err
	}
	now := a.now()
	v := visit{app: a, project: p, batch: &b, now: contact.At(now), answer: Answer{At: now}}
	if !b.writes() {
		answer, err := a.look(ctx, v)
		if !errors.Is(err, errMustWrite) {
			return answer, err
		}
	}
	var done visit
	err = a.store.Write(ctx, func(w store.Writer) error {
		done = v // fn may run again: start from nothing each time
		done.tx = w
		return done.run(ctx)
	})
	if err != nil {
		return Answer{}, err
	}
	p.traits.learn(done.learned)
	return done.answer, nil
}

// writes tells whether an operation of the batch needs a transaction.
func (b *Batch) writes() bool {
	for i := range b.Ops {
		if op := &b.Ops[i]; op.Kind != OpPage && !(op.Kind == OpView && op.Dry) {
			return true
		}
	}
	return false
}

// errMustWrite says that a batch without durable operations meets a visitor
// about whom something has to be written all the same.
var errMustWrite = errors.New("something has to be written")

// look answers a batch that changes nothing but when the visitor was last
// seen, from a snapshot and without waiting for the writer.
func (a *App) look(ctx context.Context, v visit) (Answer, error) {
	var answer Answer
	var id ident.ID
	err := a.store.Read(ctx, func(r store.Reader) error {
		v.reader = r
		if err := v.glance(ctx); err != nil {
			return err
		}
		answer, id = v.answer, v.profile.ID
		return nil
	})
	if err == nil {
		a.seen.note(v.project.ID, id, v.now)
	}
	return answer, err
}

// run applies the whole batch inside one transaction.
func (v *visit) run(ctx context.Context) error {
	v.reader = v.tx
	if err := v.enter(ctx, v.batch.Who); err != nil {
		return err
	}
	v.answer.Results = make([]Result, 0, len(v.batch.Ops))
	for i := range v.batch.Ops {
		op := &v.batch.Ops[i]
		res, err := v.apply(ctx, op)
		if err != nil {
			if res, err = asResult(err); err != nil {
				return err
			}
		}
		res.UID = op.UID
		if res.Status == "" {
			res.Status = OK
		}
		v.answer.Results = append(v.answer.Results, res)
	}
	if err := v.arm(ctx); err != nil {
		return err
	}
	return v.save(ctx)
}

// asResult turns a fault that is the sender's doing into the result of its one
// operation. Anything else stays an error and undoes the batch.
func asResult(err error) (Result, error) {
	f := fault.As(err)
	switch f.Kind {
	case fault.Invalid, fault.NotFound, fault.Denied:
		return Result{Status: Refused, Reason: f.Code, Message: f.Message, Fields: f.Fields}, nil
	case fault.Conflict:
		return Result{Status: Conflict, Reason: f.Code, Message: f.Message}, nil
	}
	return Result{}, err
}

func (v *visit) apply(ctx context.Context, op *Op) (Result, error) {
	if v.badSignature && op.Kind != OpIdentify && op.Kind != OpReset {
		return Result{}, errSignature
	}
	switch op.Kind {
	case OpIdentify:
		return Result{}, v.identify(ctx, op)
	case OpReset:
		v.changed = true
		return Result{}, v.enter(ctx, Who{AnonymousID: v.who.AnonymousID})
	case OpTrack:
		return Result{}, v.track(ctx, op)
	case OpSession:
		return Result{}, v.startSession(ctx, op)
	case OpView:
		return v.claim(ctx, op)
	case OpAnswer, OpComplete, OpDismiss:
		return v.answered(ctx, op)
	case OpPage:
		return Result{}, nil // where the visitor is came with the batch
	}
	return Result{}, fault.Newf(fault.Invalid, "unknown_op", "There is no operation %q.", op.Kind)
}

var errSignature = fault.New(fault.Denied, "signature_invalid", "The identity signature does not belong to this user id.")
