package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// needle is a text that others are compared with, prepared once so that
// comparing allocates nothing.
type needle struct {
	text string // folded, unless letter case counts
	fold bool
	// The folded text has no letter outside ASCII.
	ascii bool
	// For within: Knuth, Morris and Pratt's way, because a visitor chooses the
	// text that is searched and must not be able to choose a slow one.
	runes []rune
	back  []int // where to go on after so many runes matched and the next did not
}

func newNeedle(text string, caseToo bool) *needle {
	n := &needle{text: text, fold: !caseToo}
	if !n.fold {
		return n
	}
	n.text = strings.Map(fold, text)
	n.ascii = isASCII(n.text)
	n.runes = []rune(n.text)
	n.back = make([]int, len(n.runes)+1)
	for i, at := 1, 0; i < len(n.runes); i++ {
		at = n.step(at, n.runes[i])
		n.back[i+1] = at
	}
	return n
}

// step gives how many runes match after r, when at matched before it.
func (n *needle) step(at int, r rune) int {
	for at > 0 && n.runes[at] != r {
		at = n.back[at]
	}
	if n.runes[at] == r {
		at++
	}
	return at
}

func (n *needle) equals(s string) bool {
	if !n.fold {
		return s == n.text
	}
	// Most texts and most values are plain ASCII, where folding never changes
	// a length: a glance at the length decides nearly every comparison.
	if n.ascii && isASCII(s) {
		return len(s) == len(n.text) && strings.EqualFold(s, n.text)
	}
	rest, ok := cutFolded(s, n.text)
	return ok && rest == ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (n *needle) starts(s string) bool {
	if !n.fold {
		return strings.HasPrefix(s, n.text)
	}
	_, ok := cutFolded(s, n.text)
	return ok
}

func (n *needle) ends(s string) bool {
	if !n.fold {
		return strings.HasSuffix(s, n.text)
	}
	for i := len(n.runes) - 1; i >= 0; i-- {
		r, size := utf8.DecodeLastRuneInString(s)
		if size == 0 || fold(r) != n.runes[i] {
			return false
		}
		s = s[:len(s)-size]
	}
	return true
}

func (n *needle) within(s string) bool {
	if !n.fold {
		return strings.Contains(s, n.text)
	}
	at := 0
	for _, r := range s {
		if at = n.step(at, fold(r)); at == len(n.runes) {
			return true
		}
	}
	return false
}

// cutFolded cuts a folded prefix off a text, whatever its letter case.
func cutFolded(s, folded string) (rest string, ok bool) {
	for _, want := range folded {
		r, size := utf8.DecodeRuneInString(s)
		if size == 0 || fold(r) != want {
			return "", false
		}
		s = s[size:]
	}
	return s, true
}

// fold gives the same rune for all that differ in letter case only. Going up
// first joins those with two lower forms, such as σ and ς.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}
