package contact_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"earshot/internal/contact"
	"earshot/internal/ident"
)

// typical is a contact of a product in daily use: 20 traits, 6 events, 8 surveys.
func typical() *contact.Profile {
	id := func(n int) ident.ID { return ident.Derived(ident.None, fmt.Sprint(n)) }
	p := &contact.Profile{ID: id(1), SamplingID: 1 << 63, Account: id(2), Country: "AT", Locale: "de-AT", Device: "desktop",
		Page: "https://app.example.com/projects/overview", Installation: "npm"}
	traits := contact.Traits{}
	for i := range 5 {
		traits[fmt.Sprint("text_trait_", i)] = contact.TextValue("some value of usual length")
		traits[fmt.Sprint("number_trait_", i)] = contact.IntegerValue(int64(i) * 1000)
		traits[fmt.Sprint("switch_trait_", i)] = contact.BooleanValue(i%2 == 0)
		traits[fmt.Sprint("moment_", i, "_at")] = contact.DateValue(noon + contact.Micros(i))
	}
	p.Seen(noon)
	if _, err := p.Identify(contact.Identify{UserID: "user-4711", Email: "ada@example.com", Given: contact.Given{Set: traits}}); err != nil {
		panic(err)
	}
	for i := range 60 {
		p.CountEvent(fmt.Sprint("event_", i%6), noon+contact.Micros(i/6)*day)
	}
	for i := range 8 {
		p.RecordView(id(10+i), noon+contact.Micros(i)*hour)
		p.RecordAnswer(id(10+i), noon+contact.Micros(i)*hour+minute)
	}
	return p
}

func account() *contact.Account {
	return &contact.Account{ID: ident.New(), RemoteID: "acme", Name: "Acme", FirstSeen: noon, LastSeen: noon + day,
		Traits: contact.Traits{"name": contact.TextValue("Acme"), "seats": contact.IntegerValue(40), "ratio": contact.FloatValue(0.25)}}
}

func TestStoredFormKeepsEverything(t *testing.T) {
	t.Parallel()
	p := typical()
	p.Traits["ratio"] = contact.FloatValue(-0.125)
	p.Verified = true
	p.RecordComplete(ident.New(), noon+day)
	p.RecordDismiss(ident.New(), noon+day)
	p.Enter(ident.New(), noon)
	p.CountEvent("before 1970", -day)
	p.CountDerived("event_0\x000123456789abcdef", noon, true)
	p.RecordAnswers(ident.New(), contact.Answers{Response: ident.New(), At: noon, Values: map[string][]contact.Value{
		"recommend": {contact.IntegerValue(6)}, "features": {contact.TextValue("reports"), contact.TextValue("other")}, "agree": {contact.BooleanValue(true)}}})
	back, err := contact.DecodeProfile(p.AppendTo(nil))
	if err != nil || !reflect.DeepEqual(back, p) {
		t.Errorf("%v\n got %+v\nwant %+v", err, back, p)
	}
	if empty, err := contact.DecodeProfile((&contact.Profile{}).AppendTo(nil)); err != nil || !reflect.DeepEqual(empty, &contact.Profile{}) {
		t.Errorf("empty: %+v, %v", empty, err)
	}
	a := account()
	if back, err := contact.DecodeAccount(a.AppendTo(nil)); err != nil || !reflect.DeepEqual(back, a) {
		t.Errorf("account: %+v, %v", back, err)
	}
}

// A field that somebody adds to a type and forgets in the stored form would be
// lost at the next write: give every field a value and see whether it comes back.
func TestStoredFormForgetsNoField(t *testing.T) {
	t.Parallel()
	p := &contact.Profile{
		Traits:      contact.Traits{"plan": contact.TextValue("pro")},
		Events:      map[string]*contact.EventCount{"e": {Days: []contact.DayCount{{Day: 1, N: 1}}}},
		Surveys:     map[ident.ID]*contact.SurveyTally{ident.New(): {}},
		RecentViews: []contact.Micros{noon},

		SessionEvents: map[string]int{"e": 1},
		Derived:       map[string]*contact.DerivedCount{"e\x00d": {EventCount: contact.EventCount{Days: []contact.DayCount{{Day: 1, N: 1}}}}},
		Answers:       map[ident.ID]*contact.Answers{ident.New(): {Values: map[string][]contact.Value{"q": {contact.TextValue("a"), contact.IntegerValue(-7)}}}},
	}
	fill(reflect.ValueOf(p).Elem())
	fill(reflect.ValueOf(p.Events["e"]).Elem())
	for _, d := range p.Derived {
		fill(reflect.ValueOf(d).Elem())
		fill(reflect.ValueOf(&d.EventCount).Elem())
	}
	for _, a := range p.Answers {
		fill(reflect.ValueOf(a).Elem())
	}
	for _, tally := range p.Surveys {
		fill(reflect.ValueOf(tally).Elem())
	}
	back, err := contact.DecodeProfile(p.AppendTo(nil))
	if err != nil || !reflect.DeepEqual(back, p) {
		t.Errorf("%v\n got %+v\nwant %+v", err, back, p)
	}
	if c := p.Clone(); !reflect.DeepEqual(c, p) {
		t.Errorf("clone %+v, want %+v", c, p)
	}
	a := &contact.Account{Traits: p.Traits}
	fill(reflect.ValueOf(a).Elem())
	if back, err := contact.DecodeAccount(a.AppendTo(nil)); err != nil || !reflect.DeepEqual(back, a) {
		t.Errorf("account: %v\n got %+v\nwant %+v", err, back, a)
	}
}

