package sqlite

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// commitTo makes commit n change k.
func commitTo(c *cache[string, int], n uint64, k string, v int) {
	c.stage(k, change[int]{value: v})
	c.keepOwn()
	c.mark(n)
	c.publish(n)
}

func TestCacheShowsOnlyWhatAReadersCommitHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule   string
		before func(c *cache[string, int])
		asOf   uint64
		want   int // 0: not known
	}{
		{"a value holds from its commit on", func(c *cache[string, int]) { commitTo(c, 3, "k", 30) }, 3, 30},
		{"and later", func(c *cache[string, int]) { commitTo(c, 3, "k", 30) }, 9, 30},
		{"a reader from before does not see it", func(c *cache[string, int]) { commitTo(c, 3, "k", 30) }, 2, 0},
		{"what a reader read is seen by others as new as it", func(c *cache[string, int]) { c.add("k", 20, 2) }, 2, 20},
		{"what a reader read late does not hide a commit since", func(c *cache[string, int]) {
			commitTo(c, 3, "k", 30)
			c.add("k", 20, 2)
		}, 3, 30},
		{"while a commit is under way the key is nobody's", func(c *cache[string, int]) {
			commitTo(c, 3, "k", 30)
			c.stage("k", change[int]{value: 40})
			c.keepOwn()
			c.mark(4)
		}, 3, 0},
		{"nor can a reader add it then", func(c *cache[string, int]) {
			c.stage("k", change[int]{value: 40})
			c.keepOwn()
			c.mark(4)
			c.add("k", 30, 3)
		}, 3, 0},
		{"a commit that did not happen changes nothing", func(c *cache[string, int]) {
			commitTo(c, 3, "k", 30)
			c.stage("k", change[int]{value: 40})
			c.keepOwn()
			c.mark(4)
			c.unmark()
		}, 3, 30},
		{"what is staged is not committed", func(c *cache[string, int]) {
			c.stage("k", change[int]{value: 40})
			c.keepOwn()
		}, 9, 0},
		{"what is gone is not known", func(c *cache[string, int]) {
			commitTo(c, 3, "k", 30)
			c.stage("k", change[int]{gone: true})
			c.keepOwn()
			c.mark(4)
			c.publish(4)
		}, 4, 0},
		{"a value evicted after its commit cannot come back old", func(c *cache[string, int]) {
			commitTo(c, 3, "k", 30)
			for i := range 1000 {
				c.add(string(rune('ሀ'+i)), i, 3)
			}
			c.add("k", 20, 2)
		}, 9, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			cache := newCache[string, int](cacheShards * 4)
			c.before(cache)
			if got, _, _ := cache.get("k", c.asOf); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	const size = 160
	c := newCache[int, int](size)
	for i := range 10 * size {
		c.add(i, i, 1)
	}
	n := 0
	for i := range c.shards {
		n += len(c.shards[i].entries)
	}
	if n > size {
		t.Errorf("%d entries, want at most %d", n, size)
	}
}

// Writers move profiles forward while readers of every kind look: through the
// cache, through the database, and from the one to the other. No reader may
// see a profile go back, or two profiles of one transaction apart.
func TestReadersNeverSeeAnOldOrTornProfile(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"all cached": 0, "mostly evicted": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openAt(t, t.TempDir(), Options{CacheSize: size})
			project, pairs := ident.New(), make([][2]ident.ID, 40)
			for i := range pairs {
				pairs[i] = [2]ident.ID{ident.New(), ident.New()}
				put(t, s, project, pairs[i], 1)
			}
			var done atomic.Bool
			var writers, readers sync.WaitGroup
			for w := range 4 {
				writers.Go(func() {
					for n := 2; n < 150; n++ {
						put(t, s, project, pairs[w*10+rand.IntN(10)], n)
					}
				})
			}
			for range 4 {
				readers.Go(func() {
					seen := make([]int, len(pairs))
					for !done.Load() {
						lookAtPair(t, s, project, pairs, seen)
					}
				})
			}
			writers.Wait()
			done.Store(true)
			readers.Wait()
		})
	}
}

func put(t *testing.T, s *Store, project ident.ID, pair [2]ident.ID, views int) {
	t.Helper()
	if err := s.Write(ctx, func(w store.Writer) error {
		for _, id := range pair {
			if err := w.PutContact(ctx, project, &contact.Profile{ID: id, Views: views}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func lookAtPair(t *testing.T, s *Store, project ident.ID, pairs [][2]ident.ID, seen []int) {
	t.Helper()
	i, viaTable := rand.IntN(len(pairs)), rand.IntN(3)
	if err := s.Read(ctx, func(r store.Reader) error {
		var views [2]int
		for side, id := range pairs[i] {
			if viaTable == side {
				if _, err := r.ConfigRevision(ctx); err != nil {
					return err
				}
			}
			p, err := r.Contact(ctx, project, id)
			if err != nil {
				return err
			}
			views[side] = p.Views
		}
		if views[0] != views[1] || views[0] < seen[i] {
			t.Errorf("pair %d stands at %d and %d, and stood at %d before", i, views[0], views[1], seen[i])
		}
		seen[i] = views[0]
		return nil
	}); err != nil {
		t.Error(err)
	}
}
