package launch

import (
	"math"
	"math/rand/v2"
	"testing"

	"earshot/internal/ident"
	"earshot/internal/survey"
)

// Every statistical check below is a two-sided normal test at 6 standard
// deviations: about 2 in 10^9 for a fair hash, and the sequences are fixed, so
// that a failure means that the hash was changed for a worse one.
const sigmas = 6

// Serial numbers are the hardest ids; random ones are what contacts get.
func samplingIDs(n int) map[string][]uint64 {
	r := rand.New(rand.NewPCG(1, 2))
	ids := map[string][]uint64{"serial": make([]uint64, n), "random": make([]uint64, n), "high bits": make([]uint64, n)}
	for i := range n {
		ids["serial"][i], ids["random"][i], ids["high bits"][i] = uint64(i+1), r.Uint64(), uint64(i+1)<<44
	}
	return ids
}

func saltNo(n byte) uint64 { return saltOf(ident.ID{15: n}, "") }

func TestSamplesHaveTheirSize(t *testing.T) {
	t.Parallel()
	const n = 50_000
	for name, ids := range samplingIDs(n) {
		for survey := byte(1); survey <= 20; survey++ {
			for _, share := range []float64{0.01, 0.1, 0.5, 0.9} {
				in := 0
				for _, id := range ids {
					if placeOf(id, saltNo(survey)) < share {
						in++
					}
				}
				if z := deviation(in, n, share); math.Abs(z) > sigmas {
					t.Errorf("%s ids, survey %d: %d of %d for a share of %g, %.1f standard deviations off", name, survey, in, n, share, z)
				}
			}
		}
	}
}

func TestSamplesOfTwoSurveysAreIndependent(t *testing.T) {
	t.Parallel()
	const n, share = 50_000, 0.3
	for name, ids := range samplingIDs(n) {
		for a := byte(1); a <= 6; a++ {
			for b := a + 1; b <= 7; b++ {
				both := 0
				for _, id := range ids {
					if placeOf(id, saltNo(a)) < share && placeOf(id, saltNo(b)) < share {
						both++
					}
				}
				if z := deviation(both, n, share*share); math.Abs(z) > sigmas {
					t.Errorf("%s ids: %d of %d are in both surveys %d and %d, %.1f standard deviations off", name, both, n, a, b, z)
				}
			}
		}
	}
}

// deviation of a count from a binomial's mean, in standard deviations.
func deviation(k, n int, p float64) float64 {
	return (float64(k) - float64(n)*p) / math.Sqrt(float64(n)*p*(1-p))
}

func TestSurveysOfAGroupShareTheirSample(t *testing.T) {
	t.Parallel()
	a, b := saltOf(ident.ID{15: 1}, "autumn"), saltOf(ident.ID{15: 2}, "autumn")
	if a != b || a == saltOf(ident.ID{15: 1}, "") || a == saltOf(ident.ID{15: 1}, "spring") {
		t.Error("a group has one salt, its own")
	}
}

func TestRaisingThePercentageOnlyAddsPeople(t *testing.T) {
	t.Parallel()
	for id := range uint64(2000) {
		was := false
		for percent := 0.0; percent <= 100; percent += 0.5 {
			is := placeOf(id, saltNo(1)) < shareOf(survey.Audience{Sample: &percent})
			if was && !is {
				t.Fatalf("contact %d falls out at %g %%", id, percent)
			}
			was = is
		}
		if !was {
			t.Fatalf("contact %d is not in a sample of everybody", id)
		}
	}
}

// These places were drawn by the first version. A version that draws others
// would reshuffle every running sample.
func TestPlacesNeverChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id    uint64
		salt  uint64
		place float64
	}{
		{0, 0, 0.65244848637403219},
		{1, saltOf(npsID, ""), 0.23522134164175701},
		{math.MaxUint64, saltOf(npsID, "autumn"), 0.51866534607443249},
	} {
		if got := placeOf(c.id, c.salt); got != c.place {
			t.Errorf("place of %d under %#x: got %.17g, want %.17g", c.id, c.salt, got, c.place)
		}
	}
}
