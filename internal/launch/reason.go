package launch

// Reason is the stable code of why a survey is not shown.
type Reason string

// The reasons, in the order of their gates.
const (
	SurveyNotFound       Reason = "survey_not_found"
	NotPublished         Reason = "not_published"
	ChannelOff           Reason = "channel_off"
	IdentityRequired     Reason = "identity_required"
	SignatureInvalid     Reason = "signature_invalid"
	NotStarted           Reason = "not_started"
	Ended                Reason = "ended"
	ResponseLimitReached Reason = "response_limit_reached"
	AudienceType         Reason = "audience_type"
	ConditionMismatch    Reason = "condition_mismatch"
	CountryMismatch      Reason = "country_mismatch"
	LocaleMismatch       Reason = "locale_mismatch"
	DeviceMismatch       Reason = "device_mismatch"
	SampledOut           Reason = "sampled_out"
	AlreadyCompleted     Reason = "already_completed"
	AlreadyDismissed     Reason = "already_dismissed"
	AlreadySeen          Reason = "already_seen"
	RecurrenceNotDue     Reason = "recurrence_not_due"
	RecurrenceOver       Reason = "recurrence_over"
	ContactCap           Reason = "contact_cap"
	SurveyThrottled      Reason = "survey_throttled"
	ProjectThrottled     Reason = "project_throttled"
	ContactThrottled     Reason = "contact_throttled"
	PageMismatch         Reason = "page_mismatch"
	PageExcluded         Reason = "page_excluded"
	TriggerNotFired      Reason = "trigger_not_fired"
	Outranked            Reason = "outranked"
)

// Message is a sentence for the developer who wonders where the survey is.
func (r Reason) Message() string { return messages[r] }

// Rule says in a few words what the gate wants that fails with this reason.
func (r Reason) Rule() string { return rules[r] }

var rules = map[Reason]string{
	SurveyNotFound:       "there is such a survey",
	NotPublished:         "published",
	ChannelOff:           "offered on this channel",
	IdentityRequired:     "identity verified",
	SignatureInvalid:     "signature right",
	NotStarted:           "schedule started",
	Ended:                "schedule not over",
	ResponseLimitReached: "responses still wanted",
	AudienceType:         "identified or anonymous",
	ConditionMismatch:    "conditions of the audience",
	CountryMismatch:      "country",
	LocaleMismatch:       "language",
	DeviceMismatch:       "type of device",
	SampledOut:           "drawn in the sample",
	AlreadyCompleted:     "not completed before",
	AlreadyDismissed:     "not dismissed before",
	AlreadySeen:          "not seen before",
	RecurrenceNotDue:     "time to ask again",
	RecurrenceOver:       "still to be asked again",
	ContactCap:           "below the contact's cap",
	SurveyThrottled:      "below the survey's throttle",
	ProjectThrottled:     "below the project's throttle",
	ContactThrottled:     "below the contact's throttle",
	PageMismatch:         "on an allowed page",
	PageExcluded:         "not on an excluded page",
	TriggerNotFired:      "trigger fired",
	Outranked:            "no other survey goes first",
}

var messages = map[Reason]string{
	SurveyNotFound:       "This project has no survey with this uuid or key.",
	NotPublished:         "The survey is a draft or archived; publish it to show it.",
	ChannelOff:           "The survey is not offered on this channel (widget, page or embed).",
	IdentityRequired:     "The project requires verified identities: call identifyUser with an id and its signature first.",
	SignatureInvalid:     "The signature does not belong to this user id; it is the HMAC-SHA256 of the id with the project's secret, in hex.",
	NotStarted:           "The survey's schedule has not started yet.",
	Ended:                "The survey's schedule is over.",
	ResponseLimitReached: "The survey has collected all the responses it wanted.",
	AudienceType:         "The survey is only for identified users, or only for anonymous visitors, and this visitor is the other.",
	ConditionMismatch:    "The contact does not meet the conditions of the survey's audience.",
	CountryMismatch:      "The survey is not for the visitor's country.",
	LocaleMismatch:       "The survey is not for the visitor's language.",
	DeviceMismatch:       "The survey is not for this type of device.",
	SampledOut:           "The survey is shown to a part of its audience, and this contact was not drawn.",
	AlreadyCompleted:     "This contact has already completed the survey.",
	AlreadyDismissed:     "This contact has already dismissed the survey.",
	AlreadySeen:          "This contact has already seen the survey.",
	RecurrenceNotDue:     "This contact has seen the survey and it is not yet time to ask again.",
	RecurrenceOver:       "The time in which the survey comes back to this contact is over.",
	ContactCap:           "This contact has reached the survey's limit of views or responses per contact.",
	SurveyThrottled:      "The survey has reached its limit of views or responses for now.",
	ProjectThrottled:     "The project's surveys together have reached their limit of views or responses for now.",
	ContactThrottled:     "This contact has seen as many surveys lately as the project allows.",
	PageMismatch:         "The survey does not appear on this page: no rule for allowed pages matches its address.",
	PageExcluded:         "The survey does not appear on this page: a rule for excluded pages matches its address.",
	TriggerNotFired:      "The survey waits for its trigger.",
	Outranked:            "Another survey takes precedence.",
}
