// Package loadkit is what the benchmarks and the acceptance tests share: a
// place for a run (a folder and processes that never outlive it), a plain HTTP
// connection, load in closed and open loop, and what visitors' browsers say.
//
// Everything stays on 127.0.0.1, and everything is bounded in time.
package loadkit
