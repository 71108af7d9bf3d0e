package survey

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// ShortText asks for one line.
type ShortText struct {
	Placeholder string `json:"placeholder,omitempty"`
	MinLength   int    `json:"min_length,omitempty"`
	MaxLength   int    `json:"max_length,omitempty"`   // default 500
	Pattern     string `json:"pattern,omitempty"`      // RE2, of the whole value
	PatternHint string `json:"pattern_hint,omitempty"` // what to type instead, shown when Pattern does not match
}

// LongText asks for several lines.
type LongText struct {
	Placeholder string `json:"placeholder,omitempty"`
	MinLength   int    `json:"min_length,omitempty"`
	MaxLength   int    `json:"max_length,omitempty"` // default 5000
}

// Lengths of texts in code points.
const (
	defaultShort = 500
	defaultLong  = 5000
	maxAnswer    = 10000
)

// Problems checks lengths and pattern.
func (o *ShortText) Problems() map[string]string {
	p := problems{}
	p.text(o.Placeholder, "placeholder")
	p.lengths(o.MinLength, o.MaxLength, defaultShort)
	p.text(o.PatternHint, "pattern_hint")
	p.add(o.PatternHint == "" || o.Pattern != "", "pattern_hint", "a pattern, too")
	_, err := wholePattern(o.Pattern)
	p.add(err == nil, "pattern", "a regular expression in RE2 syntax of at most 500 characters")
	return p
}

// Problems checks the lengths.
func (o *LongText) Problems() map[string]string {
	p := problems{}
	p.text(o.Placeholder, "placeholder")
	p.lengths(o.MinLength, o.MaxLength, defaultLong)
	return p
}

func (p problems) lengths(low, high, standard int) {
	p.add(high >= 0 && high <= maxAnswer, "max_length", fmt.Sprintf("1 to %d", maxAnswer))
	if high == 0 {
		high = standard
	}
	p.add(low >= 0 && low <= high, "min_length", fmt.Sprintf("0 to %d, the longest allowed", high))
}

func wholePattern(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > 500 {
		return nil, fmt.Errorf("pattern has %d bytes", len(pattern))
	}
	// Alone first: "a)(b" would become valid by the parentheses around it.
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

// Check accepts one line of text within the limits and matching the pattern.
func (o *ShortText) Check(raw json.RawMessage) (json.RawMessage, string) {
	v, expected := checkText(raw, o.MinLength, o.MaxLength, defaultShort)
	switch {
	case expected != "" || v == "":
		return nil, expected
	case strings.ContainsAny(v, "\r\n"):
		return nil, "one line of text"
	case o.Pattern == "":
		return stored(v), ""
	}
	pattern, err := wholePattern(o.Pattern)
	if err == nil && pattern.MatchString(v) {
		return stored(v), ""
	}
	if o.PatternHint != "" {
		return nil, o.PatternHint
	}
	return nil, "a text that matches " + o.Pattern
}

// Check accepts a text within the limits.
func (o *LongText) Check(raw json.RawMessage) (json.RawMessage, string) {
	v, expected := checkText(raw, o.MinLength, o.MaxLength, defaultLong)
	if expected != "" || v == "" {
		return nil, expected
	}
	return stored(v), ""
}

// checkText gives "" for a text without anything to see in it: no answer.
func checkText(raw json.RawMessage, low, high, standard int) (value, expected string) {
	v, ok := readText(raw)
	if !ok {
		return "", "a text"
	}
	if strings.TrimSpace(v) == "" {
		return "", ""
	}
	if high == 0 {
		high = standard
	}
	switch n := codePoints(v); {
	case n < low:
		return "", fmt.Sprintf("at least %d characters", low)
	case n > high:
		return "", fmt.Sprintf("at most %d characters", high)
	}
	return v, ""
}

// readText reads a JSON string without control characters other than tab and
// line breaks. Nothing is trimmed or normalised: what was typed is stored.
func readText(raw json.RawMessage) (string, bool) {
	var v string
	if len(raw) == 0 || raw[0] != '"' || !utf8.Valid(raw) || json.Unmarshal(raw, &v) != nil || broken(v, raw) {
		return "", false
	}
	return v, true
}

func stored(v string) json.RawMessage {
	raw, _ := marshal(v)
	return raw
}

// codePoints is the length people mean; an emoji of several parts counts each.
func codePoints(s string) int { return utf8.RuneCountInString(s) }
