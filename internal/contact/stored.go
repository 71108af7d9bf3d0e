package contact

import (
	"encoding/binary"
	"fmt"

	"earshot/internal/ident"
)

// storedFormat is the first byte of a stored profile or account.
const storedFormat = 1

// Field numbers of a profile. Never renumber; append. What is new belongs here
// rather than into a block: an older version keeps only fields of the profile.
const (
	profileID = iota + 1
	profileUserID
	profileEmail
	profileVerified
	profileSamplingID
	profileTraits
	profileAccount
	profileFirstSeen
	profileLastSeen
	profileSessionStart
	profileSessions
	profileCountry
	profileLocale
	profileDevice
	profilePage
	profileInstallation
	profileEvents
	profileSurveys
	profileViews
	profileResponses
	profileLastView
	profileLastResponse
	profileRecentViews
	profileSessionEvents
	profileDerived
	profileAnswers
)

// AppendTo appends p as engines store it. Equal profiles give equal bytes.
func (p *Profile) AppendTo(b []byte) []byte {
	e := encoder{b: append(b, storedFormat)}
	e.id(profileID, p.ID)
	e.text(profileUserID, p.UserID)
	e.text(profileEmail, p.Email)
	e.flag(profileVerified, p.Verified)
	e.number(profileSamplingID, int64(p.SamplingID))
	e.traits(profileTraits, p.Traits)
	e.id(profileAccount, p.Account)
	e.number(profileFirstSeen, int64(p.FirstSeen))
	e.number(profileLastSeen, int64(p.LastSeen))
	e.number(profileSessionStart, int64(p.SessionStart))
	e.number(profileSessions, int64(p.Sessions))
	e.text(profileCountry, p.Country)
	e.text(profileLocale, p.Locale)
	e.text(profileDevice, p.Device)
	e.text(profilePage, p.Page)
	e.text(profileInstallation, p.Installation)
	e.events(profileEvents, p.Events)
	e.surveys(profileSurveys, p.Surveys)
	e.number(profileViews, int64(p.Views))
	e.number(profileResponses, int64(p.Responses))
	e.number(profileLastView, int64(p.LastView))
	e.number(profileLastResponse, int64(p.LastResponse))
	e.moments(profileRecentViews, p.RecentViews)
	e.sessionEvents(profileSessionEvents, p.SessionStart, p.SessionEvents)
	e.derived(profileDerived, p.Derived)
	e.answers(profileAnswers, p.Answers)
	return append(e.b, p.later...)
}

// DecodeProfile reads what AppendTo wrote. Fields that only a newer version
// knows are kept and written back, so two versions may work on the same data.
// It takes any bytes: what is no profile is an error.
func DecodeProfile(b []byte) (*Profile, error) {
	d, err := newDecoder(b)
	if err != nil {
		return nil, err
	}
	p := &Profile{}
	session := Micros(0) // that SessionEvents belong to
	for {
		before := d.rest
		key, n, s, ok := d.field()
		if !ok {
			break
		}
		switch key {
		case profileID<<1 | bytesLayout:
			p.ID = d.id(s)
		case profileUserID<<1 | bytesLayout:
			p.UserID = s
		case profileEmail<<1 | bytesLayout:
			p.Email = s
		case profileVerified<<1 | numberLayout:
			p.Verified = n != 0
		case profileSamplingID<<1 | numberLayout:
			p.SamplingID = uint64(n)
		case profileTraits<<1 | bytesLayout:
			p.Traits = d.traits(s)
		case profileAccount<<1 | bytesLayout:
			p.Account = d.id(s)
		case profileFirstSeen<<1 | numberLayout:
			p.FirstSeen = Micros(n)
		case profileLastSeen<<1 | numberLayout:
			p.LastSeen = Micros(n)
		case profileSessionStart<<1 | numberLayout:
			p.SessionStart = Micros(n)
		case profileSessions<<1 | numberLayout:
			p.Sessions = int(n)
		case profileCountry<<1 | bytesLayout:
			p.Country = s
		case profileLocale<<1 | bytesLayout:
			p.Locale = s
		case profileDevice<<1 | bytesLayout:
			p.Device = s
		case profilePage<<1 | bytesLayout:
			p.Page = s
		case profileInstallation<<1 | bytesLayout:
			p.Installation = s
		case profileEvents<<1 | bytesLayout:
			p.Events = d.events(s)
		case profileSurveys<<1 | bytesLayout:
			p.Surveys = d.surveys(s)
		case profileViews<<1 | numberLayout:
			p.Views = int(n)
		case profileResponses<<1 | numberLayout:
			p.Responses = int(n)
		case profileLastView<<1 | numberLayout:
			p.LastView = Micros(n)
		case profileLastResponse<<1 | numberLayout:
			p.LastResponse = Micros(n)
		case profileRecentViews<<1 | bytesLayout:
			p.RecentViews = d.moments(s)
		case profileSessionEvents<<1 | bytesLayout:
			session, p.SessionEvents = d.sessionEvents(s)
		case profileDerived<<1 | bytesLayout:
			p.Derived = d.derived(s)
		case profileAnswers<<1 | bytesLayout:
			p.Answers = d.answers(s)
		default:
			p.later = append(p.later, before[:len(before)-len(d.rest)]...)
		}
	}
	if d.damaged {
		return nil, errDamaged
	}
	if session != p.SessionStart {
		p.SessionEvents = nil
	}
	return p, nil
}

