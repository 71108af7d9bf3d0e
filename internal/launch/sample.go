package launch

import (
	"crypto/sha256"
	"encoding/binary"

	"earshot/internal/ident"
	"earshot/internal/survey"
)

// A sample is drawn by hashing, never by dice: the same contact gets the same
// place between 0 and 1 in the same survey for ever, and is in the sample if
// the place lies below the share. Raising the percentage so only adds people.
//
// Changing anything in this file reshuffles every running sample.

// saltOf tells surveys apart: each has its own salt, so that their samples are
// independent; surveys of one named group share theirs.
func saltOf(id ident.ID, group string) uint64 {
	name := append([]byte("survey:"), id[:]...)
	if group != "" {
		name = []byte("group:" + group)
	}
	sum := sha256.Sum256(name)
	return binary.BigEndian.Uint64(sum[:])
}

// placeOf spreads contacts evenly over [0, 1). Mixing twice makes it good also
// for sampling ids that are not random, such as imported serial numbers.
func placeOf(samplingID, salt uint64) float64 {
	return float64(mix(mix(samplingID)^salt)>>11) / (1 << 53)
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014), with its
// increment so that 0 is nothing special.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// shareOf is the part of contacts that a survey wants, 0..1.
func shareOf(a survey.Audience) float64 {
	if a.Sample == nil {
		return 1
	}
	return min(max(*a.Sample/100, 0), 1)
}
