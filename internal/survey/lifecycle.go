package survey

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"earshot/internal/ident"
)

// Publish makes the draft what visitors get. A draft that is not fit for it is
// refused with the fault of Invalid. A draft that says the same as the last
// publication makes no new version, it only becomes visible again.
func (s *Survey) Publish(now time.Time) (changed bool, err error) {
	if wrong := s.Draft.Problems(); len(wrong) > 0 {
		return false, Invalid(wrong)
	}
	if s.Publication != nil && s.Publication.Definition.Equal(s.Draft) {
		return s.become(Published, now), nil
	}
	snapshot, err := s.Draft.Clone()
	if err != nil {
		return false, fmt.Errorf("publish survey: %w", err)
	}
	next := Publication{Version: 1, PublishedAt: now, FirstAt: now, Definition: snapshot}
	if last := s.Publication; last != nil {
		next.Version, next.FirstAt = last.Version+1, last.FirstAt
	}
	s.Publication = &next
	s.Status, s.UpdatedAt = Published, now
	return true, nil
}

// Unpublish takes the survey away from visitors; it is also the way back from
// the archive. The publication stays for the responses that answered it.
func (s *Survey) Unpublish(now time.Time) (changed bool) { return s.become(Draft, now) }

// Archive puts the survey away.
func (s *Survey) Archive(now time.Time) (changed bool) { return s.become(Archived, now) }

func (s *Survey) become(status Status, now time.Time) bool {
	if s.Status == status {
		return false
	}
	s.Status, s.UpdatedAt = status, now
	return true
}

// Pending tells whether the draft of a published survey has changes that
// visitors do not get yet.
func (s Survey) Pending() bool {
	return s.Status == Published && s.Publication != nil && !s.Publication.Definition.Equal(s.Draft)
}

// MaxKey is how many characters a key may have.
const MaxKey = 64

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// ValidKey tells whether a text can be a survey's key. A UUID cannot, because
// surveys are named by either.
func ValidKey(key string) bool {
	_, err := ident.Parse(key)
	return keyForm.MatchString(key) && err != nil
}

var notInKey = regexp.MustCompile(`[^a-z0-9]+`)

// KeyFrom makes a key of a name: "NPS, after two weeks" gives
// "nps-after-two-weeks". A name without any usable character gives "survey".
func KeyFrom(name string) string {
	key := strings.Trim(notInKey.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if len(key) > MaxKey {
		key = strings.Trim(key[:MaxKey], "-")
	}
	if !ValidKey(key) {
		return "survey"
	}
	return key
}

// codeLetters has nothing that looks like something else in it: no 0 and o,
// no 1, i and l.
const codeLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// NewCode draws the code of a survey's page, "h7kq2x-m94tzd": 59 bits, so
// that pages cannot be found by trying. It fails only when random does.
func NewCode(random io.Reader) (string, error) {
	code := make([]byte, 0, 13)
	var b [1]byte
	for len(code) < 13 {
		if len(code) == 6 {
			code = append(code, '-')
		}
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("draw a page code: %w", err)
		}
		if i := int(b[0] & 31); i < len(codeLetters) {
			code = append(code, codeLetters[i])
		}
	}
	return string(code), nil
}
