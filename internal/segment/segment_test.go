package segment_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/segment"
)

var now = time.Date(2026, 5, 15, 14, 0, 0, 0, time.UTC)

func mustDecode(t testing.TB, raw string) segment.Condition {
	t.Helper()
	c, err := segment.Decode([]byte(raw), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDecodeNamesThePath(t *testing.T) {
	t.Parallel()
	_, err := segment.Decode([]byte(`{"all":[{"trait":"plan","op":"is","value":"pro"},{"trait":"seats","op":"greater","value":5}]}`), "audience.conditions")
	f := fault.As(err)
	want := f.Fields["audience.conditions.all[1].op"]
	if f.Kind != fault.Invalid || !strings.HasPrefix(want, "one of is, is_not, ") || !strings.Contains(f.Message, "audience.conditions.all[1].op") {
		t.Errorf("kind %s, message %q, fields %v", f.Kind, f.Message, f.Fields)
	}
	for _, op := range segment.Operators() {
		if !strings.Contains(want, op) {
			t.Errorf("%q is not among what was expected: %s", op, want)
		}
	}
}

func TestDecodeRefusesDamagedJSON(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{`, `{"all":`, `{"all":[}`, `{"trait":"plan"`, `{"trait":"plan","op":"is","value":"pro"} x`,
		`{"trait":"plan","trait":"plan","op":"is","value":"pro"}`,
	} {
		if _, err := segment.Decode([]byte(raw), "conditions"); !fault.Is(err, "condition_invalid") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestDecodeLimits(t *testing.T) {
	t.Parallel()
	leaf := `{"trait":"plan","op":"is","value":"pro"}`
	list := func(n int, of string) string { return "[" + strings.TrimSuffix(strings.Repeat(of+",", n), ",") + "]" }
	tests := []struct {
		name string
		raw  string
		fine bool
	}{
		{"a hundred comparisons", `{"any":` + list(segment.MaxLeaves, leaf) + `}`, true},
		{"a hundred and one", `{"any":` + list(segment.MaxLeaves+1, leaf) + `}`, false},
		{"as many values as allowed", `{"trait":"plan","op":"is_one_of","value":` + list(segment.MaxOperands, `"x"`) + `}`, true},
		{"one more value", `{"trait":"plan","op":"is_one_of","value":` + list(segment.MaxOperands+1, `"x"`) + `}`, false},
		{"a text as long as allowed", `{"trait":"plan","op":"is","value":"` + strings.Repeat("é", segment.MaxTextLength) + `"}`, true},
		{"one character more", `{"trait":"plan","op":"is","value":"` + strings.Repeat("é", segment.MaxTextLength+1) + `"}`, false},
		{"a hundred comparisons, those of properties counted", `{"event":"x","where":{"any":` + list(segment.MaxLeaves-1, `{"property":"a","op":"is_set"}`) + `}}`, true},
		{"a hundred and one with those of properties", `{"event":"x","where":{"any":` + list(segment.MaxLeaves, `{"property":"a","op":"is_set"}`) + `}}`, false},
		{"deep nesting of properties", `{"event":"x","where":` + strings.Repeat(`{"not":`, 5000) + `{"property":"a","op":"is_set"}` + strings.Repeat("}", 5000) + `}`, false},
		{"events within events within events", strings.Repeat(`{"event":"x","where":`, 5000) + leaf + strings.Repeat("}", 5000), false},
		{"deep nesting far beyond the limit", strings.Repeat(`{"not":`, 5000) + leaf + strings.Repeat("}", 5000), false},
		{"a very wide tree of mistakes", `{"any":` + list(5000, `{}`) + `}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := segment.Decode([]byte(tt.raw), "conditions")
			if tt.fine != (err == nil) {
				t.Error(err)
			}
			if n := len(fault.As(err).Fields); err != nil && n > 2*segment.MaxLeaves {
				t.Errorf("%d problems are more than anybody reads", n)
			}
		})
	}
}

func TestNothingHoldsForEverybody(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{``, `null`, ` {} `, "{ }"} {
		c, err := segment.Decode([]byte(raw), "")
		if err != nil || !c.IsZero() {
			t.Errorf("%q: %+v, %v", raw, c, err)
		}
	}
	check, err := segment.Compile(segment.Condition{}, segment.Names{})
	if err != nil || !check(&segment.Subject{}) {
		t.Errorf("the zero condition: %v", err)
	}
	var file struct {
		C segment.Condition `json:"c,omitzero"`
	}
	if b, err := json.Marshal(file); err != nil || string(b) != "{}" {
		t.Errorf("%s, %v", b, err)
	}
}

func TestCompileHoldsToTheSameRules(t *testing.T) {
	t.Parallel()
	leaf := segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "plan", Op: "is", Operands: []contact.Value{contact.TextValue("pro")}}}
	deep := leaf
	for range segment.MaxDepth + 1 {
		inner := deep
		deep = segment.Condition{Not: &inner}
	}
	tests := []struct {
		name string
		c    segment.Condition
		path string
	}{
		{"two kinds in one node", segment.Condition{All: []segment.Condition{leaf}, Leaf: leaf.Leaf}, ""},
		{"nothing inside a group", segment.Condition{All: []segment.Condition{leaf, {}}}, "all[1]"},
		{"an empty group", segment.Condition{Any: []segment.Condition{}}, "any"},
		{"too deep", deep, "not.not.not.not.not"},
		{"an operand of the wrong type", segment.Condition{Not: &segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: ">", Operands: []contact.Value{contact.TextValue("x")}}}}, "not.value"},
		{"no operand", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: ">"}}, "value"},
		{"case without an operand", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is_set", CaseToo: true}}, "case"},
		{"an event that was not said to happen", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a"}}, "did"},
		{"an event with an operator", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a", Op: "is", Did: &segment.Did{}}}, "op"},
		{"an event with operands", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a", Operands: []contact.Value{{}}, Did: &segment.Did{}}}, "value"},
		{"a trait that happens", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is_set", Did: &segment.Did{}}}, "did"},
		{"a trait of a survey", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "is_set", Survey: "nps"}}, "survey"},
		{"a survey counted by times", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromSurvey, Name: "nps", Did: &segment.Did{What: "seen", Times: &segment.Times{Op: "=", N: 1}}}}, ""},
		{"a trait among properties", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a", Did: &segment.Did{Where: &leaf}}}, "where"},
		{"a where too deep", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromEvent, Name: "a", Did: &segment.Did{Where: &deep}}}, "where.not.not.not.not.not"},
		{"a property outside", segment.Condition{Leaf: &segment.Leaf{Source: segment.FromProperty, Name: "a", Op: "is_set"}}, ""},
		{"an unknown source", segment.Condition{Leaf: &segment.Leaf{Source: "weather", Name: "a", Op: "is_set"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := segment.Compile(tt.c, segment.Names{})
			if f := fault.As(err); f.Code != "condition_invalid" || f.Fields[tt.path] == "" {
				t.Errorf("%v, fields %v", err, f.Fields)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, `{"all":[
		{"trait":"plan","op":"is","value":"pro"},
		{"any":[{"account_trait":"seats","op":">=","value":10},{"trait":"zip","op":"is_set"}]},
		{"not":{"trait":"tags","op":"is_one_of","value":["a","b"]}},
		{"trait":"signed_up_at","op":"more_than_days_ago","value":14},
		{"trait":"signed_up_at","op":"between","value":["2026-01-01","2026-12-31T12:00:00Z"]},
		{"trait":"ratio","op":"<","value":0.5}
	]}`)
	s := &segment.Subject{Now: now,
		Profile: &contact.Profile{Traits: traits(t, json.RawMessage(`{"plan":"free","zip":"08010","tags":"c","signed_up_at":"2026-05-01T10:00:00Z","ratio":"0.1"}`))},
		Account: &contact.Account{Traits: traits(t, json.RawMessage(`{"seats":12}`))}}
	want := []segment.LeafResult{
		{Path: "all[0]", Want: `plan is "pro"`, Got: `"free"`, Holds: false},
		{Path: "all[1].any[0]", Want: `account seats >= 10`, Got: `12`, Holds: true},
		{Path: "all[1].any[1]", Want: `zip is set`, Got: `"08010"`, Holds: true},
		{Path: "all[2].not", Want: `tags is one of "a", "b"`, Got: `"c"`, Holds: false},
		{Path: "all[3]", Want: `signed_up_at is more than 14 days ago`, Got: `2026-05-01T10:00:00Z`, Holds: false},
		{Path: "all[4]", Want: `signed_up_at is between 2026-01-01 and 2026-12-31T12:00:00Z`, Got: `2026-05-01T10:00:00Z`, Holds: true},
		{Path: "all[5]", Want: `ratio < 0.5`, Got: `"0.1"`, Holds: false},
	}
	if got := segment.Explain(c, segment.Names{}, s); !reflect.DeepEqual(got, want) {
		for i := range got {
			t.Logf("%+v", got[i])
		}
		t.Error("explained otherwise")
	}
	if got := segment.Explain(c, segment.Names{}, &segment.Subject{}); got[0].Got != "not set" {
		t.Errorf("nobody: %+v", got[0])
	}
	broken := segment.Condition{Leaf: &segment.Leaf{Source: segment.FromTrait, Name: "a", Op: "rhymes with"}}
	if got := segment.Explain(broken, segment.Names{}, s); len(got) != 1 || got[0].Holds || got[0].Want != "a rhymes with" {
		t.Errorf("broken: %+v", got)
	}
}

// Searching regardless of letter case agrees with doing it the slow way.
func TestTextAgreesWithASlowWay(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAbBéÉ🦉")), 0, 12, -1)
	slow := map[string]func(s, n string) bool{
		"contains": strings.Contains, "starts_with": strings.HasPrefix, "ends_with": strings.HasSuffix,
		"is": func(s, n string) bool { return s == n },
	}
	rapid.Check(t, func(t *rapid.T) {
		s, n := letters.Draw(t, "text"), letters.Filter(func(s string) bool { return s != "" }).Draw(t, "needle")
		for op, want := range slow {
			for _, caseToo := range []bool{false, true} {
				leaf := &segment.Leaf{Source: segment.FromTrait, Name: "x", Op: op, Operands: []contact.Value{contact.TextValue(n)}, CaseToo: caseToo}
				check, err := segment.Compile(segment.Condition{Leaf: leaf}, segment.Names{})
				if err != nil {
					t.Fatal(err)
				}
				a, b := s, n
				if !caseToo {
					a, b = strings.ToLower(s), strings.ToLower(n)
				}
				subject := &segment.Subject{Profile: &contact.Profile{Traits: contact.Traits{"x": contact.TextValue(s)}}}
				if got := check(subject); got != want(a, b) {
					t.Fatalf("%q %s %q (case %v) = %v", s, op, n, caseToo, got)
				}
			}
		}
	})
}

// "once per N days" and the like must come due exactly once in every zone, also
// where a clock change swallows or repeats an hour.
func TestDaysAgoInEveryZone(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, `{"trait":"x_at","op":"exactly_days_ago","value":1}`)
	check, err := segment.Compile(c, segment.Names{})
	if err != nil {
		t.Fatal(err)
	}
	zones := []string{"UTC", "Europe/Vienna", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Casablanca"}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(2020, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2036; at = at.Add(37 * time.Hour) {
			s := &segment.Subject{Now: at, Zone: zone, Profile: &contact.Profile{Traits: contact.Traits{}}}
			y, m, d := at.In(zone).Date()
			for _, back := range []int{0, 1, 2} {
				then := time.Date(y, m, d-back, 12, 0, 0, 1000, zone)
				s.Profile.Traits["x_at"] = contact.DateValue(contact.At(then))
				// Samoa skipped a whole day in 2011, no zone does since.
				if check(s) != (back == 1) {
					t.Fatalf("%s: %v, %d days back is %v: %v", name, at.In(zone), back, then, check(s))
				}
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	v := readVectors(f)
	for _, row := range v.Cases {
		f.Add([]byte(row.Condition))
	}
	for _, row := range v.Refused {
		f.Add([]byte(row.Condition))
	}
	names := v.names()
	s := &segment.Subject{Now: v.Now, Profile: v.profile(f, v.Contacts["ada"], nil)}
	s.Profile.Traits = contact.Traits{"plan": contact.TextValue("pro"), "seats": contact.IntegerValue(3),
		"admin": contact.BooleanValue(true), "signed_up_at": contact.DateValue(0), "ratio": contact.FloatValue(1e308)}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := segment.Decode(raw, "conditions")
		if err != nil {
			if f := fault.As(err); f.Code != "condition_invalid" || len(f.Fields) == 0 {
				t.Fatalf("not a fault about fields: %v", err)
			}
			return
		}
		if check, err := segment.Compile(c, names); err == nil {
			check(s)
			segment.Explain(c, names, s)
			for _, d := range segment.Derive(c, names) {
				d.Holds(s.Profile.Traits)
			}
		} else if segment.Resolve(c, names, "") == nil {
			t.Fatalf("decoded and resolved, but not compiled: %v", err)
		}
		if utf8.Valid(raw) {
			roundTrip(t, c)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	v := readVectors(b)
	for _, raw := range []string{
		`{"trait":"plan","op":"is","value":"pro"}`,
		`{"trait":"missing","op":"is","value":"pro"}`,
		`{"trait":"seats","op":">=","value":10}`,
		`{"trait":"title","op":"contains","value":"engineer"}`,
		`{"trait":"title","op":"matches","value":"engineer$"}`,
		`{"trait":"signed_up_at","op":"more_than_days_ago","value":7}`,
		`{"meta":"first_seen","op":"more_than_days_ago","value":7}`,
		`{"meta":"language","op":"is_one_of","value":["fr","de"]}`,
		`{"event":"invoice_sent"}`,
		`{"event":"invoice_sent","times":{"op":">=","value":3},"within":"30d"}`,
		`{"event":"invoice_sent","within":"session"}`,
		`{"event":"invoice_sent","where":{"property":"amount","op":">","value":100},"within":"30d"}`,
		`{"survey":"nps","did_not":"completed","within":"90d"}`,
		`{"answer":"recommend","survey":"nps","op":"<=","value":6}`,
		`{"answer":"features","survey":"nps","op":"is_one_of","value":["sso","api"]}`,
		`{"segment":"busy_pros","op":"is"}`,
	} {
		c := mustDecode(b, raw)
		check, err := segment.Compile(c, v.names())
		if err != nil {
			b.Fatal(err)
		}
		s := v.subject(b, conditionRow{Shows: raw, Contact: "ada", Now: v.Now, Zone: v.Zone}, c)
		s.Profile.Traits = traits(b, json.RawMessage(`{"plan":"pro","seats":12,"title":"Senior Engineer","signed_up_at":"2026-05-01T10:00:00Z"}`))
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				check(s)
			}
		})
	}
}

// The worst patterns that are accepted, on 2 KiB of text chosen against them.
func BenchmarkWorstPattern(b *testing.B) {
	for _, pattern := range []string{`(x+x+)+y`, `(a|aa)+$`, `.*.*.*.*=b`, `(?:a?){37}b`, `[a-z]{0,37}1`, `(.{0,8}x){1,3}$`, `\pL{1,37}[^\pL]`} {
		leaf := &segment.Leaf{Source: segment.FromTrait, Name: "x", Op: "matches", Operands: []contact.Value{contact.TextValue(pattern)}}
		check, err := segment.Compile(segment.Condition{Leaf: leaf}, segment.Names{})
		if err != nil {
			b.Logf("%s: refused", pattern)
			continue
		}
		for _, text := range []string{"a", "x", "aé"} {
			s := &segment.Subject{Profile: &contact.Profile{Traits: contact.Traits{"x": contact.TextValue(strings.Repeat(text, 2048/len(text)))}}}
			b.Run(fmt.Sprint(pattern, " on ", text), func(b *testing.B) {
				for b.Loop() {
					check(s)
				}
			})
		}
	}
}

func TestPatternsPeopleWrite(t *testing.T) {
	t.Parallel()
	for pattern, text := range map[string]string{
		`^(pro|team|enterprise|business)( plan)?$`:                         "Enterprise plan",
		`@(example|planwise|acme)\.(com|org|net)$`:                         "ada@planwise.org",
		`^[^@\s]+@[^@\s]+\.[a-z]{2,}$`:                                     "ada@example.com",
		`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`:   "6F1c0000-0000-4000-8000-00000000000a",
		`\b(head|vp|vice president|director|chief \w+ officer|c[etfo]o)\b`: "Chief Happiness Officer",
		`^v?(\d+)\.(\d+)\.(\d+)(-[0-9a-z.-]+)?$`:                           "v1.20.3-rc.1",
	} {
		leaf := &segment.Leaf{Source: segment.FromTrait, Name: "x", Op: "matches", Operands: []contact.Value{contact.TextValue(pattern)}}
		check, err := segment.Compile(segment.Condition{Leaf: leaf}, segment.Names{})
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if !check(&segment.Subject{Profile: &contact.Profile{Traits: contact.Traits{"x": contact.TextValue(text)}}}) {
			t.Errorf("%s does not match %q", pattern, text)
		}
	}
}
