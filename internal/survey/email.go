package survey

import (
	"encoding/json"
	"regexp"
)

// Email asks for an e-mail address.
type Email struct {
	Placeholder string `json:"placeholder,omitempty"`
}

// emailForm is deliberately simple: one @, something before it, and after it
// names joined by dots, of letters (of any script), digits and inner hyphens.
// Whether the address exists only a mail can tell.
var emailForm = regexp.MustCompile(`^[^\s@\pC]{1,64}@[\pL\pN](?:[\pL\pN\pM-]*[\pL\pN\pM])?(?:\.[\pL\pN](?:[\pL\pN\pM-]*[\pL\pN\pM])?)+$`)

// Problems checks the placeholder.
func (o *Email) Problems() map[string]string {
	p := problems{}
	p.text(o.Placeholder, "placeholder")
	return p
}

// Check accepts an address of at most 254 bytes.
func (o *Email) Check(raw json.RawMessage) (json.RawMessage, string) {
	v, ok := readText(raw)
	if ok && v == "" {
		return nil, ""
	}
	if !ok || len(v) > 254 || !emailForm.MatchString(v) {
		return nil, "an e-mail address such as ada@example.com"
	}
	return stored(v), ""
}
