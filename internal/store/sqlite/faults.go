package sqlite

import (
	"errors"

	"earshot/internal/fault"
)

var errLocked = errors.New("another process has the lock")

// outward gives an error of the engine the face that callers may act on.
// Faults, errors of the caller's own and ended contexts pass as they are.
func outward(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	switch {
	case isFull(err):
		return fault.New(fault.Unavailable, "storage_full", "The disk is full; nothing was stored.").Because(err)
	case isBusy(err):
		return fault.New(fault.Busy, "storage_busy", "Another process is writing; try again.").Because(err)
	case breaksTransaction(err):
		return fault.New(fault.Unavailable, "storage_failed", "The disk failed; nothing was stored.").Because(err)
	case isTaken(err):
		return fault.New(fault.Conflict, "already_exists", "This is stored already.").Because(err)
	}
	return err
}

func stopped(cause error) error {
	return fault.New(fault.Unavailable, "storage_failed",
		"The disk failed; nothing is stored until the server is restarted.").Because(cause)
}

func closed() error {
	return fault.New(fault.Unavailable, "storage_closed", "The server is shutting down.")
}

func missing(what string) error {
	return fault.New(fault.NotFound, what+"_not_found", "There is no such "+what+".")
}

func conflict(code, message string, cause error) error {
	return fault.New(fault.Conflict, code, message).Because(cause)
}

// taken turns a uniqueness error into a Conflict and leaves others alone.
func taken(err error, code, message string) error {
	if isTaken(err) {
		return conflict(code, message, err)
	}
	return outward(err)
}
