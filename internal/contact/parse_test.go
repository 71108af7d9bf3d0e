package contact_test

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/internal/contact"
	"earshot/internal/fault"
)

// vectors is spec/vectors/traits.json.
type vectors struct {
	Slugs []struct {
		Shows string  `json:"shows"`
		Name  string  `json:"name"`
		Slug  *string `json:"slug"` // null: refused
	} `json:"slugs"`
	Values []struct {
		Shows string          `json:"shows"`
		Name  string          `json:"name"`
		Given json.RawMessage `json:"given"`
		Type  contact.Type    `json:"type"` // "": refused
		Wire  json.RawMessage `json:"wire"`
	} `json:"values"`
	Objects []struct {
		Shows   string                     `json:"shows"`
		Given   json.RawMessage            `json:"given"`
		Set     map[string]json.RawMessage `json:"set"`
		Unset   []string                   `json:"unset"`
		Refused []string                   `json:"refused"` // paths
	} `json:"objects"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	b, err := os.ReadFile("../../spec/vectors/traits.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSlugVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range readVectors(t).Slugs {
		t.Run(tt.Shows, func(t *testing.T) {
			t.Parallel()
			got, ok := contact.Slug(tt.Name)
			if ok != (tt.Slug != nil) || (ok && got != *tt.Slug) {
				t.Errorf("Slug(%q) = %q, %v", tt.Name, got, ok)
			}
			if again, _ := contact.Slug(got); ok && again != got {
				t.Errorf("Slug(%q) = %q: a slug must stay as it is", got, again)
			}
		})
	}
}

func TestValueVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range readVectors(t).Values {
		t.Run(tt.Shows, func(t *testing.T) {
			t.Parallel()
			got, ok := contact.ParseValue(tt.Name, decode(t, tt.Given))
			if ok != (tt.Type != "") || got.Type != tt.Type {
				t.Fatalf("ParseValue(%q, %s) = %+v, %v; want %q", tt.Name, tt.Given, got, ok, tt.Type)
			}
			if ok && wire(t, got) != string(tt.Wire) {
				t.Errorf("wire = %s, want %s", wire(t, got), tt.Wire)
			}
		})
	}
}

func TestObjectVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range readVectors(t).Objects {
		t.Run(tt.Shows, func(t *testing.T) {
			t.Parallel()
			got, err := contact.ParseTraits("traits", tt.Given)
			if len(tt.Refused) > 0 {
				paths := slices.Sorted(maps.Keys(fault.As(err).Fields))
				if !fault.Is(err, "traits_invalid") || !slices.Equal(paths, tt.Refused) {
					t.Errorf("err = %v, fields %v; want %v", err, paths, tt.Refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			set := map[string]string{}
			for name, v := range got.Set {
				set[name] = wire(t, v)
			}
			want := map[string]string{}
			for name, raw := range tt.Set {
				want[name] = string(raw)
			}
			if !maps.Equal(set, want) || !slices.Equal(got.Unset, tt.Unset) {
				t.Errorf("set %v unset %v; want %v, %v", set, got.Unset, want, tt.Unset)
			}
		})
	}
}

func decode(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func wire(t *testing.T, v contact.Value) string {
	t.Helper()
	b, err := json.Marshal(v.Wire())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParseValueOfGoValues(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 1, 12, 30, 0, 1500, time.UTC)
	tests := []struct {
		name string
		raw  any
		want contact.Value
		ok   bool
	}{
		{"an int is an integer", 7, contact.IntegerValue(7), true},
		{"an int64 keeps every digit", int64(math.MaxInt64), contact.IntegerValue(math.MaxInt64), true},
		{"a float64 stays a float", 7.0, contact.FloatValue(7), true},
		{"a time is a date, cut to microseconds", at, contact.DateValue(contact.At(at)), true},
		{"a time outside the years 1 to 9999 is refused", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), contact.Value{}, false},
		{"NaN is refused", math.NaN(), contact.Value{}, false},
		{"infinity is refused", math.Inf(-1), contact.Value{}, false},
		{"minus zero is zero", math.Copysign(0, -1), contact.FloatValue(0), true},
		{"nil is refused", nil, contact.Value{}, false},
		{"an object is refused", map[string]any{}, contact.Value{}, false},
		{"text that is not UTF-8 is refused", "a\xff", contact.Value{}, false},
		{"text with NUL is refused", "a\x00b", contact.Value{}, false},
		{"10,000 characters of four bytes are kept", strings.Repeat("🦉", 10_000), contact.TextValue(strings.Repeat("🦉", 10_000)), true},
		{"10,001 characters are refused", strings.Repeat("a", 10_001), contact.Value{}, false},
		{"a list that becomes too long is refused", []any{strings.Repeat("a", 9_000), strings.Repeat("a", 1_000)}, contact.Value{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := contact.ParseValue("x", tt.raw)
			if ok != tt.ok || (ok && got != tt.want) || math.Signbit(got.Float) {
				t.Errorf("got %+v, %v", got, ok)
			}
		})
	}
}

func TestParseTraitsLimits(t *testing.T) {
	t.Parallel()
	many := func(n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = `"t` + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)) + `":1`
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	tests := []struct {
		name string
		raw  string
		path string // "" when it is fine
	}{
		{"100 traits in one call", many(100), ""},
		{"101 traits in one call", many(101), "traits"},
		{"five objects within each other", `{"a":{"b":{"c":{"d":{"e":1}}}}}`, ""},
		{"six objects within each other", `{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}`, "traits.a.b.c.d.e"},
		{"a name that gets too long by flattening", `{"` + strings.Repeat("a", 100) + `":{"` + strings.Repeat("b", 28) + `":1}}`, "traits." + strings.Repeat("a", 100) + "." + strings.Repeat("b", 28)},
		{"a text that is too long names its trait", `{"ok":1,"bio":"` + strings.Repeat("é", 10_001) + `"}`, "traits.bio"},
		{"cut off in the middle", `{"a":1,"b":`, "traits"},
		{"something after the object", `{"a":1}{}`, "traits"},
		{"no object", `[1]`, "traits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := contact.ParseTraits("traits", json.RawMessage(tt.raw))
			if tt.path == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if f := fault.As(err); f.Code != "traits_invalid" || f.Fields[tt.path] == "" {
				t.Errorf("fault %q with fields %v, want field %q", f.Code, f.Fields, tt.path)
			}
		})
	}
}

func TestParseTraitsLeavesOut(t *testing.T) {
	t.Parallel()
	got, err := contact.ParseTraits("account", json.RawMessage(`{"id":"acme","name":"Acme","owner":{"id":7}}`), "id")
	want := contact.Traits{"name": contact.TextValue("Acme"), "owner_id": contact.IntegerValue(7)}
	if err != nil || !reflect.DeepEqual(got.Set, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, nothing := range []string{"", "null", " null ", "{}"} {
		if got, err := contact.ParseTraits("traits", json.RawMessage(nothing)); err != nil || len(got.Set) != 0 {
			t.Errorf("ParseTraits(%q) = %v, %v", nothing, got, err)
		}
	}
}

func FuzzParseTraits(f *testing.F) {
	f.Add([]byte(`{"plan":"pro","seats":12,"ratio":1.5,"admin":true,"born_at":"2001-02-03","gone":null}`))
	f.Add([]byte(`{"a":{"b":[1,"x",null,true]},"__proto__":{"x":1},"d_date":1700000000}`))
	f.Add([]byte(`{"n":1e400,"m":-0,"o":12345678901234567890}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		given, err := contact.ParseTraits("traits", raw)
		if err != nil {
			if f := fault.As(err); f.Kind != fault.Invalid || len(f.Fields) == 0 {
				t.Fatalf("not a fault about fields: %v", err)
			}
			return
		}
		for name, v := range given.Set {
			if slug, ok := contact.Slug(name); !ok || slug != name {
				t.Fatalf("%q is not a slug", name)
			}
			var back contact.Value
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &back); err != nil || back != v {
				t.Fatalf("%s became %+v (%v), was %+v", b, back, err, v)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-05-01", "20260501", "2026-05-01T10:00:00.5+02:00", "1700000000", "1700000000000", "0001-01-01T00:00:00+14:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := contact.ParseDate(s)
		if !ok {
			return
		}
		v := contact.DateValue(at)
		back, ok := contact.ParseDate(v.Wire().(string))
		if !ok || back != at {
			t.Fatalf("%q is %d, written as %q and read as %d", s, at, v.Wire(), back)
		}
	})
}
