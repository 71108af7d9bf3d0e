package collect

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"math"
	"unicode/utf8"

	"earshot/internal/app"
	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/httpkit"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/response"
	"earshot/internal/survey"
)

// The wire forms, kept apart from app's types so that renaming a field inside
// cannot break clients that live in other people's pages for years.
type wireBatch struct {
	Installation string            `json:"installation"`
	Who          wireWho           `json:"who"`
	At           wireAt            `json:"at"`
	Ask          bool              `json:"ask"`
	Debug        bool              `json:"debug"`
	Ops          []json.RawMessage `json:"ops"`
}

type wireWho struct {
	AnonymousID string `json:"anonymous_id"`
	ID          text   `json:"id"`
	Email       text   `json:"email"`
	Signature   text   `json:"signature"`
}

type wireAt struct {
	URL     string `json:"url"`
	Locale  string `json:"locale"`
	Device  string `json:"device"`
	Channel string `json:"channel"`
}

type wireOp struct {
	Op  string   `json:"op"`
	UID ident.ID `json:"uid"`
	TS  float64  `json:"ts"`

	ID             text            `json:"id"`
	Email          text            `json:"email"`
	Signature      text            `json:"signature"`
	Traits         json.RawMessage `json:"traits"`
	Account        json.RawMessage `json:"account"`
	WriteOperation string          `json:"write_operation"`
	Locale         string          `json:"locale"`

	Name       string          `json:"name"`
	Properties json.RawMessage `json:"properties"`

	Survey string   `json:"survey"`
	Launch string   `json:"launch"`
	Event  string   `json:"event"`
	Dry    bool     `json:"dry"`
	Tags   []string `json:"tags"`

	View    ident.ID                   `json:"view"`
	Seq     int64                      `json:"seq"`
	Answers map[string]json.RawMessage `json:"answers"`
	Hidden  map[string]json.RawMessage `json:"hidden"`
	Element string                     `json:"element"`
}

// wireAccount names the account; every further key of the object is a trait.
type wireAccount struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

// text accepts numbers where people often send one for an id: 42 is "42".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
	case len(b) > 1 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0: // CheckJSON has seen that the rest is well
		*t = text(b[1 : len(b)-1])
	default:
		return json.Unmarshal(b, (*string)(t))
	}
	return nil
}

const (
	maxOps      = 100
	maxName     = 200  // code points of ids, e-mails, event names
	maxAddress  = 2048 // bytes of a page address that are kept
	maxLocale   = 35   // the longest BCP 47 tag that is in use
	maxTags     = 20
	maxSafe     = 1 << 53
	millisecond = 1000 // microseconds
)

// isAnonymousID: 8 to 64 characters of A-Z a-z 0-9 _ -.
func isAnonymousID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return len(s) >= 8 && len(s) <= 64
}

// decode reads a batch. A fault means that nothing of it can be used; an
// operation that alone is wrong comes back as a refused result under its
// place, and the others are applied.
func decode(body []byte) (app.Batch, map[int]app.Result, error) {
	var wb wireBatch
	if err := httpkit.DecodeJSON(body, httpkit.Public, &wb); err != nil {
		return app.Batch{}, nil, err
	}
	if err := wb.check(); err != nil {
		return app.Batch{}, nil, err
	}
	b := app.Batch{
		Who:          wb.Who.who(),
		At:           wb.At.where(),
		Installation: clip(wb.Installation, 64),
		Ask:          wb.Ask,
		Debug:        wb.Debug,
	}
	refused := map[int]app.Result{}
	if len(wb.Ops) > 0 {
		b.Ops = make([]app.Op, 0, len(wb.Ops))
	}
	for i, raw := range wb.Ops {
		op, err := decodeOp(raw)
		if err != nil {
			f := fault.As(err)
			refused[i] = app.Result{UID: op.UID, Status: app.Refused, Reason: f.Code, Message: f.Message, Fields: f.Fields}
			continue
		}
		b.Ops = append(b.Ops, op)
	}
	return b, refused, nil
}

func (wb *wireBatch) check() error {
	if !isAnonymousID(wb.Who.AnonymousID) {
		return fault.Field("bad_anonymous_id", "who.anonymous_id", "expected 8 to 64 characters of A-Z a-z 0-9 _ -")
	}
	if err := wb.Who.check("who"); err != nil {
		return err
	}
	if len(wb.Ops) > maxOps {
		return fault.Field("too_many_ops", "ops", "expected at most 100 operations")
	}
	return nil
}

func (w wireWho) check(path string) error {
	for _, f := range []struct {
		name  string
		value text
	}{{"id", w.ID}, {"email", w.Email}, {"signature", w.Signature}} {
		if utf8.RuneCountInString(string(f.value)) > maxName {
			return fault.Field("too_long", path+"."+f.name, "expected at most 200 characters")
		}
	}
	return nil
}

func (w wireWho) who() app.Who {
	return app.Who{AnonymousID: w.AnonymousID, ID: string(w.ID), Email: string(w.Email), Signature: string(w.Signature)}
}

