package contact

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
)

// TextValue makes a text.
func TextValue(s string) Value { return Value{Type: Text, Text: s} }

// IntegerValue makes a whole number.
func IntegerValue(n int64) Value { return Value{Type: Integer, Int: n} }

// FloatValue makes a number with a fraction; f must be finite. There is one
// zero: -0 becomes 0, so that equal values are kept as equal bytes.
func FloatValue(f float64) Value { return Value{Type: Float, Float: f + 0} }

// BooleanValue makes a yes or no.
func BooleanValue(b bool) Value { return Value{Type: Boolean, Bool: b} }

// DateValue makes a date. Zero Micros is 1970-01-01 here, not "never".
func DateValue(at Micros) Value { return Value{Type: Date, Time: at} }

const dayMicros = Micros(24 * time.Hour / time.Microsecond)

// IsDay tells whether a date stands for a whole day rather than a moment:
// "2026-05-01" names the same day in every time zone. Exactly midnight UTC is
// what such a text is kept as.
func (v Value) IsDay() bool { return v.Type == Date && v.Time%dayMicros == 0 }

const (
	wireTime = "2006-01-02T15:04:05.000000Z"
	wireDay  = "2006-01-02"
)

// Wire gives the value as people and programs outside see it: string, int64,
// float64, bool, and for dates text in UTC with microseconds. The zero Value is nil.
func (v Value) Wire() any {
	switch v.Type {
	case Text:
		return v.Text
	case Integer:
		return v.Int
	case Float:
		return v.Float
	case Boolean:
		return v.Bool
	case Date:
		return time.UnixMicro(int64(v.Time)).UTC().Format(wireTime)
	}
	return nil
}

// String writes the value for a sentence: a day without its empty time of day.
func (v Value) String() string {
	switch v.Type {
	case Text:
		return v.Text
	case Integer:
		return strconv.FormatInt(v.Int, 10)
	case Float:
		return strconv.FormatFloat(v.Float, 'g', -1, 64)
	case Boolean:
		return strconv.FormatBool(v.Bool)
	case Date:
		at := time.UnixMicro(int64(v.Time)).UTC()
		if v.IsDay() {
			return at.Format(wireDay)
		}
		return at.Format(time.RFC3339Nano)
	}
	return ""
}

// MarshalJSON writes a form that UnmarshalJSON reads back with the same type:
// "text", 12, 12.0, true, {"t": microseconds}. It is for storage; see Wire.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.Type {
	case Text:
		return json.Marshal(v.Text)
	case Integer:
		return strconv.AppendInt(nil, v.Int, 10), nil
	case Float:
		return appendFloat(nil, v.Float)
	case Boolean:
		return strconv.AppendBool(nil, v.Bool), nil
	case Date:
		b := strconv.AppendInt([]byte(`{"t":`), int64(v.Time), 10)
		return append(b, '}'), nil
	}
	return nil, fmt.Errorf("value of type %q", v.Type)
}

// appendFloat always leaves a point or an exponent, the mark of a float.
func appendFloat(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("a float must be finite")
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return append(b, text...), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	if len(b) == 0 {
		return errors.New("a value is missing")
	}
	switch b[0] {
	case '"':
		*v = Value{Type: Text}
		return json.Unmarshal(b, &v.Text)
	case 't', 'f':
		*v = BooleanValue(b[0] == 't')
		return nil
	case '{':
		var date struct {
			T *int64 `json:"t"`
		}
		if err := json.Unmarshal(b, &date); err != nil || date.T == nil {
			return errors.New(`a date is {"t": microseconds}`)
		}
		*v = DateValue(Micros(*date.T))
		return nil
	}
	number, problem := parseNumber(string(b))
	if problem != "" {
		return errors.New("a value is " + problem)
	}
	*v = number
	return nil
}

// LogValue keeps what people told us out of the logs.
func (Value) LogValue() slog.Value { return slog.StringValue("[value]") }

// LogValue keeps what people told us out of the logs.
func (t Traits) LogValue() slog.Value {
	return slog.StringValue("[" + strconv.Itoa(len(t)) + " traits]")
}

// LogValue names the person by id alone.
func (p *Profile) LogValue() slog.Value {
	if p == nil {
		return slog.StringValue("[nobody]")
	}
	return slog.StringValue(p.ID.String())
}
