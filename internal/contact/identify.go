package contact

import "maps"

// Identify is what one call says about a person. Empty identifiers say nothing.
type Identify struct {
	UserID   string
	Email    string
	Verified bool // a signature for UserID was checked with this call
	Given
	Replace bool // drop the traits that this call does not name
}

// Applied tells what an identify did.
type Applied struct {
	Changed bool     // false: there is nothing to write
	New     []string // traits that were not there before, or had another type; sorted
}

// Identify applies a call to p, or refuses with too_many_traits and changes
// nothing. The e-mail address is a trait, too: traits["email"] always says what
// Email says, whichever of the two was given, and null does not take it away,
// because identifiers are moved and not forgotten.
func (p *Profile) Identify(in Identify) (Applied, error) {
	email := firstText(in.Email, in.Set["email"].Text, p.Email)
	fixed := Traits{}
	if email != "" {
		fixed["email"] = TextValue(email)
	}
	next, err := p.Traits.apply(in.Given, in.Replace, fixed)
	if err != nil {
		return Applied{}, err
	}
	userID := firstText(in.UserID, p.UserID)
	done := Applied{New: p.Traits.newNames(next)}
	done.Changed = userID != p.UserID || email != p.Email || in.Verified != p.Verified || !maps.Equal(p.Traits, next)
	if done.Changed {
		p.UserID, p.Email, p.Verified, p.Traits = userID, email, in.Verified, next
	}
	return done, nil
}

// Identify applies what a call says about an account, as Profile.Identify does.
// Its name is a trait, too.
func (a *Account) Identify(g Given, replace bool) (Applied, error) {
	next, err := a.Traits.apply(g, replace, nil)
	if err != nil {
		return Applied{}, err
	}
	name := next["name"].String()
	done := Applied{New: a.Traits.newNames(next)}
	done.Changed = name != a.Name || !maps.Equal(a.Traits, next)
	if done.Changed {
		a.Name, a.Traits = name, next
	}
	return done, nil
}

// Identified tells whether the person was ever named: by the customer's own id
// or by an e-mail address.
func (p *Profile) Identified() bool { return p.UserID != "" || p.Email != "" }

func firstText(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
