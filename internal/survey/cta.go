package survey

import "encoding/json"

// CTA is a button that leads to an address.
type CTA struct {
	Label  string `json:"label,omitempty"`
	URL    string `json:"url,omitempty"` // http, https, mailto
	NewTab bool   `json:"new_tab,omitempty"`
}

// Problems checks label and address.
func (o *CTA) Problems() map[string]string {
	p := problems{}
	p.add(o.Label != "", "label", "the text of the button")
	p.text(o.Label, "label")
	p.address(o.URL, "url", "http", "https", "mailto")
	return p
}

// Check accepts true: it was clicked.
func (o *CTA) Check(raw json.RawMessage) (json.RawMessage, string) {
	if string(raw) != "true" {
		return nil, "true, when it was clicked"
	}
	return json.RawMessage("true"), ""
}
