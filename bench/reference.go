package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"earshot/internal/contact"
	"earshot/internal/loadkit"
)

// The reference evaluator answers the question of a ping from the world's own
// rules: no index, no cache, no code of the server's. If the server disagrees
// about a single visitor, none of its figures counts.

// armedFor lists the keys of the surveys that visitor n is to watch for, in
// the order of precedence.
func armedFor(n uint64, surveys int) []string {
	seen := seenBefore(n, surveys)
	keys := []string{}
	for i := range surveys {
		if slices.Contains(seen, i) || !matches(n, i) {
			continue
		}
		if sampled(i) && place(roll(1<<63, n, 99), i) >= 0.5 {
			continue
		}
		keys = append(keys, fmt.Sprintf("survey-%04d", i))
	}
	return keys
}

func matches(n uint64, survey int) bool {
	for _, c := range conditionsOf(survey) {
		if !c.holds(traitOf(n, c.trait)) {
			return false
		}
	}
	return true
}

func (c condition) holds(v contact.Value) bool {
	switch c.op {
	case "is_one_of":
		return slices.Contains(c.text, v.Text)
	case "starts_with":
		return strings.HasPrefix(v.Text, c.text[0])
	case "is":
		return v.Bool == c.truth
	case "=":
		return v.Int == c.n
	case ">=":
		return v.Int >= c.n
	}
	panic("no such operator in this world: " + c.op)
}

// place is where a contact stands in a survey's draw, between 0 and 1; the
// rule is in docs/rules/launch.md.
func place(samplingID uint64, survey int) float64 {
	id := surveyID(survey)
	sum := sha256.Sum256(append([]byte("survey:"), id[:]...))
	return float64(mixed(mixed(samplingID)^binary.BigEndian.Uint64(sum[:8]))>>11) / (1 << 53)
}

// mixed is SplitMix64's output function.
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// agrees asks the server about visitors spread over all of them, and counts
// how many surveys it arms for one on average.
func agrees(ctx context.Context, s *site, visitors int) (perVisitor float64, err error) {
	c, err := loadkit.Dial(ctx, s.server.Addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	total := 0
	for k := range visitors {
		n := roll(uint64(s.contacts), uint64(k), 777)
		status, answer, err := c.Post(s.path, appendSmallPing(nil, n))
		if err != nil || status != 200 {
			return 0, fmt.Errorf("ping of visitor %d: %d %s %w", n, status, answer, err)
		}
		var said struct{ Armed []struct{ Key string } }
		if err := json.Unmarshal(answer, &said); err != nil {
			return 0, err
		}
		got := []string{}
		for _, a := range said.Armed {
			got = append(got, a.Key)
		}
		if want := armedFor(n, s.surveys); !slices.Equal(got, want) {
			return 0, fmt.Errorf("visitor %d: the server arms %v, the reference %v", n, got, want)
		}
		total += len(got)
	}
	return float64(total) / float64(visitors), nil
}
