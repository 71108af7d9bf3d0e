package survey

import "hash/fnv"

// What is left to chance within one view must come out the same in the
// browser and on the server, and again after a reload. So it is drawn from a
// hash of the view's id and the element's: FNV-1a, 32 bits, over UTF-8.

func seedOf(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum32()
}

// draw chooses a branch: the hash of "<view>:<element>" modulo the sum of the
// weights falls into one of the branches laid end to end.
func draw(view, element string, branches []Weighted) string {
	sum := 0
	for _, b := range branches {
		sum += b.weight()
	}
	at := int(seedOf(view+":"+element) % uint32(sum))
	for _, b := range branches {
		if at -= b.weight(); at < 0 {
			return b.Goto
		}
	}
	return End
}

func (w Weighted) weight() int { return min(max(w.Weight, 1), maxWeight) }

// mulberry32 is a small generator that is the same in every language with
// 32-bit arithmetic.
type mulberry32 uint32

func (m *mulberry32) next() uint32 {
	*m += 0x6D2B79F5
	t := uint32(*m)
	t = (t ^ t>>15) * (t | 1)
	t ^= t + (t^t>>7)*(t|61)
	return t ^ t>>14
}

// Shuffled gives the options in the order in which one view shows them:
// Fisher–Yates from the last to the second, with the generator seeded by the
// hash of "<view>:<element>:shuffle". Exclusive options ("None of these") stay
// behind the others, in their own order.
func Shuffled(view, element string, options []Option) []Option {
	var mixed, last []Option
	for _, o := range options {
		if o.Exclusive {
			last = append(last, o)
		} else {
			mixed = append(mixed, o)
		}
	}
	random := mulberry32(seedOf(view + ":" + element + ":shuffle"))
	for i := len(mixed) - 1; i > 0; i-- {
		j := int(uint64(random.next()) * uint64(i+1) >> 32)
		mixed[i], mixed[j] = mixed[j], mixed[i]
	}
	return append(mixed, last...)
}