// fill gives every simple field that is zero a value of its own.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() || !f.IsZero() {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprint("text ", i))
		case reflect.Int, reflect.Int32, reflect.Int64:
			f.SetInt(int64(i) + 1000)
		case reflect.Uint64:
			f.SetUint(uint64(i) + 1<<63)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Array:
			f.Index(0).SetUint(uint64(i) + 1)
		default:
			panic("no value for a field of kind " + f.Kind().String())
		}
	}
}

func TestStoredFormIsDeterministic(t *testing.T) {
	t.Parallel()
	p := typical()
	first := p.AppendTo([]byte("before"))
	if !bytes.HasPrefix(first, []byte("before")) {
		t.Error("AppendTo must append")
	}
	for range 20 {
		if !bytes.Equal(p.Clone().AppendTo([]byte("before")), first) {
			t.Fatal("equal profiles must be equal bytes")
		}
	}
}

func TestStoredFormOfANewerVersion(t *testing.T) {
	t.Parallel()
	newer := append(typical().AppendTo(nil), 200<<1&0x7f|0x80, 200<<1>>7, 14)    // field 200, a number
	newer = append(newer, (201<<1|1)&0x7f|0x80, (201<<1|1)>>7, 3, 'n', 'e', 'w') // field 201, bytes
	p, err := contact.DecodeProfile(newer)
	if err != nil {
		t.Fatal(err)
	}
	p.Country = "CH"
	written := p.Clone().AppendTo(nil)
	if !bytes.HasSuffix(written, newer[len(newer)-9:]) {
		t.Errorf("fields of a newer version got lost: %q", written[len(written)-12:])
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	good := typical().AppendTo(nil)
	tests := []struct {
		name string
		b    []byte
	}{
		{"nothing", nil},
		{"another format", append([]byte{2}, good[1:]...)},
		{"an id of the wrong length", []byte{1, 1<<1 | 1, 1, 7}},
		{"a length beyond the end", []byte{1, 2<<1 | 1, 100, 'x'}},
		{"a count beyond the end", []byte{1, 6<<1 | 1, 1, 100}},
		{"a number that never ends", append([]byte{1, 8 << 1}, bytes.Repeat([]byte{0xff}, 20)...)},
		{"something left over within a block", []byte{1, 6<<1 | 1, 2, 0, 0}},
		{"a trait of unknown type", []byte{1, 6<<1 | 1, 4, 1, 1, 'a', 99}},
		{"a float that is no number", []byte{1, 6<<1 | 1, 12, 1, 1, 'a', 3, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if p, err := contact.DecodeProfile(tt.b); err == nil {
				t.Errorf("read as %+v", p)
			}
		})
	}
	for n := range good {
		// A cut may fall between two fields; then the rest is a smaller profile.
		_, _ = contact.DecodeProfile(good[:n])
		_, _ = contact.DecodeAccount(good[:n])
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	p := typical()
	before := p.AppendTo(nil)
	c := p.Clone()
	c.Traits["text_trait_0"] = contact.TextValue("changed")
	c.CountEvent("event_0", noon)
	c.CountEvent("event_0", noon-30*day)
	for survey := range c.Surveys {
		c.RecordView(survey, noon-day)
		c.RecordComplete(survey, noon)
	}
	c.Seen(noon + 99*day)
	if !bytes.Equal(p.AppendTo(nil), before) {
		t.Error("changing the clone changed the original")
	}
	if (*contact.Profile)(nil).Clone() != nil || (*contact.Account)(nil).Clone() != nil {
		t.Error("nobody's clone is nobody")
	}
	a := account()
	b := a.Clone()
	b.Traits["seats"] = contact.IntegerValue(1)
	if a.Traits["seats"].Int != 40 {
		t.Error("changing the account's clone changed the account")
	}
}

func TestProfileJSONKeepsEverything(t *testing.T) {
	t.Parallel()
	p := typical()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back contact.Profile
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(&back, p) {
		t.Errorf("%v: %s", err, b)
	}
}

func TestStoredFormOfAnyHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := &contact.Profile{ID: ident.New()}
		for _, s := range rapid.SliceOfN(steps(), 0, 40).Draw(t, "steps") {
			s.on(p)
		}
		back, err := contact.DecodeProfile(p.AppendTo(nil))
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, back, p)
		}
	})
}

