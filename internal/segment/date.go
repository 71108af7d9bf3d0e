package segment

import (
	"cmp"
	"time"

	"earshot/internal/contact"
)

const (
	dayMicros  = int64(24 * time.Hour / time.Microsecond)
	hourMicros = int64(time.Hour / time.Microsecond)
)

// edge is a date to compare with: a whole day of the project's calendar, or a moment.
type edge struct {
	day bool
	at  int64 // days or microseconds since 1970
}

// newEdge reads an operand: a text is a day, a date is a moment.
func newEdge(v contact.Value) (edge, bool) {
	switch v.Type {
	case contact.Date:
		return edge{at: int64(v.Time)}, true
	case contact.Text:
		at, err := time.Parse(time.DateOnly, v.Text)
		if err != nil || at.Year() < 1 {
			return edge{}, false
		}
		return edge{day: true, at: at.Unix() / (24 * 60 * 60)}, true
	}
	return edge{}, false
}

// start and end bound the edge in microseconds as if the project were in UTC.
func (e edge) start() int64 {
	if e.day {
		return e.at * dayMicros
	}
	return e.at
}

func (e edge) end() int64 {
	if e.day {
		return (e.at+1)*dayMicros - 1
	}
	return e.at
}

// compare tells whether a value lies before (-1), at or after the edge.
func (e edge) compare(v contact.Value, s *Subject) int {
	if e.day {
		return cmp.Compare(dayOf(v, s), e.at)
	}
	return cmp.Compare(int64(v.Time), e.at)
}

// dayOf gives the day of a value in the project's calendar. A value without a
// time of day is that day wherever the project is: turning it into a moment of UTC
// first would make a renewal on 1 May one of 30 April in New York.
func dayOf(v contact.Value, s *Subject) int64 {
	if v.IsDay() {
		return int64(contact.DayOf(v.Time))
	}
	return s.day(time.UnixMicro(int64(v.Time)))
}

// day gives the day of a moment in the project's calendar, as days since 1970.
func (s *Subject) day(at time.Time) int64 {
	seconds := at.Unix()
	if s.Zone != nil {
		_, offset := at.In(s.Zone).Zone()
		seconds += int64(offset)
	}
	day := seconds / (24 * 60 * 60)
	if seconds%(24*60*60) < 0 {
		day--
	}
	return day
}

func buildBefore(l *Leaf) test {
	e, _ := newEdge(l.Operands[0])
	return func(v contact.Value, s *Subject) bool { return v.Type == contact.Date && e.compare(v, s) < 0 }
}

func buildAfter(l *Leaf) test {
	e, _ := newEdge(l.Operands[0])
	return func(v contact.Value, s *Subject) bool { return v.Type == contact.Date && e.compare(v, s) > 0 }
}

// ago gives how many days of the calendar lie between a value and now, negative
// when it is still to come.
func ago(v contact.Value, s *Subject) int64 { return s.day(s.Now) - dayOf(v, s) }

// passed tells whether a moment is over. Today is neither over nor to come when
// the value has no time of day.
func passed(v contact.Value, s *Subject) bool { return int64(v.Time) <= s.Now.UnixMicro() }

func buildMoreDays(l *Leaf) test {
	n := l.Operands[0].Int
	return func(v contact.Value, s *Subject) bool { return v.Type == contact.Date && ago(v, s) > n }
}

func buildLessDays(l *Leaf) test {
	n := l.Operands[0].Int
	return func(v contact.Value, s *Subject) bool {
		if v.Type != contact.Date {
			return false
		}
		days := ago(v, s)
		return 0 <= days && days < n && (v.IsDay() || passed(v, s))
	}
}

func buildExactDays(l *Leaf) test {
	n := l.Operands[0].Int
	return func(v contact.Value, s *Subject) bool { return v.Type == contact.Date && ago(v, s) == n }
}

func buildNextDays(l *Leaf) test {
	n := l.Operands[0].Int
	return func(v contact.Value, s *Subject) bool {
		if v.Type != contact.Date {
			return false
		}
		days := -ago(v, s)
		return 0 <= days && days <= n && (v.IsDay() || !passed(v, s))
	}
}

func buildMoreHours(l *Leaf) test {
	span := l.Operands[0].Int * hourMicros
	return func(v contact.Value, s *Subject) bool {
		return v.Type == contact.Date && s.Now.UnixMicro()-int64(v.Time) > span
	}
}

func buildLessHours(l *Leaf) test {
	span := l.Operands[0].Int * hourMicros
	return func(v contact.Value, s *Subject) bool {
		return v.Type == contact.Date && passed(v, s) && s.Now.UnixMicro()-int64(v.Time) < span
	}
}
