package launch

import (
	"strings"

	"earshot/internal/segment"
)

// Who the survey wants.

func limitsWho(_ *Project, s *compiled) bool {
	return s.def.Audience.Who == "identified" || s.def.Audience.Who == "anonymous"
}

func isWho(d *desk, s *compiled) bool {
	return (s.def.Audience.Who == "identified") == d.identified()
}

// identified tells whether the visitor has said who they are in this browser.
func (d *desk) identified() bool {
	return !d.v.Anonymous && d.profile.Identified()
}

func hasConditions(_ *Project, s *compiled) bool { return s.broken || len(s.parts) > 0 }

// meetsConditions asks each distinct condition once for all surveys.
func meetsConditions(d *desk, s *compiled) bool {
	if s.broken {
		return false
	}
	for _, i := range s.parts {
		if d.checks[i] == unasked {
			d.checks[i] = fails
			if d.p.parts[i](&d.subject) {
				d.checks[i] = holds
			}
		}
		if d.checks[i] == fails {
			return false
		}
	}
	return true
}

func limitsCountries(_ *Project, s *compiled) bool { return len(s.def.Audience.Countries) > 0 }

func inCountry(d *desk, s *compiled) bool {
	return d.c.Country != "" && containsFold(s.def.Audience.Countries, d.c.Country)
}

func limitsLanguages(_ *Project, s *compiled) bool { return len(s.def.Audience.Languages) > 0 }

func speaksLanguage(d *desk, s *compiled) bool {
	for _, language := range s.def.Audience.Languages {
		if segment.IsLanguage(d.c.Locale, language) {
			return true
		}
	}
	return false
}

func limitsDevices(_ *Project, s *compiled) bool { return len(s.def.Audience.Devices) > 0 }

func onDevice(d *desk, s *compiled) bool {
	return d.c.Device != "" && containsFold(s.def.Audience.Devices, d.c.Device)
}

func containsFold(list []string, s string) bool {
	for _, other := range list {
		if strings.EqualFold(other, s) {
			return true
		}
	}
	return false
}

func samples(_ *Project, s *compiled) bool { return s.share < 1 }

func inSample(d *desk, s *compiled) bool { return placeOf(d.v.SamplingID, s.salt) < s.share }
