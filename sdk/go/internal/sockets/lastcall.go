package sockets

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
)

// The kernel completes connections before they are accepted, and resets those that still wait when
// a listener is closed. quietTime without another one shows that none waits; under steady load, when
// there is always another, lastCallTime ends it.
const (
	quietTime    = 10 * time.Millisecond
	lastCallTime = 200 * time.Millisecond
)

// lastCall is a listener that, asked to leave, accepts what waits in the kernel's queue before it
// closes. Its connections are the listener's own.
type lastCall struct {
	net.Listener
	timer interface{ SetDeadline(time.Time) error }
	// until is the end of the last call in Unix nanoseconds; 0 before it.
	until atomic.Int64
}

// LastCalls wraps the listeners that can be woken up by a deadline, and leaves the others as they are.
func LastCalls(listeners []net.Listener) []net.Listener {
	wrapped := make([]net.Listener, len(listeners))
	for i, listener := range listeners {
		wrapped[i] = listener
		if timer, ok := listener.(interface{ SetDeadline(time.Time) error }); ok {
			wrapped[i] = &lastCall{Listener: listener, timer: timer}
		}
	}
	return wrapped
}

// Leave has listeners close, at once or after their last call. It does not wait for that.
func Leave(listeners []net.Listener) {
	for _, listener := range listeners {
		if l, ok := listener.(*lastCall); ok {
			l.until.Store(time.Now().Add(lastCallTime).UnixNano())
			if l.timer.SetDeadline(time.Now()) == nil {
				continue
			}
		}
		_ = Own.close(listener)
	}
}

func (l *lastCall) Close() error { return Own.close(l.Listener) }

func (l *lastCall) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	until := l.until.Load()
	if until == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		return conn, err
	}
	if wait := min(quietTime, time.Until(time.Unix(0, until))); wait > 0 {
		if err := l.timer.SetDeadline(time.Now().Add(wait)); err == nil {
			if conn, err := l.Listener.Accept(); err == nil {
				return conn, nil
			}
		}
	}
	_ = l.Close()
	return nil, net.ErrClosed
}

// Unwrapped is the listener as the service knows it.
func Unwrapped(listener net.Listener) net.Listener {
	if l, ok := listener.(*lastCall); ok {
		listener = l.Listener
	}
	return moves.Unwrapped(listener)
}
