package main

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	engine "modernc.org/sqlite"
)

// rowStore is bare group-committed SQLite: one table with one secondary index,
// one row a request, one goroutine that commits what waits with a full sync,
// checkpoints on a connection of their own. It talks to the driver as the
// engine does, below database/sql, or the floor would lie too low.
type rowStore struct {
	writer, checkpointer driver.Conn
	queue                chan *rowJob
	commits              atomic.Int64
	stop                 chan struct{}
	workers              sync.WaitGroup
}

type rowJob struct {
	user string
	body []byte
	done chan error
}

// rowGroup is how many rows share a commit at most, as in the engine.
const rowGroup = 64

func openRows(path string) (*rowStore, error) {
	_, _ = engine.Fdatasync(true)
	s := &rowStore{queue: make(chan *rowJob, rowGroup), stop: make(chan struct{})}
	var err error
	if s.writer, err = openRaw(path); err != nil {
		return nil, err
	}
	if s.checkpointer, err = openRaw(path); err != nil {
		return nil, err
	}
	if err := execRaw(s.writer, `create table if not exists event (id blob not null, user text not null, at integer not null, body text not null);
		create index if not exists event_user on event (user, at)`); err != nil {
		return nil, err
	}
	s.workers.Go(s.write)
	s.workers.Go(s.checkpoint)
	return s, nil
}

func openRaw(path string) (driver.Conn, error) {
	connector, err := engine.NewConnector("file:" + path)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	for _, p := range []string{"busy_timeout = 5000", "journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 0", "cache_size = -16384"} {
		if err := execRaw(c, "pragma "+p); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func execRaw(c driver.Conn, query string) error {
	_, err := c.(driver.ExecerContext).ExecContext(context.Background(), query, nil)
	return err
}

func (s *rowStore) keep(in floorRequest, body []byte) error {
	j := &rowJob{user: in.Who.ID, body: body, done: make(chan error, 1)}
	s.queue <- j
	return <-j.done
}

func (s *rowStore) write() {
	prepare := func(query string) driver.StmtExecContext {
		st, err := s.writer.Prepare(query)
		if err != nil {
			panic(err) // the statements below are constants
		}
		return st.(driver.StmtExecContext)
	}
	begin, commit := prepare("begin immediate"), prepare("commit")
	insert := prepare("insert into event (id, user, at, body) values (?, ?, ?, ?)")
	group := make([]*rowJob, 0, rowGroup)
	for {
		select {
		case <-s.stop:
			return
		case j := <-s.queue:
			runtime.Gosched() // without it groups shrink to one row
			group = append(group[:0], j)
		}
		for more := true; more && len(group) < rowGroup; {
			select {
			case j := <-s.queue:
				group = append(group, j)
			default:
				more = false
			}
		}
		err := commitRows(begin, insert, commit, group)
		s.commits.Add(1)
		for _, j := range group {
			j.done <- err
		}
	}
}

func commitRows(begin, insert, commit driver.StmtExecContext, group []*rowJob) error {
	ctx := context.Background()
	_, err := begin.ExecContext(ctx, nil)
	for _, j := range group {
		var id [16]byte
		_, _ = rand.Read(id[:])
		_, failed := insert.ExecContext(ctx, []driver.NamedValue{
			{Ordinal: 1, Value: id[:]}, {Ordinal: 2, Value: j.user},
			{Ordinal: 3, Value: time.Now().UnixMicro()}, {Ordinal: 4, Value: string(j.body)},
		})
		err = errors.Join(err, failed)
	}
	_, failed := commit.ExecContext(ctx, nil)
	return errors.Join(err, failed)
}

func (s *rowStore) checkpoint() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
			_ = execRaw(s.checkpointer, "pragma wal_checkpoint(passive)")
		}
	}
}

func (s *rowStore) close() {
	close(s.stop)
	s.workers.Wait()
	_ = s.checkpointer.Close()
	_ = s.writer.Close()
}
