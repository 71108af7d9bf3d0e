package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// Compare a sub-benchmark only with its neighbours of the same run: what a
// sync costs differs by machine and by minute.

// BenchmarkWrite is one durable event per operation; "bare" is the floor: the
// same row by the same driver in the same groups, with nothing around it.
func BenchmarkWrite(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("bare/%d", callers), func(b *testing.B) { benchBare(b, callers) })
		b.Run(fmt.Sprintf("event/%d", callers), func(b *testing.B) {
			s := openAt(b, b.TempDir(), Options{})
			project, properties := ident.New(), exampleTraits(3)
			concurrently(b, callers, func() error {
				return s.Write(context.Background(), func(w store.Writer) error {
					return w.PutEvent(context.Background(), project, contact.Event{
						ID: ident.New(), Contact: ident.New(), Name: "saved", Properties: properties, At: 1,
					})
				})
			})
			b.ReportMetric(float64(s.Stats().Writes)/float64(max(1, s.Stats().Commits)), "rows/commit")
		})
		b.Run(fmt.Sprintf("profile/%d", callers), func(b *testing.B) {
			s := openAt(b, b.TempDir(), Options{})
			project, ids := fill(b, s, 10_000)
			concurrently(b, callers, func() error {
				return s.Write(context.Background(), func(w store.Writer) error {
					p, err := w.Contact(context.Background(), project, ids[rand.IntN(len(ids))])
					if err != nil {
						return err
					}
					p = p.Clone()
					p.LastSeen++
					return w.PutContact(context.Background(), project, p)
				})
			})
			b.ReportMetric(float64(s.Stats().Writes)/float64(max(1, s.Stats().Commits)), "rows/commit")
		})
	}
}

func benchBare(b *testing.B, callers int) {
	s := openAt(b, b.TempDir(), Options{}) // for its file, tables and checkpoints only
	c, err := connect(filepath.Join(filepath.Dir(s.path), File), writing...)
	if err != nil {
		b.Fatal(err)
	}
	defer c.close()
	queue := make(chan chan error, maxGroup)
	project := ident.New()
	go func() {
		group := make([]chan error, 0, maxGroup)
		for first := range queue {
			runtime.Gosched()
			group = append(group[:0], first)
			for len(group) < maxGroup && len(queue) > 0 {
				group = append(group, <-queue)
			}
			_, err := c.exec("begin immediate")
			for range group {
				if err == nil {
					_, err = c.exec("insert into event (project_id, contact_id, event_id, name, properties, at, sent_at) values (?, ?, ?, ?, ?, ?, ?)",
						project, ident.New(), ident.New(), "saved", `{"trait_0":"value 0","trait_1":"value 1","trait_2":"value 2"}`, 1, 0)
				}
			}
			if err == nil {
				_, err = c.exec("commit")
			}
			s.finished.Add(1) // so that checkpoints see that there is something to do
			for _, done := range group {
				done <- err
			}
		}
	}()
	concurrently(b, callers, func() error {
		done := make(chan error, 1)
		queue <- done
		return <-done
	})
	close(queue)
}

// BenchmarkReadProfile reads one of 100,000 profiles of 20 traits.
func BenchmarkReadProfile(b *testing.B) {
	dir := b.TempDir()
	s := openAt(b, dir, Options{CacheSize: -1})
	project, ids := fill(b, s, 100_000)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		cache int
		among int
	}{
		{"uncached/uniform", -1, len(ids)},
		{"cached/uniform", 0, len(ids)},
		{"cached/hot", 0, 1000},
	} {
		for _, callers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%d", c.name, callers), func(b *testing.B) {
				s := openAt(b, dir, Options{CacheSize: c.cache})
				defer s.Close()
				concurrently(b, callers, func() error {
					return s.Read(context.Background(), func(r store.Reader) error {
						_, err := r.Contact(context.Background(), project, ids[rand.IntN(c.among)])
						return err
					})
				})
			})
		}
	}
}

// concurrently spreads b.N calls over callers.
func concurrently(b *testing.B, callers int, call func() error) {
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := call(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
}

func exampleTraits(n int) contact.Traits {
	traits := make(contact.Traits, n)
	for i := range n {
		traits[fmt.Sprintf("trait_%d", i)] = contact.Value{Type: contact.Text, Text: fmt.Sprintf("value %d", i)}
	}
	return traits
}

// fill stores n profiles, each with the user id of its number.
func fill(b testing.TB, s *Store, n int) (project ident.ID, ids []ident.ID) {
	b.Helper()
	ctx := context.Background()
	project = ident.New()
	traits := exampleTraits(20)
	for len(ids) < n {
		if err := s.Write(ctx, func(w store.Writer) error {
			for range min(1000, n-len(ids)) {
				p := &contact.Profile{
					ID: ident.New(), UserID: fmt.Sprint(len(ids)), Traits: traits, FirstSeen: 1, LastSeen: 1,
					Events: map[string]*contact.EventCount{"saved": {Count: 1, First: 1, Last: 1, Days: []contact.DayCount{{Day: 1, N: 1}}}},
				}
				if err := w.PutContact(ctx, project, p); err != nil {
					return err
				}
				if err := w.PutIdentity(ctx, project, contact.ByUserID, p.UserID, p.ID); err != nil {
					return err
				}
				ids = append(ids, p.ID)
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	return project, ids
}
