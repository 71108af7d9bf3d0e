package contact

import (
	"time"

	"earshot/internal/ident"
)

// Session is a fact: a contact came who had not been there for a while, or a
// page started one. A contact starts one session at a moment.
type Session struct {
	Contact ident.ID
	At      Micros
	Page    string // where it began, without query and fragment
	Locale  string
	Device  string
	Country string
}

// SessionGap is how long a contact has to be away for the next sight of it to
// start a new session.
const SessionGap = time.Hour

// NewSession tells whether somebody last seen then and seen again now starts a
// session. Who was never seen does.
func NewSession(last, now Micros) bool {
	return last == 0 || now-last >= Micros(SessionGap.Microseconds())
}

// Seen notes that the contact was there at now, and tells whether that started
// a session. LastSeen never goes backwards: of two requests that overtake each
// other the later moment stays.
func (p *Profile) Seen(now Micros) (newSession bool) {
	if p.Sessions == 0 || NewSession(p.LastSeen, now) {
		p.StartSession(now)
		return true
	}
	p.FirstSeen = earliest(p.FirstSeen, now)
	p.LastSeen = max(p.LastSeen, now)
	return false
}

// StartSession starts a session whatever went before.
func (p *Profile) StartSession(now Micros) {
	p.Sessions++
	if now > p.SessionStart {
		p.SessionStart, p.SessionEvents = now, nil
	}
	p.FirstSeen = earliest(p.FirstSeen, now)
	p.LastSeen = max(p.LastSeen, now)
}

// earliest of two moments, of which either may be "never".
func earliest(a, b Micros) Micros {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}
