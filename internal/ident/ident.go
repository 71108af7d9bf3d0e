// Package ident makes and reads the ids that Earshot shows in public.
//
// Every id is a UUID of version 4 (drawn) or 5 (derived): older clients of the
// compatible interface accept only versions 1 to 5 with the RFC variant.
package ident

import (
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"
)

// ID is a UUID. The zero value stands for "none".
type ID [16]byte

// None is the zero ID.
var None ID

// New draws a random id (version 4).
func New() ID { return ID(uuid.New()) }

// Derived gives the id (version 5) that the same space and name always lead to.
// Two nodes that meet the same person at the same moment so arrive at one key.
func Derived(space ID, name string) ID {
	return ID(uuid.NewSHA1(uuid.UUID(space), []byte(name)))
}

// Parse reads the 36-character form in any letter case. Other forms that some
// libraries accept (braces, urn:, no dashes) are refused: one id, one spelling.
func Parse(s string) (ID, error) {
	if len(s) != 36 {
		return None, fmt.Errorf("not a UUID: want 36 characters, got %d", len(s))
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return None, fmt.Errorf("not a UUID")
	}
	return ID(u), nil
}

// MustParse is Parse for constants in code and tests.
func MustParse(s string) ID {
	id, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return id
}

func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero tells whether the id is None; encoding/json's omitzero uses it.
func (id ID) IsZero() bool { return id == None }

// MarshalText writes the 36-character form, and nothing for None.
func (id ID) MarshalText() ([]byte, error) {
	if id == None {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads the 36-character form; empty text is None.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = None
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Value stores an id as 16 bytes, the same in every engine.
func (id ID) Value() (driver.Value, error) { return id[:], nil }

// Scan reads what Value stored.
func (id *ID) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != 16 {
		return fmt.Errorf("scan id: want 16 bytes, got %T", v)
	}
	copy(id[:], b)
	return nil
}
