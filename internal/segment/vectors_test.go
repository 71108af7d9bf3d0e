package segment_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // cases name zones, also where the machine knows none

	"earshot/internal/contact"
	"earshot/internal/fault"
	"earshot/internal/segment"
)

// vectors is spec/vectors/conditions.json.
type vectors struct {
	Now     time.Time      `json:"now"`
	Zone    string         `json:"zone"`
	Cases   []conditionRow `json:"cases"`
	Refused []struct {
		Shows     string          `json:"shows"`
		Condition json.RawMessage `json:"condition"`
		Paths     []string        `json:"paths"`
	} `json:"refused"`
}

type conditionRow struct {
	Shows     string          `json:"shows"`
	Condition json.RawMessage `json:"condition"`
	Traits    json.RawMessage `json:"traits"`
	Account   json.RawMessage `json:"account"`
	Now       time.Time       `json:"now"`
	Zone      string          `json:"zone"`
	Holds     bool            `json:"holds"`
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	b, err := os.ReadFile("../../spec/vectors/conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	for i := range v.Cases {
		if v.Cases[i].Now.IsZero() {
			v.Cases[i].Now = v.Now
		}
		if v.Cases[i].Zone == "" {
			v.Cases[i].Zone = v.Zone
		}
	}
	return v
}

func (row conditionRow) subject(t testing.TB) *segment.Subject {
	t.Helper()
	zone, err := time.LoadLocation(row.Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := &segment.Subject{Now: row.Now, Zone: zone}
	if row.Traits != nil {
		s.Profile = &contact.Profile{Traits: traits(t, row.Traits)}
	}
	if row.Account != nil {
		s.Account = &contact.Account{Traits: traits(t, row.Account)}
	}
	return s
}

func traits(t testing.TB, raw json.RawMessage) contact.Traits {
	t.Helper()
	given, err := contact.ParseTraits("traits", raw)
	if err != nil {
		t.Fatal(err)
	}
	return given.Set
}

func TestConditionVectors(t *testing.T) {
	t.Parallel()
	for _, row := range readVectors(t).Cases {
		t.Run(row.Shows, func(t *testing.T) {
			t.Parallel()
			c, err := segment.Decode(row.Condition, "conditions")
			if err != nil {
				t.Fatal(err)
			}
			check, err := segment.Compile(c, segment.Names{})
			if err != nil {
				t.Fatal(err)
			}
			s := row.subject(t)
			if got := check(s); got != row.Holds {
				t.Errorf("holds = %v, want %v: %s", got, row.Holds, row.Condition)
			}
			if c.Leaf != nil {
				if e := segment.Explain(c, segment.Names{}, s); len(e) != 1 || e[0].Holds != row.Holds {
					t.Errorf("explained otherwise: %+v", e)
				}
			}
			roundTrip(t, c)
		})
	}
}

// Not parallel: allocations are counted for the whole program.
func TestChecksAllocateNothing(t *testing.T) {
	for _, row := range readVectors(t).Cases {
		c, err := segment.Decode(row.Condition, "")
		if err != nil {
			t.Fatal(err)
		}
		check, err := segment.Compile(c, segment.Names{})
		if err != nil {
			t.Fatal(err)
		}
		s := row.subject(t)
		if n := testing.AllocsPerRun(100, func() { check(s) }); n != 0 {
			t.Errorf("%s: %v allocations", row.Shows, n)
		}
	}
}

func roundTrip(t *testing.T, c segment.Condition) {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back segment.Condition
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("written as %s, read as %+v (%v), was %+v", b, back, err, c)
	}
}

func TestRefusedVectors(t *testing.T) {
	t.Parallel()
	for _, row := range readVectors(t).Refused {
		t.Run(row.Shows, func(t *testing.T) {
			t.Parallel()
			c, err := segment.Decode(row.Condition, "")
			f := fault.As(err)
			if paths := slices.Sorted(maps.Keys(f.Fields)); f.Code != "condition_invalid" || !slices.Equal(paths, row.Paths) {
				t.Errorf("fault %v with fields %v, want %v", err, f.Fields, row.Paths)
			}
			if !c.IsZero() {
				t.Errorf("half a condition came back: %+v", c)
			}
		})
	}
}

// Every operator has a case that holds and one that does not.
func TestVectorsCoverOperators(t *testing.T) {
	t.Parallel()
	seen := map[string]map[bool]bool{}
	for _, row := range readVectors(t).Cases {
		c, err := segment.Decode(row.Condition, "")
		if err != nil || c.Leaf == nil {
			continue
		}
		if seen[c.Leaf.Op] == nil {
			seen[c.Leaf.Op] = map[bool]bool{}
		}
		seen[c.Leaf.Op][row.Holds] = true
	}
	for _, op := range segment.Operators() {
		if len(seen[op]) != 2 {
			t.Errorf("%s: want a case that holds and one that does not", op)
		}
	}
}
