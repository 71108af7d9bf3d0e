package launch

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/segment"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// workload is n published surveys of five conditions each, drawn from a pool
// of 50, three of which everybody meets, and a contact of 20 traits with a
// history of 10 surveys.
func workload(n int) (*Project, Visitor) {
	r := rand.New(rand.NewPCG(7, 7))
	pool := make([]segment.Condition, 50)
	for i := range pool {
		pool[i] = traitIs(i%20, fmt.Sprintf("v%d", i%3)) // one in three holds
	}
	surveys := make([]survey.Survey, n)
	half := 50.0
	for i := range surveys {
		d := survey.Definition{Trigger: survey.Trigger{Type: "event", Event: "exported"}}
		for range 5 {
			d.Audience.Conditions.All = append(d.Audience.Conditions.All, pool[r.IntN(len(pool))])
		}
		d.Audience.Sample = &half
		d.Pages.Exclude = []survey.PageRule{{Op: "path_starts_with", Value: "/checkout"}}
		if i < 3 {
			d.Audience.Conditions, d.Audience.Sample = segment.Condition{}, nil
		}
		surveys[i] = published(byte(i), fmt.Sprintf("s%d", i), noon, d)
		surveys[i].ID = ident.ID{14: byte(i >> 8), 15: byte(i), 0: 1}
	}
	p := &contact.Profile{UserID: "u1", SamplingID: 42, Traits: contact.Traits{}, Surveys: map[ident.ID]*contact.SurveyTally{}}
	for i := range 20 {
		p.Traits[fmt.Sprintf("trait_%d", i)] = contact.TextValue("v1")
	}
	for i := range 10 {
		p.Surveys[surveys[(i*7+5)%n].ID] = &contact.SurveyTally{Views: 1, LastSeen: 1}
	}
	return Compile(team.Project{}, surveys), Visitor{Profile: p}
}

func traitIs(n int, value string) segment.Condition {
	return segment.Condition{Leaf: &segment.Leaf{
		Source: segment.FromTrait, Name: fmt.Sprintf("trait_%d", n), Op: "is",
		Operands: []contact.Value{contact.TextValue(value)},
	}}
}

func benchmarkArm(b *testing.B, n int) {
	p, v := workload(n)
	c := Context{Now: noon, URL: "https://app.example.com/plan", Locale: "en"}
	list := p.ArmInto(nil, v, c).Entries
	b.ReportMetric(float64(len(list)), "armed")
	b.ReportAllocs()
	for b.Loop() {
		list = p.ArmInto(list[:0], v, c).Entries
	}
}

func BenchmarkArm10(b *testing.B)   { benchmarkArm(b, 10) }
func BenchmarkArm100(b *testing.B)  { benchmarkArm(b, 100) }
func BenchmarkArm1000(b *testing.B) { benchmarkArm(b, 1000) }

func BenchmarkClaim(b *testing.B) {
	p, v := workload(100)
	c := Context{Now: noon, URL: "https://app.example.com/plan", Event: "exported"}
	b.ReportAllocs()
	for b.Loop() {
		p.Claim("s1", ByTrigger, v, c)
	}
}

func BenchmarkCompile100(b *testing.B) {
	p, _ := workload(100)
	var surveys []survey.Survey
	for _, s := range p.Live() {
		surveys = append(surveys, *s)
	}
	b.ReportAllocs()
	for b.Loop() {
		Compile(team.Project{}, surveys)
	}
}

// A decision that goes into a reused slice leaves nothing for the garbage
// collector.
func TestDecidingAllocatesNothing(t *testing.T) {
	p, v := workload(100)
	c := Context{Now: noon, URL: "https://app.example.com/plan"}
	list := p.ArmInto(nil, v, c).Entries
	if raceDetector {
		t.Skip("with the race detector, pools forget on purpose")
	}
	if n := testing.AllocsPerRun(100, func() { list = p.ArmInto(list[:0], v, c).Entries }); n > 0 {
		t.Errorf("ArmInto: %g allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { p.Claim("s1", Manual, v, c) }); n > 0 {
		t.Errorf("Claim: %g allocations", n)
	}
}
