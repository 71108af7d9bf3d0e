package main

import (
	"context"
	"math"
)

// cell is one size of the world with the targets measured on it.
type cell struct {
	site            *site
	uniform, skewed *target
}

func newCell(s *site) *cell {
	return &cell{s, pingTarget("ping, uniform visitors", s, smallPing(uniform(s))), pingTarget("ping, skewed visitors", s, smallPing(skewed(s)))}
}

// growthBase measures the large cell of P-4 while its server is there.
func (b *bench) growthBase(ctx context.Context, s *site) error {
	few, err := b.small(ctx, "few", 100)
	if err != nil {
		return err
	}
	many := newCell(s)
	if err := b.closed(ctx, 2, few.uniform, many.uniform, few.skewed, many.skewed); err != nil {
		return err
	}
	name := "CPU of a ping, " + thousands(s.contacts) + " contacts over " + thousands(few.site.contacts)
	b.grows("P-4", name+", uniform visitors", many.uniform, few.uniform, "≤ 1.5 (at 10,000,000)")
	b.grows("P-4", name+", skewed visitors", many.skewed, few.skewed, "≤ 1.2 (at 10,000,000)")
	return few.site.server.Stop()
}

// small builds and opens a site with few contacts.
func (b *bench) small(ctx context.Context, name string, surveys int) (*cell, error) {
	s, err := b.build(ctx, name, b.size.few, surveys, 0)
	if err != nil {
		return nil, err
	}
	if err := b.open(ctx, s); err != nil {
		return nil, err
	}
	return newCell(s), b.check(ctx, s)
}

// growth measures P-5: the same visitors, three matching surveys, and ever
// more that do not match.
func (b *bench) growth(ctx context.Context) error {
	var targets []*target
	var sizes []float64
	for _, cfg := range []struct {
		name    string
		surveys int
	}{{"surveys-10", 10}, {"surveys-100", 100}, {"surveys-1000", 1000}} {
		c, err := b.small(ctx, cfg.name, cfg.surveys)
		if err != nil {
			return err
		}
		targets, sizes = append(targets, c.uniform), append(sizes, float64(cfg.surveys))
	}
	if err := b.closed(ctx, b.rounds, targets...); err != nil {
		return err
	}
	b.grows("P-5", "CPU of a ping, 100 surveys over 10", targets[1], targets[0], "≤ 1.2")
	b.grows("P-5", "CPU of a ping, 1,000 surveys over 100", targets[2], targets[1], "≤ 2")
	b.add(result{ID: "P-5", Name: "fitted exponent, 10 to 1,000 surveys", Value: exponent(sizes, targets), Unit: "", Goal: "≤ 0.2"})
	for _, t := range targets {
		if err := t.server.Stop(); err != nil {
			return err
		}
	}
	return nil
}

// exponent fits cost = a · size^e by least squares over logarithms.
func exponent(sizes []float64, targets []*target) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, t := range targets {
		x, y := math.Log(sizes[i]), math.Log(max(t.spend(), 1e-9))
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
