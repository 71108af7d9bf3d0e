package app

import (
	"time"

	"earshot/internal/contact"
	"earshot/internal/launch"
)

// A limit over all contacts needs a number that every claim can read and one
// row can hold: a counter, kept in buckets of time where the limit looks at a
// moving window.

// counterName keeps the count since ever apart from the windowed one.
func counterName(n launch.Need) string {
	if n.Per == 0 {
		return n.What
	}
	return n.What + "/" + n.Per.String()
}

// bucketOf gives the bucket of a moment: a hundredth of the window, at least a
// minute. Without a window there is one bucket.
func bucketOf(at contact.Micros, per time.Duration) contact.Micros {
	if per == 0 {
		return 0
	}
	width := contact.Micros(max(per/100, time.Minute).Microseconds())
	return at - at%width
}

// windowStart is the first bucket that a window up to now touches. The whole
// bucket counts, so that a limit may hold back a hundredth of its window
// longer than it must, and is never exceeded.
func windowStart(now contact.Micros, per time.Duration) contact.Micros {
	if per == 0 {
		return 0
	}
	return bucketOf(now-contact.Micros(per.Microseconds()), per)
}
