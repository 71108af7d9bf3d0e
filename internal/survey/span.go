package survey

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people write it in a survey file: a whole number
// and a unit, "90s", "5m", "2h", "3d", "2w". A day is 24 hours.
type Span time.Duration

var spanUnits = []struct {
	suffix string
	unit   time.Duration
}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}

// ParseSpan reads a Span. The empty string is zero. At most 100 years.
func ParseSpan(s string) (Span, error) {
	if s == "" {
		return 0, nil
	}
	for _, u := range spanUnits {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > int64(100*365*24*time.Hour/u.unit) {
			break
		}
		return Span(time.Duration(n) * u.unit), nil
	}
	return 0, fmt.Errorf(`want a whole number and a unit such as "30s", "5m", "2h", "3d" or "2w", got %q`, s)
}

// Duration gives the span for time arithmetic.
func (s Span) Duration() time.Duration { return time.Duration(s) }

// String writes the span with the largest unit that divides it.
func (s Span) String() string {
	if s == 0 {
		return ""
	}
	for _, u := range spanUnits {
		if time.Duration(s)%u.unit == 0 {
			return strconv.FormatInt(int64(time.Duration(s)/u.unit), 10) + u.suffix
		}
	}
	return time.Duration(s).String()
}

// IsZero lets encoding/json omit an unset span.
func (s Span) IsZero() bool { return s == 0 }

// MarshalText writes what ParseSpan reads.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Span) UnmarshalText(b []byte) error {
	v, err := ParseSpan(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}
