package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"earshot/internal/store"
	"earshot/internal/store/storetest"
)

func TestContract(t *testing.T) {
	for name, o := range map[string]Options{
		"with the usual cache":  {},
		"with next to no cache": {CacheSize: 1},
		"without a cache":       {CacheSize: -1, Readers: 2},
	} {
		o.Log = quiet // some of what the suite does is logged, rightly
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t,
				func(t *testing.T) store.Store { return openAt(t, t.TempDir(), o) },
				storetest.Reopen(func(t *testing.T, s store.Store) store.Store {
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					return openAt(t, filepath.Dir(s.(*Store).path), o)
				}))
		})
	}
}

func openAt(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
