package app

import (
	"context"
	"slices"
	"sync"

	"earshot/internal/ident"
	"earshot/internal/store"
)

// traitNames remembers which trait names of a project are registered, so that
// an identify with known names reads nothing. It only ever grows.
type traitNames struct {
	mu    sync.RWMutex
	known map[traitKey]struct{}
}

type traitKey struct{ owner, name string }

func loadTraitNames(ctx context.Context, r store.Reader, project ident.ID) (*traitNames, error) {
	all, err := r.Traits(ctx, project)
	if err != nil {
		return nil, err
	}
	t := &traitNames{known: make(map[traitKey]struct{}, len(all))}
	t.learn(all)
	return t, nil
}

func (t *traitNames) has(owner, name string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, ok := t.known[traitKey{owner, name}]
	return ok
}

// learn adds names whose registration has been committed.
func (t *traitNames) learn(traits []store.TraitInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, info := range traits {
		t.known[traitKey{info.Owner, info.Name}] = struct{}{}
	}
}

func hasTrait(all []store.TraitInfo, t store.TraitInfo) bool {
	return slices.ContainsFunc(all, func(have store.TraitInfo) bool { return have.Owner == t.Owner && have.Name == t.Name })
}
