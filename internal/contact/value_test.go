package contact_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

func TestValueJSONKeepsTheType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value contact.Value
		json  string
	}{
		{"text", contact.TextValue("a \"b\""), `"a \"b\""`},
		{"text that looks like a number", contact.TextValue("12"), `"12"`},
		{"empty text", contact.TextValue(""), `""`},
		{"integer", contact.IntegerValue(12), `12`},
		{"integer beyond 2^53", contact.IntegerValue(9007199254740993), `9007199254740993`},
		{"whole float", contact.FloatValue(12), `12.0`},
		{"fraction", contact.FloatValue(0.1), `0.1`},
		{"large float", contact.FloatValue(1e300), `1e+300`},
		{"true", contact.BooleanValue(true), `true`},
		{"false", contact.BooleanValue(false), `false`},
		{"date", contact.DateValue(1_700_000_000_000_000), `{"t":1700000000000000}`},
		{"the first moment of 1970", contact.DateValue(0), `{"t":0}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := json.Marshal(tt.value)
			if err != nil || string(b) != tt.json {
				t.Fatalf("marshal: %s, %v; want %s", b, err, tt.json)
			}
			var back contact.Value
			if err := json.Unmarshal(b, &back); err != nil || back != tt.value {
				t.Errorf("unmarshal: %+v, %v; want %+v", back, err, tt.value)
			}
		})
	}
}

func TestValueJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`[1]`, `{}`, `{"t":"x"}`, `1e400`, `99999999999999999999`} {
		var v contact.Value
		if err := json.Unmarshal([]byte(raw), &v); err == nil {
			t.Errorf("%s was read as %+v", raw, v)
		}
	}
	if b, err := json.Marshal(contact.Value{}); err == nil {
		t.Errorf("a value without type was written as %s", b)
	}
}

func TestValueString(t *testing.T) {
	t.Parallel()
	day, _ := contact.ParseDate("2026-05-01")
	moment, _ := contact.ParseDate("2026-05-01T08:30:00Z")
	tests := map[string]contact.Value{
		"Ada":                  contact.TextValue("Ada"),
		"-3":                   contact.IntegerValue(-3),
		"9.5":                  contact.FloatValue(9.5),
		"true":                 contact.BooleanValue(true),
		"2026-05-01":           contact.DateValue(day),
		"2026-05-01T08:30:00Z": contact.DateValue(moment),
		"":                     {},
	}
	for want, v := range tests {
		if got := v.String(); got != want {
			t.Errorf("String of %+v = %q, want %q", v, got, want)
		}
	}
}

func TestLogsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &contact.Profile{ID: ident.New(), Email: "ada@example.com", Traits: contact.Traits{"plan": contact.TextValue("secret")}}
	slog.New(slog.NewTextHandler(&out, nil)).Info("seen", "contact", p, "traits", p.Traits, "plan", p.Traits["plan"], "nobody", (*contact.Profile)(nil))
	if s := out.String(); strings.Contains(s, "ada@") || strings.Contains(s, "secret") || !strings.Contains(s, p.ID.String()) {
		t.Errorf("log line: %s", s)
	}
}
