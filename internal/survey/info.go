package survey

// Info shows a text and a picture and asks nothing.
type Info struct{}

// Problems finds none: the text is a common field.
func (o *Info) Problems() map[string]string { return nil }
