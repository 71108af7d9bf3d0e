// Package sqlite is the embedded storage engine: one file, one writer, no
// server to run. It keeps store.Store's promises with
//
//   - one goroutine that writes, committing many closures with one sync
//     (writer.go), so that "on disk" costs each visitor a share of a sync;
//   - a few connections that read snapshots of the write-ahead log, and never
//     wait for the writer (reader.go);
//   - a cache of profiles and identifiers that is exact because this engine
//     owns its file (cache.go);
//   - a connection of its own that moves the log into the file (checkpoint.go),
//     so that no visitor's commit has to.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/ident"
	"earshot/internal/store"
)

// File is the name of the database in the data directory. Beside it lie its
// log (-wal, -shm) and the lock of the process that serves it.
const File = "earshot.db"

const lockName = "earshot.lock"

// Options of Open. The zero value is right for a server.
type Options struct {
	// Shared opens the data beside a server that may be running, for commands
	// such as setup and apply: it may write configuration, and may read
	// everything, but refuses to write what belongs to contacts, because the
	// server keeps that in memory.
	Shared bool

	// CacheSize is how many profiles, and how many identifiers, are kept in
	// memory: 0 for DefaultCacheSize, negative for none.
	CacheSize int

	// Readers is how many snapshots can be read at once; 0 for one per
	// processor, at least 4 and at most 8.
	Readers int

	Log *slog.Logger // nil: slog.Default()
}

// DefaultCacheSize bounds the cache at about 35 MB with profiles of twenty
// traits (4 kB each once decoded).
const DefaultCacheSize = 8_000

// Pragmas of every connection that can write. FULL syncs the log at every
// commit; without it a power cut takes the last ones. fullfsync matters on
// macOS, where a plain sync stops in the drive's cache.
var durable = []string{"busy_timeout = 5000", "synchronous = full", "fullfsync = 1", "checkpoint_fullfsync = 1"}

// The writer leaves checkpoints to their own connection; a log that a long
// snapshot made large is cut back when it is next reused. Erased content is
// overwritten, not just unlinked.
var writing = append(durable[:len(durable):len(durable)],
	"wal_autocheckpoint = 0", "journal_size_limit = 67108864", "cache_size = -8192", "secure_delete = 1", "temp_store = memory")

var reading = []string{"busy_timeout = 5000", "query_only = 1", "cache_size = -2048", "temp_store = memory"}

// A command that runs beside a server reads much, once, and ends: it maps the
// file instead of copying it page by page. A server does not, because a disk that
// fails to read would then end the process instead of one request.
var readingOnce = append(reading[:len(reading):len(reading)], "mmap_size = 2147418112")

// Store is the engine. It implements store.Store.
type Store struct {
	log    *slog.Logger
	path   string
	shared bool
	unlock func()

	readers  chan *conn
	queue    chan *job
	profiles *cache[contactKey, *contact.Profile]
	people   *cache[identityKey, ident.ID]

	finished        atomic.Uint64 // number of the last commit, counted since Open; see cache
	writes, commits atomic.Int64

	gate    sync.Mutex // held for the length of a write transaction, or by a checkpoint that must have quiet
	failure error      // why writing stopped for good; behind gate
	failed  chan struct{}

	life    sync.RWMutex // orders calls and Close
	ending  bool
	calls   sync.WaitGroup
	stop    chan struct{}
	workers sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

type contactKey struct{ project, contact ident.ID }

type identityKey struct {
	project ident.ID
	kind    contact.IdentityKind
	value   string
}

// Open opens the data in dir, making both if need be. Faults: data_in_use if
// another server has it, schema_newer if a newer version wrote it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	s := &Store{
		log: o.Log, path: filepath.Join(dir, File), shared: o.Shared, unlock: func() {},
		queue: make(chan *job, maxGroup), failed: make(chan struct{}), stop: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.newCaches(o)
	if err := s.claim(ctx, dir); err != nil {
		return nil, err
	}
	if err := s.start(o); err != nil {
		s.unlock()
		return nil, err
	}
	return s, nil
}

func (s *Store) newCaches(o Options) {
	size := o.CacheSize
	if size == 0 {
		size = DefaultCacheSize
	}
	if o.Shared {
		size = -1
	}
	s.profiles = newCache[contactKey, *contact.Profile](size)
	s.people = newCache[identityKey, ident.ID](size)
}

// claim takes the directory and brings its schema up to date. A shared store
// needs the directory for itself only while it changes the schema.
func (s *Store) claim(ctx context.Context, dir string) error {
	if s.shared {
		current, err := isCurrent(s.path)
		if err != nil || current {
			return outward(err)
		}
	}
	release, err := lockFile(filepath.Join(dir, lockName))
	if errors.Is(err, errLocked) {
		return fault.Newf(fault.Unavailable, "data_in_use",
			"Another earshot process is using the data in %s; stop it first, or choose another directory.", dir).Because(err)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := prepare(ctx, s.path); err != nil {
		release()
		return outward(err)
	}
	if s.shared {
		release()
		return nil
	}
	s.unlock = release
	return nil
}

func (s *Store) start(o Options) error {
	n := o.Readers
	if n <= 0 {
		n = max(4, min(8, runtime.GOMAXPROCS(0)))
	}
	s.readers = make(chan *conn, n)
	w, err := connect(s.path, writing...)
	if err != nil {
		return outward(err)
	}
	k, err := connect(s.path, append(durable[:len(durable):len(durable)], "wal_autocheckpoint = 0")...)
	if err != nil {
		w.close()
		return outward(err)
	}
	pragmas := reading
	if s.shared {
		pragmas = readingOnce
	}
	for range n {
		c, err := connect(s.path, pragmas...)
		if err != nil {
			return outward(errors.Join(err, w.close(), k.close(), s.closeReaders()))
		}
		s.readers <- c
	}
	writer := newWriter(s, w)
	s.workers.Go(writer.run)
	s.workers.Go(func() { s.checkpoints(k) })
	return nil
}

// Stats counts since Open.
func (s *Store) Stats() store.Stats {
	return store.Stats{Writes: s.writes.Load(), Commits: s.commits.Load()}
}

// Failed is closed when the disk failed in a way after which nothing may be
// written: the process should end and be started anew, which recovers from
// what is really on disk. Reading still works.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// fail stops writing for good. The caller holds gate.
func (s *Store) fail(cause error) {
	if s.failure == nil {
		s.failure = cause
		s.log.Error("storage failed: writing has stopped", "error", cause)
		close(s.failed)
	}
}

// enter counts a call that Close has to wait for.
func (s *Store) enter() error {
	s.life.RLock()
	defer s.life.RUnlock()
	if s.ending {
		return closed()
	}
	s.calls.Add(1)
	return nil
}

// Close waits for running transactions and queued writes, then closes. Later
// calls do nothing.
func (s *Store) Close() error {
	s.life.Lock()
	if s.ending {
		s.life.Unlock()
		return nil
	}
	s.ending = true
	s.life.Unlock()

	s.calls.Wait()
	close(s.stop)
	s.workers.Wait()
	err := s.closeReaders()
	s.unlock()
	return err
}

func (s *Store) closeReaders() error {
	var errs []error
	for {
		select {
		case c := <-s.readers:
			errs = append(errs, c.close())
		default:
			return errors.Join(errs...)
		}
	}
}
