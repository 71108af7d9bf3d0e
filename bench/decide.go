package main

import (
	"runtime"
	"time"

	"earshot/internal/contact"
	"earshot/internal/ident"
	"earshot/internal/launch"
	"earshot/internal/team"
)

// decide measures P-3: the decision alone, in this process.
func (b *bench) decide() error {
	now := time.Now()
	all, err := surveysOf(100, now.Add(-48*time.Hour))
	if err != nil {
		return err
	}
	project := launch.Compile(team.Project{}, all)
	visitors := make([]launch.Visitor, 64)
	for n := range visitors {
		visitors[n].Profile = profileOf(uint64(n), 100, ident.None, contact.At(now))
	}
	where := launch.Context{Now: now, URL: "https://app.example.com/plan", Locale: "en-GB", Device: "desktop"}
	var list []launch.Entry
	decisions := func(n int) {
		for i := range n {
			list = project.ArmInto(list[:0], visitors[i%len(visitors)], where).Entries
		}
	}
	decisions(10_000) // so that what is reused is there
	const many = 100_000
	var took []time.Duration
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 5 {
		began := time.Now()
		decisions(many)
		took = append(took, time.Since(began)/many)
	}
	runtime.ReadMemStats(&after)
	b.add(result{ID: "P-3", Name: "one decision in process, 100 surveys × 5 conditions", Value: float64(median(took)) / 1000, Unit: "µs", Goal: "≤ 3"})
	b.add(result{ID: "P-3", Name: "allocations of a decision", Value: float64(int((after.Mallocs-before.Mallocs)/(5*many/100))) / 100, Unit: "", Goal: "0"})
	return nil
}
