package survey

import "time"

// Redirect leads the browser to an address and ends the path.
type Redirect struct {
	URL   string `json:"url,omitempty"` // http, https
	After Span   `json:"after,omitzero"`
}

// Problems checks address and delay.
func (o *Redirect) Problems() map[string]string {
	p := problems{}
	p.address(o.URL, "url", "http", "https")
	p.add(o.After.Duration() <= time.Minute, "after", "at most 60s")
	return p
}
