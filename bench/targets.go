package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"earshot/internal/loadkit"
)

// target is one thing to measure: a kind of request to a server.
type target struct {
	name    string
	server  *loadkit.Server
	path    string
	workers int
	body    func(r *rand.Rand, b []byte) []byte
	good    func(answer []byte) bool

	perSecond []float64       // of each closed round
	cpu       []time.Duration // for one answer
	share     []float64
	p50, p99  []time.Duration // of each open round
}

// rate is the median over the rounds.
func (t *target) rate() float64 { return median(t.perSecond) }

// spend is the median of the CPU time for one answer, in µs.
func (t *target) spend() float64 { return float64(median(t.cpu)) / float64(time.Microsecond) }

// spread is how far apart the rounds lie, as a share of the median.
func (t *target) spread() float64 {
	return (slices.Max(t.perSecond) - slices.Min(t.perSecond)) / t.rate()
}

func median[T cmp.Ordered](list []T) T {
	var zero T
	if len(list) == 0 {
		return zero
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[(len(sorted)-1)/2]
}

// closed measures the targets at saturation: in turn, round after round, so
// that what disturbs the machine disturbs them all.
func (b *bench) closed(ctx context.Context, rounds int, targets ...*target) error {
	for range rounds {
		for _, t := range targets {
			out, err := t.load(b, 0).Run(ctx)
			if err != nil {
				return err
			}
			b.judge(t, out)
			t.perSecond = append(t.perSecond, out.PerSecond())
			t.cpu = append(t.cpu, out.CPUEach())
			t.share = append(t.share, out.Share())
		}
	}
	return nil
}

// halfLoad measures latency while requests arrive by themselves, at half of
// what each target can do.
func (b *bench) halfLoad(ctx context.Context, rounds int, targets ...*target) error {
	for range rounds {
		for _, t := range targets {
			out, err := t.load(b, t.rate()/2).Run(ctx)
			if err != nil {
				return err
			}
			b.judge(t, out)
			t.p50 = append(t.p50, out.Latency.Quantile(0.5))
			t.p99 = append(t.p99, out.Latency.Quantile(0.99))
		}
	}
	return nil
}

func (t *target) load(b *bench, rate float64) loadkit.Load {
	return loadkit.Load{
		Server: t.server, Path: t.path, Workers: t.workers, LeadIn: b.leadIn, For: b.round, Rate: rate, Body: t.body, Good: t.good,
	}
}

// judge keeps the rule that a figure with a failed answer in it is none.
func (b *bench) judge(t *target, out *loadkit.Outcome) {
	if out.Failed > 0 {
		b.void = append(b.void, fmt.Sprintf("%s: %d failed answers, the first: %s", t.name, out.Failed, out.Why))
	}
	b.machine.Failed += out.Failed
}

func anyAnswer([]byte) bool { return true }

// floorServer starts one of the floors.
func (b *bench) floorServer(ctx context.Context, name string) (*loadkit.Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir := b.stage.Path("floor-" + name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return b.stage.Start(ctx, loadkit.Program{Path: self, Args: []string{"floor", name, dir}, Core: serverCore}, "/readyz")
}

// check compares the server with the reference evaluator.
func (b *bench) check(ctx context.Context, s *site) error {
	const visitors = 500
	average, err := agrees(ctx, s, visitors)
	if err != nil {
		return fmt.Errorf("%d surveys: wrong answer: %w", s.surveys, err)
	}
	b.machine.Checked += visitors
	b.note("%d contacts, %d surveys: %d visitors checked against the reference, %.2f surveys armed on average", s.contacts, s.surveys, visitors, average)
	return nil
}

// note tells whoever watches how far it is.
func (b *bench) note(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
