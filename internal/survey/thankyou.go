package survey

import "time"

// ThankYou says good-bye and ends the path.
type ThankYou struct {
	CloseAfter Span `json:"close_after,omitzero"` // 0: stays until closed
}

// Problems checks the delay.
func (o *ThankYou) Problems() map[string]string {
	p := problems{}
	p.add(o.CloseAfter.Duration() <= time.Hour, "close_after", "at most 1h")
	return p
}