func (w wireAt) where() app.Where {
	at := app.Where{URL: clip(w.URL, maxAddress), Locale: clip(w.Locale, maxLocale), Channel: survey.Widget}
	switch w.Device {
	case "desktop", "tablet", "mobile":
		at.Device = w.Device
	}
	switch c := survey.Channel(w.Channel); c {
	case survey.Page, survey.Embed:
		at.Channel = c
	}
	return at
}

// clip cuts a text that is only informative to at most n bytes, never inside
// a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func decodeOp(raw json.RawMessage) (app.Op, error) {
	var w wireOp
	if err := httpkit.Unmarshal(raw, &w); err != nil {
		return app.Op{UID: uidOf(raw)}, err
	}
	op := app.Op{Kind: app.OpKind(w.Op), UID: w.UID, SentAt: w.sentAt(), Digest: digest(raw)}
	if w.UID == ident.None {
		return op, fault.Field("bad_uid", "uid", "expected a UUID made by the client")
	}
	var err error
	switch op.Kind {
	case app.OpIdentify:
		err = w.identify(&op)
	case app.OpTrack:
		err = w.track(&op)
	case app.OpView:
		err = w.claim(&op)
	case app.OpAnswer, app.OpComplete, app.OpDismiss:
		err = w.answers(&op)
	case app.OpReset, app.OpPage, app.OpSession:
	default:
		err = fault.Field("unknown_op", "op", "expected identify, reset, track, page, session, view, answer, complete or dismiss")
	}
	return op, err
}

// uidOf digs out the id of an operation that does not decode as a whole.
func uidOf(raw json.RawMessage) ident.ID {
	var w struct {
		UID ident.ID `json:"uid"`
	}
	_ = json.Unmarshal(raw, &w)
	return w.UID
}

// digest is of the operation's bytes: a client sends a retry from its outbox,
// byte for byte.
func digest(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:16]
}

func (w *wireOp) sentAt() contact.Micros {
	if math.IsNaN(w.TS) || w.TS < 0 || w.TS > maxSafe/millisecond {
		return 0
	}
	return contact.Micros(w.TS * millisecond)
}

func (w *wireOp) identify(op *app.Op) error {
	who := wireWho{ID: w.ID, Email: w.Email, Signature: w.Signature}
	if err := who.check("identify"); err != nil {
		return err
	}
	op.Who = who.who()
	if op.Who.Anonymous() {
		return fault.Field("no_identifier", "id", "expected an id or an email")
	}
	op.Locale = clip(w.Locale, maxLocale)
	switch w.WriteOperation {
	case "", "append", "APPEND":
	case "replace", "REPLACE":
		op.Replace = true
	default:
		return fault.Field("bad_write_operation", "write_operation", "expected append or replace")
	}
	var err error
	if op.Given, err = contact.ParseTraits("traits", w.Traits); err != nil {
		return err
	}
	if op.Who.Email == "" {
		op.Who.Email = op.Given.Set["email"].Text
	}
	if string(w.Account) != "null" && len(w.Account) > 0 {
		op.Account, err = decodeAccount(w.Account)
	}
	return err
}

func decodeAccount(raw json.RawMessage) (*app.AccountTraits, error) {
	var w wireAccount
	if err := httpkit.Unmarshal(raw, &w); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(string(w.ID)) > maxName {
		return nil, fault.Field("too_long", "account.id", "expected at most 200 characters")
	}
	given, err := contact.ParseTraits("account", raw, "id", "name")
	return &app.AccountTraits{ID: string(w.ID), Name: string(w.Name), Given: given}, err
}

func (w *wireOp) track(op *app.Op) error {
	if n := utf8.RuneCountInString(w.Name); n == 0 || n > maxName {
		return fault.Field("bad_event_name", "name", "expected the event's name, 1 to 200 characters")
	}
	op.Name = w.Name
	var err error
	op.Given, err = contact.ParseTraits("properties", w.Properties)
	return err
}

func (w *wireOp) claim(op *app.Op) error {
	how, ok := launch.ParseLaunch(w.Launch)
	if !ok {
		return fault.Field("bad_launch", "launch", "expected trigger, manual or forced")
	}
	if w.Survey == "" {
		return fault.Field("no_survey", "survey", "expected the uuid or key of a survey")
	}
	if len(w.Tags) > maxTags {
		return fault.Field("too_many_tags", "tags", "expected at most 20 tags")
	}
	op.Survey, op.Launch, op.Event, op.Dry, op.Tags = w.Survey, how, w.Event, w.Dry, w.Tags
	return nil
}

func (w *wireOp) answers(op *app.Op) error {
	if w.View == ident.None {
		return fault.Field("no_view", "view", "expected the id of the view")
	}
	if w.Seq < 1 {
		return fault.Field("bad_seq", "seq", "expected a whole number from 1 that rises")
	}
	if len(w.Hidden) > response.MaxHidden {
		return fault.Field("too_many_fields", "hidden", "expected at most 100 hidden fields")
	}
	op.View, op.Seq, op.Answers, op.Hidden, op.Element = w.View, w.Seq, w.Answers, w.Hidden, clip(w.Element, 128)
	return nil
}
