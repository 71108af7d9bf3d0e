package survey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// CSAT asks how satisfied somebody is.
type CSAT struct {
	Points      int      `json:"points,omitempty"` // 2..5, default 5
	Style       string   `json:"style,omitempty"`  // smileys (default), stars, thumbs, numbers, text
	LowLabel    string   `json:"low_label,omitempty"`
	HighLabel   string   `json:"high_label,omitempty"`
	Labels      []string `json:"labels,omitempty"`       // one a point, from low to high
	AutoAdvance *bool    `json:"auto_advance,omitempty"` // default true
}

// Values are the answers from low to high. They are centred on zero, so that
// scales of different length can be read side by side: ±2 is only there with
// four or five points, 0 only with three and five.
func (o *CSAT) Values() []int {
	switch o.Points {
	case 2:
		return []int{-1, 1}
	case 3:
		return []int{-1, 0, 1}
	case 4:
		return []int{-2, -1, 1, 2}
	}
	return []int{-2, -1, 0, 1, 2}
}

// Problems checks points, style and labels.
func (o *CSAT) Problems() map[string]string {
	p := problems{}
	p.add(o.Points == 0 || o.Points >= 2 && o.Points <= 5, "points", "2, 3, 4 or 5")
	p.oneOf(o.Style, "style", "smileys", "stars", "thumbs", "numbers", "text")
	p.add(o.Style != "thumbs" || o.Points == 2, "points", "2, because there are two thumbs")
	p.add(o.Style != "text" || len(o.Labels) > 0, "labels", "one text a point, because the style is text")
	p.text(o.LowLabel, "low_label")
	p.text(o.HighLabel, "high_label")
	n := len(o.Values())
	p.add(len(o.Labels) == 0 || len(o.Labels) == n, "labels", fmt.Sprintf("%d texts, one a point", n))
	for i, l := range o.Labels {
		field := fmt.Sprintf("labels[%d]", i)
		p.add(l != "", field, "a text")
		p.text(l, field)
	}
	return p
}

// Check accepts one of Values.
func (o *CSAT) Check(raw json.RawMessage) (json.RawMessage, string) {
	n, ok := whole(raw)
	if !ok || !slices.Contains(o.Values(), n) {
		return nil, "one of " + numbers(o.Values())
	}
	return json.RawMessage(strconv.Itoa(n)), ""
}

// numbers writes "-1, 0, 1".
func numbers(values []int) string {
	s := ""
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += strconv.Itoa(v)
	}
	return s
}
