package main

import (
	"context"
	"math/rand/v2"

	"earshot/internal/loadkit"
)

const pingWorkers = 32

func pingTarget(name string, s *site, body func(r *rand.Rand, b []byte) []byte) *target {
	return &target{name: name, server: s.server, path: s.path, workers: pingWorkers, body: body, good: loadkit.AllOK}
}

// uniform draws every visitor alike.
func uniform(s *site) func(*rand.Rand) uint64 {
	return func(r *rand.Rand) uint64 { return r.Uint64N(uint64(s.contacts)) }
}

// skewed draws 90 % of visits from 1 % of visitors.
func skewed(s *site) func(*rand.Rand) uint64 {
	few := uint64(max(1, s.contacts/100))
	return func(r *rand.Rand) uint64 {
		if r.IntN(10) < 9 {
			return r.Uint64N(few)
		}
		return r.Uint64N(uint64(s.contacts))
	}
}

func smallPing(who func(*rand.Rand) uint64) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, b []byte) []byte { return appendSmallPing(b, who(r)) }
}

func fullPing(who func(*rand.Rand) uint64) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, b []byte) []byte { return appendFullPing(b, who(r), r) }
}

// pings measures P-1 and, while it is at it, P-6.
func (b *bench) pings(ctx context.Context, s *site, idle float64) error {
	server, err := b.floorServer(ctx, "http")
	if err != nil {
		return err
	}
	bare := &target{name: "bare handler", server: server, path: "/", workers: pingWorkers, body: fullPing(uniform(s)), good: anyAnswer}
	full := pingTarget("ping, 530 B", s, fullPing(uniform(s)))
	small := pingTarget("ping, 90 B", s, smallPing(uniform(s)))
	if err := b.closed(ctx, b.rounds, bare, full, small); err != nil {
		return err
	}
	_, peak := s.server.Memory()
	if err := b.halfLoad(ctx, 2, bare, full, small); err != nil {
		return err
	}
	b.versus("P-1", "ping with its facts in the request (530 B)", full, bare, "≥ 0.50 of the bare handler")
	b.versus("P-1", "ping with the profile from the store (90 B)", small, bare, "≥ 0.40 of the bare handler")
	b.add(result{ID: "P-6", Name: "memory when idle", Value: idle, Unit: "MiB", Goal: "≤ 40"})
	b.add(result{ID: "P-6", Name: "memory at its highest under pings", Value: peak, Unit: "MiB", Goal: "≤ 128"})
	b.machine.CoreShare = median(append(full.share, small.share...))
	return server.Stop()
}
