package segment

import "strconv"

// AppendSpelling appends a canonical spelling: two conditions are spelled alike
// only if they mean the same. JSON would not do, where a date and a text that
// reads like one are equal. Counts are kept under its hash, so a change of it has
// them all counted again.
func (c *Condition) AppendSpelling(b []byte) []byte {
	b = append(b, '(')
	if c.All != nil { // an empty "all" holds, an empty "any" does not
		b = append(b, '&')
	}
	for i := range c.All {
		b = c.All[i].AppendSpelling(b)
	}
	if c.Any != nil {
		b = append(b, '|')
	}
	for i := range c.Any {
		b = c.Any[i].AppendSpelling(b)
	}
	if c.Not != nil {
		b = c.Not.AppendSpelling(append(b, '!'))
	}
	if c.Leaf != nil {
		b = c.Leaf.appendSpelling(b)
	}
	return append(b, ')')
}

func (l *Leaf) appendSpelling(b []byte) []byte {
	for _, text := range []string{string(l.Source), l.Name, l.Survey, l.Op} {
		b = strconv.AppendQuote(b, text)
	}
	b = strconv.AppendBool(b, l.CaseToo)
	for _, v := range l.Operands {
		b = strconv.AppendQuote(append(b, ','), string(v.Type))
		b = strconv.AppendQuote(b, v.Text)
		b = strconv.AppendInt(b, v.Int, 10)
		b = strconv.AppendFloat(append(b, '~'), v.Float, 'g', -1, 64)
		b = strconv.AppendBool(b, v.Bool)
		b = strconv.AppendInt(b, int64(v.Time), 10)
	}
	if l.Did != nil {
		b = l.Did.appendSpelling(b)
	}
	return b
}

func (d *Did) appendSpelling(b []byte) []byte {
	b = strconv.AppendBool(append(b, '?'), d.Not)
	for _, text := range []string{d.What, d.Within, d.After, d.Before} {
		b = strconv.AppendQuote(b, text)
	}
	if d.Times != nil {
		b = strconv.AppendInt(append(b, d.Times.Op...), int64(d.Times.N), 10)
	}
	if d.Where != nil {
		b = d.Where.AppendSpelling(b)
	}
	return b
}