func FuzzDecodeProfile(f *testing.F) {
	f.Add(typical().AppendTo(nil))
	f.Add((&contact.Profile{}).AppendTo(nil))
	f.Add([]byte{1, 6<<1 | 1, 12, 1, 1, 'a', 3, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := contact.DecodeProfile(b)
		if err != nil {
			return
		}
		written := p.AppendTo(nil)
		back, err := contact.DecodeProfile(written)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, back, p)
		}
		if !bytes.Equal(back.AppendTo(nil), written) {
			t.Fatal("written differently the second time")
		}
		p.Seen(noon)
		contact.Merge(p, &contact.Profile{ID: ident.New(), Events: back.Events, Surveys: back.Surveys})
	})
}

func FuzzDecodeAccount(f *testing.F) {
	f.Add(account().AppendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := contact.DecodeAccount(b)
		if err != nil {
			return
		}
		if back, err := contact.DecodeAccount(a.AppendTo(nil)); err != nil || !reflect.DeepEqual(back, a) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, back, a)
		}
	})
}

func BenchmarkProfile(b *testing.B) {
	p := typical()
	stored := p.AppendTo(nil)
	asJSON, err := json.Marshal(p)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		b.ReportMetric(float64(len(stored)), "bytes")
		for b.Loop() {
			if _, err := contact.DecodeProfile(stored); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		into := make([]byte, 0, len(stored))
		for b.Loop() {
			into = p.AppendTo(into[:0])
		}
	})
	b.Run("clone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = p.Clone()
		}
	})
	b.Run("decode JSON", func(b *testing.B) {
		b.ReportAllocs()
		b.ReportMetric(float64(len(asJSON)), "bytes")
		for b.Loop() {
			if err := json.Unmarshal(asJSON, new(contact.Profile)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode JSON", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(p); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// step is one thing that can happen to a contact.
type step struct {
	What   int
	Name   string
	Survey ident.ID
	At     contact.Micros
}

func steps() *rapid.Generator[step] {
	surveys := []ident.ID{ident.Derived(ident.None, "a"), ident.Derived(ident.None, "b"), ident.Derived(ident.None, "c")}
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			What:   rapid.IntRange(0, 8).Draw(t, "what"),
			Name:   rapid.SampledFrom([]string{"login", "export", "upgrade"}).Draw(t, "name"),
			Survey: rapid.SampledFrom(surveys).Draw(t, "survey"),
			At:     noon + contact.Micros(rapid.IntRange(0, 60*24*40).Draw(t, "minutes"))*minute,
		}
	})
}

func (s step) on(p *contact.Profile) {
	switch s.What {
	case 0:
		p.CountEvent(s.Name, s.At)
	case 1:
		p.RecordView(s.Survey, s.At)
	case 2:
		p.RecordAnswer(s.Survey, s.At)
	case 3:
		p.RecordComplete(s.Survey, s.At)
	case 4:
		p.RecordDismiss(s.Survey, s.At)
	case 5:
		p.StartSession(s.At)
	case 6:
		if p.Traits == nil {
			p.Traits = contact.Traits{}
		}
		p.Traits[s.Name] = contact.DateValue(s.At)
	case 7:
		p.CountEvent(s.Name, s.At)
		p.CountDerived(contact.DerivedKey(s.Name, "large"), s.At, s.At%2 == 0)
	case 8:
		// The moment stands for the response, so that none is answered twice at once.
		a := contact.Answers{Response: ident.Derived(ident.None, fmt.Sprint(s.At)), At: s.At}
		a.Values = map[string][]contact.Value{"score": {contact.IntegerValue(int64(s.At))}}
		p.RecordAnswers(s.Survey, a)
	}
}
