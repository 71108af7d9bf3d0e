package loadkit

import (
	"math/bits"
	"time"
)

// Latency is a histogram whose steps are 1/32 of a value: precise to 3 %.
type Latency struct {
	n     int
	steps [latencySteps]int
}

const latencySteps = 64 * 32

// Add counts one value.
func (l *Latency) Add(d time.Duration) {
	l.n++
	l.steps[stepOf(uint64(max(d, 0)))]++
}

// Merge adds what another one counted.
func (l *Latency) Merge(other *Latency) {
	l.n += other.n
	for i, n := range other.steps {
		l.steps[i] += n
	}
}

// Count is how many values there are.
func (l *Latency) Count() int { return l.n }

// Quantile gives the value below which the share q of all lies.
func (l *Latency) Quantile(q float64) time.Duration {
	rest := int(q * float64(l.n))
	for i, n := range l.steps {
		if rest -= n; rest < 0 {
			return time.Duration(valueOf(i))
		}
	}
	return 0
}

func stepOf(v uint64) int {
	if v < 32 {
		return int(v)
	}
	shift := bits.Len64(v) - 6
	return (shift+1)*32 + int(v>>shift) - 32
}

// valueOf is the lower end of a step.
func valueOf(step int) uint64 {
	if step < 32 {
		return uint64(step)
	}
	shift := step/32 - 1
	return uint64(step%32+32) << shift
}
