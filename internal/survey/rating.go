package survey

import "encoding/json"

// Rating asks for a number of stars, hearts, smileys, or a plain number.
type Rating struct {
	Points      int    `json:"points,omitempty"` // 2..11, default 5
	Start       *int   `json:"start,omitempty"`  // 0 or 1 (default)
	Style       string `json:"style,omitempty"`  // stars (default), hearts, numbers, smileys
	LowLabel    string `json:"low_label,omitempty"`
	HighLabel   string `json:"high_label,omitempty"`
	AutoAdvance *bool  `json:"auto_advance,omitempty"` // default true
}

// Problems checks points, start, style and labels.
func (o *Rating) Problems() map[string]string {
	p := problems{}
	p.add(o.Points == 0 || o.Points >= 2 && o.Points <= 11, "points", "2 to 11")
	p.add(o.Start == nil || *o.Start == 0 || *o.Start == 1, "start", "0 or 1")
	p.oneOf(o.Style, "style", "stars", "hearts", "numbers", "smileys")
	p.add(o.Style != "smileys" || o.Points <= 5, "points", "at most 5, because there are five smileys")
	p.text(o.LowLabel, "low_label")
	p.text(o.HighLabel, "high_label")
	return p
}

// Check accepts as many whole numbers as there are points, from start on.
func (o *Rating) Check(raw json.RawMessage) (json.RawMessage, string) {
	points, start := o.Points, 1
	if points == 0 {
		points = 5
	}
	if o.Start != nil {
		start = *o.Start
	}
	return checkWhole(raw, start, start+points-1)
}
