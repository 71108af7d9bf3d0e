package contact

import (
	"strings"
	"unicode"
)

// MaxNameBytes bounds a trait's name.
const MaxNameBytes = 128

// Slug gives the one spelling under which a trait is kept: trimmed, lower
// case, and everything that is neither letter, digit nor underscore turned into
// an underscore. Letters of all scripts stay, or traits named in Japanese would
// all become the same row of underscores. It is false for a name that is empty
// or longer than MaxNameBytes; cutting a name would quietly merge two traits.
func Slug(name string) (string, bool) {
	if isSlug(name) {
		return name, true
	}
	slug := strings.Map(slugRune, strings.TrimSpace(name))
	return slug, slug != "" && len(slug) <= MaxNameBytes
}

// isSlug spots the common case, in which Slug has nothing to do or allocate.
func isSlug(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return name != "" && len(name) <= MaxNameBytes
}

func slugRune(r rune) rune {
	// Marks belong to the letter before them, in Hindi as in a decomposed "é".
	if r != unicode.ReplacementChar && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) {
		return unicode.ToLower(r)
	}
	return '_'
}
