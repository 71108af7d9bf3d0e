package launch

import (
	"math/bits"

	"earshot/internal/contact"
	"earshot/internal/survey"
	"earshot/internal/team"
)

// gate is one rule that can keep a survey from being shown.
type gate struct {
	reason Reason // code of its failure; also the gate's name
	kind   gateKind
	forced bool // a forced launch passes it
	manual bool // a manual launch passes it

	// applies tells, when compiling, whether the gate can fail for this survey
	// at all. A decision only walks through those.
	applies func(*Project, *compiled) bool
	// pass is the rule.
	pass func(*desk, *compiled) bool
	// words puts what is compared into words, whether the gate passed or not.
	words func(*desk, *compiled) string
	// due gives the moment a failed gate opens by itself, 0 if unknown; may be nil.
	due func(*desk, *compiled) contact.Micros
}

// gateKind groups gates by what they look at.
type gateKind int

const (
	ofSurvey   gateKind = iota // the survey and the door
	ofAudience                 // who is asking: being in the audience means passing these
	ofHistory                  // what was shown before, to this contact and to others
	ofPage                     // where the visitor is; the browser watches it
	ofTrigger                  // whether this is the moment; the browser watches it
)

// gates is the order of the rules: the first that fails is the reason.
var gates = [...]gate{
	{reason: SurveyNotFound, kind: ofSurvey, applies: isMissing, pass: exists, words: wordsFound},
	{reason: NotPublished, kind: ofSurvey, applies: isNotLive, pass: previews, words: wordsStatus},
	{reason: ChannelOff, kind: ofSurvey, applies: limitsChannels, pass: onChannel, words: wordsChannel},
	{reason: IdentityRequired, kind: ofSurvey, applies: requiresIdentity, pass: hasVerifiedID, words: wordsIdentity},
	{reason: SignatureInvalid, kind: ofSurvey, applies: requiresIdentity, pass: signatureHolds, words: wordsSignature},
	{reason: NotStarted, kind: ofSurvey, forced: true, applies: hasStart, pass: started, words: wordsStart, due: startDue},
	{reason: Ended, kind: ofSurvey, forced: true, applies: hasEnd, pass: notEnded, words: wordsEnd},
	{reason: ResponseLimitReached, kind: ofSurvey, forced: true, applies: limitsResponses, pass: belowResponses, words: wordsResponses},

	{reason: AudienceType, kind: ofAudience, forced: true, applies: limitsWho, pass: isWho, words: wordsWho},
	// Named segments come here, before the survey's own conditions:
	// segment_mismatch, then segment_excluded.
	{reason: ConditionMismatch, kind: ofAudience, forced: true, applies: hasConditions, pass: meetsConditions, words: wordsConditions},
	{reason: CountryMismatch, kind: ofAudience, forced: true, applies: limitsCountries, pass: inCountry, words: wordsCountry},
	{reason: LocaleMismatch, kind: ofAudience, forced: true, applies: limitsLanguages, pass: speaksLanguage, words: wordsLanguage},
	{reason: DeviceMismatch, kind: ofAudience, forced: true, applies: limitsDevices, pass: onDevice, words: wordsDevice},
	{reason: SampledOut, kind: ofHistory, forced: true, applies: samples, pass: inSample, words: wordsSample},

	{reason: AlreadyCompleted, kind: ofHistory, forced: true, applies: asksOnce, pass: notCompleted, words: wordsCompleted},
	{reason: AlreadyDismissed, kind: ofHistory, forced: true, applies: asksOnce, pass: notDismissed, words: wordsDismissed, due: followUpDue},
	{reason: AlreadySeen, kind: ofHistory, forced: true, applies: asksOnce, pass: notSeen, words: wordsSeen, due: followUpDue},
	{reason: RecurrenceNotDue, kind: ofHistory, forced: true, applies: recurs, pass: recurrenceDue, words: wordsRecurrence, due: nextRun},
	{reason: RecurrenceOver, kind: ofHistory, forced: true, applies: recursFor, pass: recurrenceRuns, words: wordsRecurrenceEnd},
	{reason: ContactCap, kind: ofHistory, forced: true, applies: capsContact, pass: belowContactCap, words: wordsContactCap},
	{reason: SurveyThrottled, kind: ofHistory, forced: true, applies: throttlesSurvey, pass: belowSurveyThrottle, words: wordsSurveyThrottle, due: surveyThrottleDue},
	{reason: ProjectThrottled, kind: ofHistory, forced: true, applies: throttlesProject, pass: belowProjectThrottle, words: wordsProjectThrottle, due: projectThrottleDue},
	{reason: ContactThrottled, kind: ofHistory, forced: true, applies: throttlesContact, pass: belowContactThrottle, words: wordsContactThrottle, due: contactThrottleDue},

	{reason: PageMismatch, kind: ofPage, forced: true, applies: allowsPages, pass: onAllowedPage, words: wordsAllowed},
	{reason: PageExcluded, kind: ofPage, forced: true, applies: excludesPages, pass: notOnExcludedPage, words: wordsExcluded},
	{reason: TriggerNotFired, kind: ofTrigger, forced: true, manual: true, applies: hasTrigger, pass: triggerFired, words: wordsTrigger, due: triggerDue},
	// outranked is no gate of one survey but the outcome among several: explain.go.
}