// Field numbers of an account. Never renumber; append.
const (
	accountID = iota + 1
	accountRemoteID
	accountName
	accountTraits
	accountFirstSeen
	accountLastSeen
)

// AppendTo appends a as engines store it. Equal accounts give equal bytes.
func (a *Account) AppendTo(b []byte) []byte {
	e := encoder{b: append(b, storedFormat)}
	e.id(accountID, a.ID)
	e.text(accountRemoteID, a.RemoteID)
	e.text(accountName, a.Name)
	e.traits(accountTraits, a.Traits)
	e.number(accountFirstSeen, int64(a.FirstSeen))
	e.number(accountLastSeen, int64(a.LastSeen))
	return append(e.b, a.later...)
}

// DecodeAccount reads what Account.AppendTo wrote, as DecodeProfile does.
func DecodeAccount(b []byte) (*Account, error) {
	d, err := newDecoder(b)
	if err != nil {
		return nil, err
	}
	a := &Account{}
	for {
		before := d.rest
		key, n, s, ok := d.field()
		if !ok {
			break
		}
		switch key {
		case accountID<<1 | bytesLayout:
			a.ID = d.id(s)
		case accountRemoteID<<1 | bytesLayout:
			a.RemoteID = s
		case accountName<<1 | bytesLayout:
			a.Name = s
		case accountTraits<<1 | bytesLayout:
			a.Traits = d.traits(s)
		case accountFirstSeen<<1 | numberLayout:
			a.FirstSeen = Micros(n)
		case accountLastSeen<<1 | numberLayout:
			a.LastSeen = Micros(n)
		default:
			a.later = append(a.later, before[:len(before)-len(d.rest)]...)
		}
	}
	if d.damaged {
		return nil, errDamaged
	}
	return a, nil
}

func newDecoder(b []byte) (*decoder, error) {
	if len(b) == 0 {
		return nil, errDamaged
	}
	if b[0] != storedFormat {
		return nil, fmt.Errorf("stored in format %d, this version reads %d", b[0], storedFormat)
	}
	return &decoder{rest: string(b[1:])}, nil
}

func (e *encoder) id(field int, id ident.ID) {
	if id != ident.None {
		e.b = binary.AppendUvarint(e.b, uint64(field)<<1|bytesLayout)
		e.b = append(append(e.b, byte(len(id))), id[:]...)
	}
}

func (d *decoder) id(s string) (id ident.ID) {
	if len(s) != len(id) {
		d.fail()
		return ident.None
	}
	copy(id[:], s)
	return id
}

// join ends a block that was read by a decoder of its own: it must have fitted
// exactly.
func (d *decoder) join(block *decoder) {
	if block.damaged || block.rest != "" {
		d.fail()
	}
}
