package app

import (
	"context"
	"regexp"

	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
	"earshot/internal/team"
)

var keyForm = regexp.MustCompile(`^(ear_[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

// shortestKey is below what anybody would call a key.
const shortestKey = 16

// ProjectOfKey gives the project that an API key opens. Faults: key_missing and
// key_malformed, of kind Unsigned; key_not_found.
func (a *App) ProjectOfKey(ctx context.Context, plain string) (ident.ID, error) {
	if len(plain) < shortestKey {
		return ident.None, fault.New(fault.Unsigned, "key_missing", "No API key found in headers")
	}
	if !keyForm.MatchString(plain) {
		return ident.None, fault.New(fault.Unsigned, "key_malformed", "API key does not look valid")
	}
	var p team.Project
	err := a.store.Read(ctx, func(r store.Reader) (err error) {
		p, err = r.ProjectByKey(ctx, team.HashKey(plain))
		return err
	})
	return p.ID, err
}
