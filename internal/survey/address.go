package survey

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// SafeAddress tells whether a browser may be sent to an address: absolute,
// with one of the schemes, and written so that every browser reads it the same
// way. A browser skips tabs, line breaks and leading controls, so "java\tscript:"
// would be javascript: to it; here anything that is not plainly visible is refused.
func SafeAddress(address string, schemes ...string) bool {
	if address == "" || len(address) > MaxAddress || strings.ContainsAny(address, "\\<>\"`{}^|") ||
		strings.ContainsFunc(address, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || !slices.Contains(schemes, strings.ToLower(u.Scheme)) {
		return false
	}
	if strings.EqualFold(u.Scheme, "mailto") {
		return strings.Contains(u.Opaque, "@")
	}
	// A name before the host makes one site look like another.
	return u.Hostname() != "" && u.User == nil && u.Opaque == ""
}

// MaxAddress is how many bytes an address may have.
const MaxAddress = 2000

func (p problems) address(value, field string, schemes ...string) {
	last := len(schemes) - 1
	p.add(SafeAddress(value, schemes...), field,
		"a whole address with "+strings.Join(schemes[:last], ", ")+" or "+schemes[last]+", percent-encoded where needed")
}