// gateSet is a set of indexes into gates.
type gateSet uint32

// allPassed is the index of "no gate failed".
const allPassed = -1

// The sets that count, by what is decided.
var (
	everyGate     = gatesWhere(func(gate) bool { return true })
	manualGates   = gatesWhere(func(g gate) bool { return !g.manual })
	forcedGates   = gatesWhere(func(g gate) bool { return !g.forced })
	audienceGates = gatesWhere(func(g gate) bool { return g.kind == ofAudience })
	armingGates   = gatesWhere(func(g gate) bool { return g.kind != ofPage && g.kind != ofTrigger })
)

func gatesWhere(counts func(gate) bool) gateSet {
	var set gateSet
	for i, g := range gates {
		if counts(g) {
			set |= 1 << i
		}
	}
	return set
}

// counting gives the gates that a launch has to pass.
func counting(how Launch) gateSet {
	switch how {
	case Manual:
		return manualGates
	case Forced:
		return forcedGates
	}
	return everyGate
}

// run walks a survey through the gates of a set, in order, and gives the index
// of the first that fails, or allPassed. Every decision is made here.
func (d *desk) run(s *compiled, set gateSet) int {
	for rest := s.gates & set; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros32(uint32(rest))
		if !gates[i].pass(d, s) {
			return i
		}
	}
	return allPassed
}

// The survey and the door.

func isMissing(_ *Project, s *compiled) bool { return s.id.IsZero() }
func exists(_ *desk, s *compiled) bool       { return !s.id.IsZero() }

func isNotLive(_ *Project, s *compiled) bool { return !isLive(s.source) }
func previews(d *desk, _ *compiled) bool     { return d.c.Preview }

func limitsChannels(_ *Project, s *compiled) bool { return len(s.def.Channels) > 0 }
func onChannel(d *desk, s *compiled) bool         { return contains(s.def.Channels, d.c.Channel) }

func requiresIdentity(p *Project, _ *compiled) bool {
	return p.source.Settings.Identity == team.IdentityRequired
}

// hasVerifiedID leaves a wrong signature to the next gate, which names it.
func hasVerifiedID(d *desk, _ *compiled) bool {
	return d.v.BadSignature || d.v.Verified && !d.v.Anonymous
}
func signatureHolds(d *desk, _ *compiled) bool { return !d.v.BadSignature }

func hasStart(_ *Project, s *compiled) bool { return s.def.Schedule.Start != nil }
func started(d *desk, s *compiled) bool     { return d.now >= contact.At(*s.def.Schedule.Start) }
func startDue(_ *desk, s *compiled) contact.Micros {
	return contact.At(*s.def.Schedule.Start)
}

func hasEnd(_ *Project, s *compiled) bool { return s.def.Schedule.End != nil }
func notEnded(d *desk, s *compiled) bool  { return d.now < contact.At(*s.def.Schedule.End) }

func limitsResponses(_ *Project, s *compiled) bool { return s.def.Limits.Responses > 0 }
func belowResponses(d *desk, s *compiled) bool {
	return d.responses(s) < s.def.Limits.Responses
}

func (d *desk) responses(s *compiled) int {
	return d.count(Need{Survey: s.id, What: Responses})
}

func contains(channels []survey.Channel, c survey.Channel) bool {
	for _, other := range channels {
		if other == c {
			return true
		}
	}
	return false
}
