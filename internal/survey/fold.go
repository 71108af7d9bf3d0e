package survey

import (
	"regexp"
	"strconv"
	"strings"
)

// fold lower-cases character by character, without regard to neighbours or to
// the language, exactly as a browser's [...s].map(c => c.toLowerCase()) does.
// U+0130 is the only character that becomes two.
func fold(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "\u0130", "i\u0307"))
}

var plainNumber = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,15})?$`)

// asNumber gives the number a value is, or is plainly written as.
func asNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		if plainNumber.MatchString(v) {
			n, err := strconv.ParseFloat(v, 64)
			return n, err == nil
		}
	}
	return 0, false
}
