package hotpod

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
)

// traffic knows which connections of a server are open and which handlers run. It uses net/http's
// hooks and leaves connections as they are for everything that looks at their types (sendfile, the
// service itself).
type traffic struct {
	draining atomic.Bool
	// states holds a *atomic.Int32 (an http.ConnState) for each open connection.
	states sync.Map
	fresh  atomic.Int64
	active atomic.Int64
	idle   atomic.Int64
	// handlers counts requests being answered, those on hijacked connections included.
	handlers atomic.Int64
	// changed gets a token while draining, whenever one of the numbers has changed.
	changed chan struct{}
}

// watch chains itself into the server's Handler and ConnState.
func watch(server *http.Server) *traffic {
	t := &traffic{changed: make(chan struct{}, 1)}
	next := server.Handler
	if next == nil {
		next = http.DefaultServeMux
	}
	server.Handler = t.handler(next)
	hook := server.ConnState
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		t.track(conn, state)
		if c, ok := conn.(*moves.Conn); ok {
			c.Follow(state)
		}
		if hook != nil {
			hook(moves.Plain(conn), state)
		}
	}
	return t
}

// handler counts requests and has their answers ask clients to leave during the drain.
func (t *traffic) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.handlers.Add(1)
		defer t.done()
		if r.ProtoMajor != 1 {
			// HTTP/2 clients have got GOAWAY. This sends it on connections that were opened in that
			// moment, and where the service brings its own HTTP/2.
			if t.draining.Load() {
				w.Header().Set("Connection", "close")
			}
			next.ServeHTTP(w, r)
			return
		}
		f := &farewell{
			ResponseWriter: w, draining: &t.draining, conn: moves.Of(r), said: upgrades(r),
		}
		next.ServeHTTP(f, r)
		f.say()
	})
}

func (t *traffic) done() {
	t.handlers.Add(-1)
	t.tell()
}

// track counts up before it counts down: nobody ever sees a connection missing between two states.
func (t *traffic) track(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		now := new(atomic.Int32)
		now.Store(int32(http.StateNew))
		t.states.Store(conn, now)
		t.fresh.Add(1)
	case http.StateActive, http.StateIdle:
		now, ok := t.states.Load(conn)
		if !ok {
			return
		}
		t.count(state).Add(1)
		before := now.(*atomic.Int32).Swap(int32(state))
		t.count(http.ConnState(before)).Add(-1)
	case http.StateClosed, http.StateHijacked:
		now, ok := t.states.LoadAndDelete(conn)
		if !ok {
			return
		}
		t.count(http.ConnState(now.(*atomic.Int32).Load())).Add(-1)
	}
	t.tell()
}

func (t *traffic) count(state http.ConnState) *atomic.Int64 {
	switch state {
	case http.StateActive:
		return &t.active
	case http.StateIdle:
		return &t.idle
	default:
		return &t.fresh
	}
}

func (t *traffic) tell() {
	if !t.draining.Load() {
		return
	}
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// waiting counts connections without a request: new ones and kept-alive ones.
func (t *traffic) waiting() int64 { return t.fresh.Load() + t.idle.Load() }

// answering counts requests under way. A handler's connection is active or hijacked, so the
// larger number is the number of requests on HTTP/1 connections.
func (t *traffic) answering() int64 { return max(t.active.Load(), t.handlers.Load()) }
