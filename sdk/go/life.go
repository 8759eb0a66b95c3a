package hotpod

import (
	"context"
	"sync"
)

// process is the life of this process as the supervisor, the probes and the handlers see it.
var process = &life{draining: make(chan struct{}), established: make(chan struct{})}

type phase int

const (
	starting phase = iota
	ready
	draining
)

func (p phase) String() string {
	return [...]string{"starting", "ready", "draining"}[p]
}

type life struct {
	mu       sync.Mutex
	phase    phase
	serving  int
	draining chan struct{}
	hooks    []func(context.Context)
	// established is closed once this process is ready and no other may have to go on in its place.
	established  chan struct{}
	establishing sync.Once
	// heirGone is closed when the process that took over has ended; nil before one did.
	heirGone  <-chan struct{}
	farewells []func()
	// rooted is true once a server runs whose connections cannot move.
	rooted bool
}

// Draining returns a channel that is closed when the drain begins. Long answers, such as
// server-sent events and long polls, end on it; WebSocket handlers send their close frame.
func Draining() <-chan struct{} { return process.Draining() }

func (l *life) Draining() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.draining
}

func (l *life) Established() <-chan struct{} { return l.established }

// Notify is for messages that whoever receives them can do without.
func (l *life) Notify(state string) { _ = notify(state) }

// RegisterOnDrain has f called, in its own goroutine, when the drain begins. Serve waits for it to
// return. The context ends when the drain time does. It is the place to end hijacked connections
// that live longer than the handler that took them over, and to finish background work.
func RegisterOnDrain(f func(ctx context.Context)) {
	process.mu.Lock()
	defer process.mu.Unlock()
	process.hooks = append(process.hooks, f)
}

// begin counts a primary server in. The first one after a drain starts a new life, which only
// programs (and tests) that serve several times in a row ever see.
func (l *life) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.serving == 0 && l.phase != starting {
		if l.phase == draining {
			l.draining = make(chan struct{})
		}
		l.phase = starting
	}
	l.serving++
}

func (l *life) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serving--
	if l.serving == 0 && l.phase == draining {
		for _, farewell := range l.farewells {
			farewell()
		}
	}
}

// announce tells the supervisor once that requests are served.
func (l *life) announce() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase != starting {
		return nil
	}
	l.phase = ready
	if from := before(); from != nil {
		from.Replace(l.establish)
		return nil
	}
	l.establish()
	if l.rooted {
		return tell("READY=1")
	}
	// Without connections of its own it can wait, and serve again.
	return tell("X_HOTPOD_STANDS_BY=1\nREADY=1")
}

// root says that a server runs whose connections stay in this process to their end.
func (l *life) root() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rooted = true
}

// establish is called once in the life of a process.
func (l *life) establish() {
	l.establishing.Do(func() { close(l.established) })
}

// AtEnd has f called when the last server has drained.
func (l *life) AtEnd(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.farewells = append(l.farewells, f)
}

// HandOver makes the drain that follows one in favour of another process.
func (l *life) HandOver(heirGone <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heirGone = heirGone
}

// succeeded says that another process serves in this one's place.
func (l *life) succeeded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heirGone == nil {
		return false
	}
	select {
	case <-l.heirGone:
		return false
	default:
		return true
	}
}

// drain starts the process's drain, once, and returns the hooks to run for it.
func (l *life) drain() []func(context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase == draining {
		return nil
	}
	l.phase = draining
	close(l.draining)
	// The supervisor has asked for this, or will see the process end: the message is a courtesy. The
	// service does not stop when another process goes on with it.
	if l.heirGone == nil {
		_ = notify("STOPPING=1")
	}
	return l.hooks
}

func (l *life) now() phase {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.phase
}
