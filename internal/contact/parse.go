package contact

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxTextLength bounds a text value, in code points.
const MaxTextLength = 10_000

// ParseValue recognises the type of a value that arrived for a trait. The name
// is a slug, and matters: dates are known by a name that ends in _at or _date.
// raw is what encoding/json gives (with json.Number or float64), a Go number, a
// time.Time, or a list of such, which is kept as one text, "a, b". It is false for
// anything else, for nil, and for what breaks a limit.
func ParseValue(name string, raw any) (Value, bool) {
	v, problem := parseValue(name, raw)
	return v, problem == ""
}

// parseValue is ParseValue that says what was expected when it refuses.
func parseValue(name string, raw any) (Value, string) {
	v, problem := parseScalar(raw)
	if list, ok := raw.([]any); ok {
		v, problem = parseList(list)
	}
	if problem == "" && isDateName(name) {
		if at, ok := parseDate(v); ok {
			return DateValue(at), ""
		}
	}
	return v, problem
}

func parseScalar(raw any) (Value, string) {
	switch raw := raw.(type) {
	case string:
		return parseText(raw)
	case bool:
		return BooleanValue(raw), ""
	case json.Number:
		return parseNumber(string(raw))
	case int:
		return IntegerValue(int64(raw)), ""
	case int64:
		return IntegerValue(raw), ""
	case float64:
		if math.IsNaN(raw) || math.IsInf(raw, 0) {
			return Value{}, "a finite number"
		}
		return FloatValue(raw), ""
	case time.Time:
		if !inYears(raw) {
			return Value{}, "a date of the years 1 to 9999"
		}
		return DateValue(Micros(raw.UnixMicro())), ""
	}
	return Value{}, "a text, number, true, false, date, or a list of these"
}

func parseText(s string) (Value, string) {
	switch {
	case len(s) > MaxTextLength && utf8.RuneCountInString(s) > MaxTextLength:
		return Value{}, fmt.Sprintf("a text of at most %d characters", MaxTextLength)
	case !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0:
		return Value{}, "a text of valid UTF-8 without NUL"
	}
	return TextValue(s), ""
}

// parseNumber keeps whole numbers exact. One that int64 cannot hold is refused
// rather than rounded: it is an identifier of somebody, not a quantity.
func parseNumber(s string) (Value, string) {
	if !strings.ContainsAny(s, ".eE") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return Value{}, "a whole number that fits 64 bits, or a text"
		}
		return IntegerValue(n), ""
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return Value{}, "a number of at most 1.8e308"
	}
	return FloatValue(f), ""
}

// parseList joins a list's values into one text. Values inside a list are never
// dates, and null is left out.
func parseList(list []any) (Value, string) {
	var parts []string
	for _, raw := range list {
		if raw == nil {
			continue
		}
		v, problem := parseScalar(raw)
		if problem != "" {
			return Value{}, "a list of texts, numbers, true or false"
		}
		parts = append(parts, v.String())
	}
	return parseText(strings.Join(parts, ", "))
}

func isDateName(name string) bool {
	return strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_date")
}

func parseDate(v Value) (Micros, bool) {
	switch v.Type {
	case Text:
		return ParseDate(v.Text)
	case Integer:
		return unixDate(v.Int, 0)
	case Float:
		whole, fraction := math.Modf(v.Float)
		if math.Abs(whole) < firstMilli {
			return unixDate(int64(whole), fraction)
		}
	}
	return 0, false
}

// ParseDate reads a date as ISO 8601 writes it: 2026-05-01, 20260501, or with a
// time of day (T or a space between, seconds and fraction optional) and a zone;
// without a zone it is UTC. Ten digits are Unix seconds, thirteen milliseconds.
// Years run from 1 to 9999.
func ParseDate(s string) (Micros, bool) {
	s = strings.TrimSpace(s)
	if len(s) < len("20060102") || len(s) > 40 || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	if len(s) == 10 || len(s) == 13 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return unixDate(n, 0)
		}
	}
	for _, layout := range layoutsOf(s) {
		if at, err := time.Parse(layout, s); err == nil {
			return Micros(at.UnixMicro()), inYears(at)
		}
	}
	return 0, false
}

// layoutsOf narrows the many spellings to those with this separator, so that
// a text that is no date is found out quickly.
func layoutsOf(s string) []string {
	switch {
	case len(s) == len("20060102"):
		return []string{"20060102"}
	case len(s) == len(wireDay):
		return []string{wireDay}
	case len(s) < len(wireDay)+len("T00:00"):
		return nil
	case s[10] == 'T':
		return layoutsT
	case s[10] == ' ':
		return layoutsSpace
	}
	return nil
}

// Go reads a fraction after the seconds without being told to.
var (
	layoutsT     = withZones("2006-01-02T15:04:05", "2006-01-02T15:04")
	layoutsSpace = withZones("2006-01-02 15:04:05", "2006-01-02 15:04")
)

func withZones(moments ...string) []string {
	var layouts []string
	for _, moment := range moments {
		for _, zone := range []string{"Z07:00", "", "Z0700", "Z07", " Z07:00", " Z0700", " UTC"} {
			layouts = append(layouts, moment+zone)
		}
	}
	return layouts
}

// Below this, a number of Unix time is seconds (until the year 5138), from it
// on milliseconds (since March 1973).
const firstMilli = 100_000_000_000

func unixDate(n int64, fraction float64) (Micros, bool) {
	var at time.Time
	switch {
	case -firstMilli < n && n < firstMilli:
		at = time.UnixMicro(n*1e6 + int64(math.Round(fraction*1e6)))
	case -1000*firstMilli < n && n < 1000*firstMilli:
		at = time.UnixMilli(n)
	default:
		return 0, false
	}
	return Micros(at.UnixMicro()), inYears(at)
}

func inYears(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 1 && year <= 9999
}
