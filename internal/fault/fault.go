// Package fault describes what went wrong in terms a caller can act on.
//
// A fault has two audiences. Kind, Code, Message and Fields are for whoever
// made the request and may be shown to them. The wrapped cause is for the
// operator and only ever reaches the log.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what the caller can do about a failure. There are few on purpose:
// a new kind needs a new reaction, not just a new reason.
type Kind string

// The kinds. httpkit turns each into one HTTP status.
const (
	Invalid     Kind = "invalid"     // fix the request
	TooLarge    Kind = "too_large"   // send less
	NotFound    Kind = "not_found"   // ask for something else
	Conflict    Kind = "conflict"    // re-read, then try again
	Denied      Kind = "denied"      // ask someone with more rights
	Unsigned    Kind = "unsigned"    // sign in, or send a key
	Busy        Kind = "busy"        // the same request may work later
	Unavailable Kind = "unavailable" // the server cannot keep anything now
	Internal    Kind = "internal"    // not the caller's doing
)

// Error is a failure with a public face.
type Error struct {
	Kind    Kind
	Code    string            // stable, lower_snake; a promise to callers
	Message string            // a sentence that is safe to show
	Fields  map[string]string // path of a field -> what was expected there
	cause   error             // for the log only
}

// New makes a fault. The message is a sentence for the caller.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Newf is New with a formatted message. Never format a private cause into it.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Field is an Invalid fault about one named field.
func Field(code, path, expected string) *Error {
	e := New(Invalid, code, path+": "+expected)
	e.Fields = map[string]string{path: expected}
	return e
}

// Because attaches the private cause and returns e.
func (e *Error) Because(err error) *Error {
	e.cause = err
	return e
}

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.Message + ": " + e.cause.Error()
	}
	return e.Code + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.cause }

// As finds the public face of err. Anything without one is Internal, so that
// an unforeseen error can never leak its text to a client.
func As(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return New(Internal, "internal", "Something went wrong on our side.").Because(err)
}

// Is tells whether err is a fault with this code.
func Is(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}
