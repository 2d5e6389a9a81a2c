// Package arch holds the test that keeps the house in order: which room may
// import which. docs/architecture.md explains it.
package arch
