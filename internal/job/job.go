// Package job holds work that no request waits for.
package job

import (
	"context"
	"time"
)

// Retention removes what has been kept long enough, in passes.
type Retention struct {
	Every time.Duration
	Purge func(ctx context.Context) error // logs its own failures
}

// Run makes a pass at start and then every Every, until ctx ends. A failed
// pass is tried again next time; a lost night of cleaning is not worth
// stopping the server for.
func (r Retention) Run(ctx context.Context) error {
	tick := time.NewTicker(r.Every)
	defer tick.Stop()
	for {
		if err := r.Purge(ctx); err != nil && ctx.Err() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
