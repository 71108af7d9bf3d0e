package sqlite

import (
	"time"
)

// The log is moved into the file when it holds some pages, or when writing
// pauses. A passive checkpoint disturbs nobody, but under endless writes it
// never catches up with the end of the log, which then is never reused and
// grows: past logPause pages the writer waits for the short rest.
const (
	checkpointEvery = 100 * time.Millisecond
	logCheckpoint   = 1_000 // pages of 4 KiB
	logPause        = 6_000
)

// checkpoints runs until the store closes.
func (s *Store) checkpoints(c *conn) {
	defer func() {
		if err := c.close(); err != nil {
			s.log.Error("close the database", "error", err)
		}
	}()
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	var seen, moved uint64 // commits at the last tick, and at the last complete checkpoint
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		n := s.finished.Load()
		if n == moved {
			continue
		}
		if done, err := s.checkpointOnce(c, n == seen); err != nil {
			s.checkpointFailed(err)
		} else if done {
			moved = n
		}
		seen = n
	}
}

// checkpointOnce does what the length of the log asks for and says whether
// everything was moved that was there when it began.
func (s *Store) checkpointOnce(c *conn, idle bool) (done bool, err error) {
	pages, moved, err := checkpoint(c, "noop")
	if err != nil || (pages-moved < logCheckpoint && !idle) {
		return false, err
	}
	pages, moved, err = checkpoint(c, "passive")
	if err != nil || pages < logPause {
		return moved == pages, err
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	pages, moved, err = checkpoint(c, "passive")
	return moved == pages, err
}

// checkpoint gives the pages in the log and how many of them are in the file.
func checkpoint(c *conn, mode string) (pages, moved int, err error) {
	_, err = c.one("pragma wal_checkpoint("+mode+")", nil, func(r *row) error {
		_, pages, moved = r.int(), r.int(), r.int()
		return nil
	})
	return pages, moved, err
}

// checkpointFailed tells a full disk, which may pass, from a sync that failed:
// after that nobody knows what is on disk, so nothing more may be promised.
func (s *Store) checkpointFailed(err error) {
	if !isFailedSync(err) {
		s.log.Warn("checkpoint put off", "error", err)
		return
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	s.fail(err)
}
