package survey

import "encoding/json"

// NPS asks how likely a recommendation is, from 0 to 10.
type NPS struct {
	LowLabel    string `json:"low_label,omitempty"`
	HighLabel   string `json:"high_label,omitempty"`
	AutoAdvance *bool  `json:"auto_advance,omitempty"` // default true
	Colored     bool   `json:"colored,omitempty"`      // red to green
}

// Problems checks the labels.
func (o *NPS) Problems() map[string]string {
	p := problems{}
	p.text(o.LowLabel, "low_label")
	p.text(o.HighLabel, "high_label")
	return p
}

// Check accepts the whole numbers 0 to 10.
func (o *NPS) Check(raw json.RawMessage) (json.RawMessage, string) { return checkWhole(raw, 0, 10) }
