package main

import (
	"encoding/json"
	"sync"
	"sync/atomic"
)

// tally is what happened to clients of one kind.
type tally struct {
	requests, opened atomic.Int64
	// closed counts connections that the service ended, polite those of them that it had announced.
	closed, polite atomic.Int64

	mu      sync.Mutex
	reasons map[string]int
}

func newTally() *tally { return &tally{reasons: map[string]int{}} }

func (t *tally) fail(reason string, count int) {
	if count == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reasons[reason] += count
}

func (t *tally) MarshalJSON() ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	failed := 0
	for _, count := range t.reasons {
		failed += count
	}
	return json.Marshal(map[string]any{
		"requests": t.requests.Load(), "failed": failed, "reasons": t.reasons,
		"opened": t.opened.Load(), "closed": t.closed.Load(), "closedPolitely": t.polite.Load(),
	})
}

// versions are the processes that answered.
type versions struct {
	mu        sync.Mutex
	seen      map[int64]bool
	backwards int
}

func newVersions() *versions { return &versions{seen: map[int64]bool{}} }

// see notes an answer on a connection whose answer before was by another, or 0.
func (v *versions) see(version, before int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen[version] = true
	if version < before {
		v.backwards++
	}
}

func (v *versions) count() (seen, backwards int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.seen), v.backwards
}
