package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"

	"earshot/internal/loadkit"
	"earshot/internal/store/sqlite"
)

const (
	writeWorkers = 64
	batchOps     = 50
)

func durable(s *site, ops int) func(*rand.Rand, []byte) []byte {
	who := uniform(s)
	return func(r *rand.Rand, b []byte) []byte { return appendBatch(b, who(r), ops, r) }
}

// event is a request with one event, which the floors get as well.
func event(s *site) func(*rand.Rand, []byte) []byte {
	who := uniform(s)
	return func(r *rand.Rand, b []byte) []byte {
		b = append(appendWho(b, who(r)), `,"at":{"url":"https://app.example.com/plan","locale":"en-GB","device":"desktop"},"ops":[`...)
		return append(appendEvent(b, r), `]}`...)
	}
}

// writes measures P-2. An answer is a claim and a completion in one request,
// counted as one operation.
func (b *bench) writes(ctx context.Context, s *site) error {
	rows, err := b.floorServer(ctx, "sqlite")
	if err != nil {
		return err
	}
	nothing, err := b.floorServer(ctx, "nothing")
	if err != nil {
		return err
	}
	bare := &target{name: "bare SQLite", server: rows, path: "/", workers: writeWorkers, body: event(s), good: anyAnswer}
	none := &target{name: "nothing stored", server: nothing, path: "/", workers: writeWorkers, body: event(s), good: anyAnswer}
	mix := &target{name: "durable operations", server: s.server, path: s.path, workers: writeWorkers, body: durable(s, 1), good: loadkit.AllOK}
	events := &target{name: "events alone", server: s.server, path: s.path, workers: writeWorkers, body: event(s), good: loadkit.AllOK}
	batch := &target{name: "batches of 50", server: s.server, path: s.path, workers: writeWorkers, body: durable(s, batchOps), good: loadkit.AllOK}

	commits, floorCommits := s.commits(), commitsOf(rows)
	if err := b.closed(ctx, b.rounds, bare, mix, events); err != nil {
		return err
	}
	b.rowsPerCommit(s, rows, commits, floorCommits, bare, mix, events)
	if err := b.closed(ctx, 1, none, batch); err != nil {
		return err
	}
	if err := b.halfLoad(ctx, 2, bare, mix); err != nil {
		return err
	}
	for i := range batch.perSecond {
		batch.perSecond[i] *= batchOps
		batch.cpu[i] /= batchOps
	}
	b.versus("P-2", "durable operation, one a request", mix, bare, "≥ 0.85 of bare group-committed SQLite")
	b.versus("P-2", "durable event, one a request", events, bare, "≥ 0.85 of bare group-committed SQLite")
	b.versus("P-2", "durable operation, 50 a request", batch, mix, "≥ 8 of one a request")
	b.versus("P-2", "bare group-committed SQLite", bare, none, "floor; beside the same handler storing nothing")
	b.add(result{ID: "P-2", Name: "write-ahead log after it", Value: float64(s.logSize()) / (1 << 20), Unit: "MiB", Goal: "≤ 64"})
	if err := rows.Stop(); err != nil {
		return err
	}
	return nothing.Stop()
}

// rowsPerCommit says how well requests shared commits.
func (b *bench) rowsPerCommit(s *site, rows *loadkit.Server, ours, floors uint32, bare *target, mine ...*target) {
	seconds := (b.leadIn + b.round).Seconds()
	requests := func(t *target) (n float64) {
		for _, rate := range t.perSecond {
			n += rate * seconds
		}
		return n
	}
	var n float64
	for _, t := range mine {
		n += requests(t)
	}
	b.machine.RequestsPerCommit = round2(n / float64(max(1, s.commits()-ours)))
	b.machine.FloorPerCommit = round2(requests(bare) / float64(max(1, commitsOf(rows)-floors)))
}

func (s *site) commits() uint32 { return loadkit.Commits(filepath.Join(s.dir, sqlite.File)) }

func commitsOf(floor *loadkit.Server) uint32 {
	res, err := http.Get(fmt.Sprintf("http://%s/commits", floor.Addr))
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(io.LimitReader(res.Body, 20))
	n, _ := strconv.ParseUint(string(b), 10, 32)
	return uint32(n)
}
