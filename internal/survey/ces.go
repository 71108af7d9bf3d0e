package survey

import "encoding/json"

// CES asks how easy something was: agreement from 1 to 5 or 7.
type CES struct {
	Points      int    `json:"points,omitempty"` // 5 or 7, default 7
	LowLabel    string `json:"low_label,omitempty"`
	HighLabel   string `json:"high_label,omitempty"`
	AutoAdvance *bool  `json:"auto_advance,omitempty"` // default true
}

// Problems checks points and labels.
func (o *CES) Problems() map[string]string {
	p := problems{}
	p.add(o.Points == 0 || o.Points == 5 || o.Points == 7, "points", "5 or 7")
	p.text(o.LowLabel, "low_label")
	p.text(o.HighLabel, "high_label")
	return p
}

// Check accepts the whole numbers from 1 to the number of points.
func (o *CES) Check(raw json.RawMessage) (json.RawMessage, string) {
	points := o.Points
	if points == 0 {
		points = 7
	}
	return checkWhole(raw, 1, points)
}
