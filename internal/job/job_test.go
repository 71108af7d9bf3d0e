package job

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetentionPassesAtStartAndOnSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		passes := 0
		r := Retention{Every: time.Hour, Purge: func(context.Context) error {
			passes++
			return errors.New("a failed pass must not end the work")
		}}
		go func() { _ = r.Run(ctx) }()
		time.Sleep(3*time.Hour + time.Minute) // fake time
		synctest.Wait()
		cancel()
		if passes != 4 {
			t.Errorf("passes = %d, want 4 (at start, then hourly)", passes)
		}
	})
}
