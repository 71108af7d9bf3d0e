package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"earshot/internal/loadkit"
)

const visitorsAtOnce = 32

// killing is R1 on its way: load, SIGKILL, restart, and a look at everything
// that was acknowledged.
type killing struct {
	site    *site
	ledger  *ledger
	clients []*client
	random  *rand.Rand

	ready    []time.Duration
	missing  int // acknowledged, and not there
	altered  int // there, but not as acknowledged
	wrong    int // answers that an honest client must never get
	why      string
	unwhole  []string // what the integrity check said
	retried  int      // operations in flight at a kill and sent again
	stranger int      // rows that nobody sent
	twice    int
}

// durability is R1: acknowledged means on disk.
func (t *trust) durability(ctx context.Context) error {
	cycles, longest := 50, 1200*time.Millisecond
	if t.full {
		cycles, longest = 1000, 3*time.Second
	}
	s, err := t.newSite(ctx, "r1")
	if err != nil {
		return err
	}
	k := &killing{site: s, random: rand.New(rand.NewPCG(t.seed, 1))}
	if k.ledger, err = newLedger(t.stage.Path("r1.ledger")); err != nil {
		return err
	}
	defer k.ledger.close()
	for i := range visitorsAtOnce {
		k.clients = append(k.clients, newClient(i, t.seed))
	}
	for range cycles {
		if err := k.cycle(ctx, 200*time.Millisecond+time.Duration(k.random.Int64N(int64(longest-200*time.Millisecond)))); err != nil {
			return err
		}
	}
	if err := t.syncs(ctx, k); err != nil {
		return err
	}
	if err := k.checkAll(ctx); err != nil {
		return err
	}
	t.reportDurability(k, cycles)
	return nil
}

func (t *trust) reportDurability(k *killing, cycles int) {
	acked := fmt.Sprintf("%d in %d kills", k.ledger.count, cycles)
	t.none("R1", "acknowledged and missing", k.missing, acked)
	t.none("R1", "acknowledged and altered", k.altered, acked)
	t.none("R1", "stored twice, or never sent", k.twice+k.stranger, fmt.Sprintf("%d sent, %d again", len(k.ledger.views), k.retried))
	t.none("R1", "integrity checks not ok", len(k.unwhole), fmt.Sprint(cycles))
	t.none("R1", "answers that make no sense", k.wrong, acked)
	slices.Sort(k.ready)
	p99 := k.ready[len(k.ready)*99/100]
	t.report("R1", "ready again, p99", p99 <= 2*time.Second, p99.Round(time.Millisecond).String(), "2s")
	if k.why != "" {
		fmt.Println("     the first:", k.why)
	}
}

// cycle starts the server, looks at what the last kill left, loads it for a
// while and kills it.
func (k *killing) cycle(ctx context.Context, load time.Duration) error {
	server, err := k.site.start(ctx)
	if err != nil {
		return err
	}
	k.ready = append(k.ready, server.Ready)
	if err := k.checkFresh(ctx); err != nil {
		return err
	}
	said, err := integrity(ctx, k.site.database())
	if err != nil || said != "ok" {
		k.unwhole = append(k.unwhole, fmt.Sprint(said, err))
		k.note("integrity check: " + k.unwhole[0])
	}
	k.load(ctx, server, load)
	return errors.Join(k.ledger.settle(), ctx.Err())
}

// load lets every client work until the server is killed.
func (k *killing) load(ctx context.Context, server *loadkit.Server, d time.Duration) {
	var all sync.WaitGroup
	for _, c := range k.clients {
		all.Go(func() { c.work(ctx, server, k.site.path, k.ledger) })
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	server.Kill()
	all.Wait()
	for _, c := range k.clients {
		k.retried += c.retried
		c.retried = 0
		k.wrong += len(c.wrong)
		for _, w := range c.wrong {
			k.note(w)
		}
		c.wrong = nil
	}
}

func (k *killing) note(why string) {
	if k.why == "" {
		k.why = why
	}
}
