package survey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// problems collects what is wrong: field -> what was expected. The first
// finding about a field stays.
type problems map[string]string

func (p problems) add(ok bool, field, expected string) {
	if _, known := p[field]; !ok && !known {
		p[field] = expected
	}
}

// oneOf allows "" for the default.
func (p problems) oneOf(value, field string, allowed ...string) {
	p.add(value == "" || slices.Contains(allowed, value), field, "one of "+strings.Join(allowed, ", "))
}

// text bounds a short text such as a label.
func (p problems) text(value, field string) {
	p.add(codePoints(value) <= MaxLabel, field, fmt.Sprintf("at most %d characters", MaxLabel))
}

// whole reads a JSON whole number as it is written: 9, not 9.0, 9e0 or "9".
func whole(raw json.RawMessage) (int, bool) {
	n, err := strconv.ParseInt(string(raw), 10, 32)
	return int(n), err == nil && raw[0] != '+'
}

// checkWhole is Check of the types whose answer is a whole number.
func checkWhole(raw json.RawMessage, low, high int) (json.RawMessage, string) {
	n, ok := whole(raw)
	if !ok || n < low || n > high {
		return nil, fmt.Sprintf("a whole number from %d to %d", low, high)
	}
	return json.RawMessage(strconv.Itoa(n)), ""
}
