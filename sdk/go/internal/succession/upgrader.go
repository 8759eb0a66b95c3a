package succession

import (
	"sync/atomic"
	"time"
)

// Upgrader answers SIGUSR2.
type Upgrader struct {
	// Timeout is how long the new process may take until it is ready.
	Timeout time.Duration
	PIDFile string
	OnError func(error)
	Life    Life

	// path and arguments are the program's own, folder is where it was started.
	path, folder string
	arguments    []string
	busy         atomic.Bool
	// heir is the process that took over; nil before one did. Its pipe stays open until this process
	// ends, which tells it that.
	heir atomic.Pointer[successor]
}

// Life is what the upgrader has to know of the process, and tells it.
type Life interface {
	// Established is closed once this process is ready and no other may have to go on in its place.
	Established() <-chan struct{}
	// Draining is closed when the process is to end.
	Draining() <-chan struct{}
	// HandOver makes the drain that follows one in favour of a process that is there until gone.
	HandOver(gone <-chan struct{})
	// AtEnd has f called when the last server has drained.
	AtEnd(f func())
	// Notify sends a message to the supervisor, if there is one.
	Notify(state string)
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
