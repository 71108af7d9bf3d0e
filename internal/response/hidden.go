package response

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Limits of the hidden fields of one response. Nothing about them has to be
// declared: any JSON value may be attached under any name.
const (
	MaxHidden      = 100
	maxHiddenName  = 128
	maxHiddenValue = 10_000 // bytes of JSON
)

// checkHidden keeps what is within the limits and notes the rest in wrong.
// null is a field that is not there. Of too many fields none is kept, and
// those of before stay.
func checkHidden(fields, before map[string]json.RawMessage, wrong map[string]string) map[string]json.RawMessage {
	if len(fields) > MaxHidden {
		wrong["hidden"] = fmt.Sprintf("at most %d fields", MaxHidden)
		return before
	}
	kept := make(map[string]json.RawMessage, len(fields))
	for name, value := range fields {
		switch {
		case name == "" || len(name) > maxHiddenName || !utf8.ValidString(name):
			wrong["hidden."+name] = fmt.Sprintf("a name of 1 to %d bytes", maxHiddenName)
		case len(value) > maxHiddenValue:
			wrong["hidden."+name] = fmt.Sprintf("at most %d bytes", maxHiddenValue)
		case len(value) > 0 && string(value) != "null":
			kept[name] = value
		}
	}
	return kept
}
