package main

import (
	"context"
	"time"
)

// starts measures P-7: from the start of the process to its first answer.
func (b *bench) starts(ctx context.Context, s *site) error {
	var took []time.Duration
	for range 5 {
		if err := b.open(ctx, s); err != nil {
			return err
		}
		took = append(took, s.server.Ready)
		if err := s.server.Stop(); err != nil {
			return err
		}
	}
	b.add(result{
		ID: "P-7", Name: "start until ready, " + thousands(s.responses) + " responses stored",
		Value: median(took).Seconds(), Unit: "s", Goal: "≤ 1 (with 1,000,000)",
	})
	return nil
}
