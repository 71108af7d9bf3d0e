// Package arch holds tests about the shape of the code: who may import whom,
// what the domain must not know, and how long a function has grown. They read
// the files themselves instead of asking the go command, because a passing
// test is cached until a file it opened changes.
package arch
