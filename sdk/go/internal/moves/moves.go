// Package moves hands kept-alive HTTP/1.1 connections over to the next generation.
package moves

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Moves is this process's part in the hand-over of connections: it takes those that the generation
// before it puts into the supervisor's queue, and puts its own there when it drains. A nil one does
// neither.
type Moves struct {
	queue   moveQueue
	channel channel
	// moving: whoever may move, moves.
	moving atomic.Bool
	// resting: another generation serves, and this one may have to again.
	resting atomic.Bool

	mu       sync.Mutex
	conns    map[*Conn]struct{}
	landings map[string]*landing
	promoted bool
	// allowed: the supervisor has somebody who takes them.
	allowed bool
	// leaving: the drain has begun.
	leaving bool
	said    bool

	// turn is held by whoever starts or stops taking; taking is closed when it has stopped.
	turn   sync.Mutex
	taking chan struct{}

	// asked get a closed channel once all that the supervisor had said has been heard.
	asked []chan struct{}
	deaf  bool
}

// moveQueue is the supervisor's accept queue for connections that are open already. Every message
// is one connection and the name of the listener that it came from.
type moveQueue interface {
	send(name string, conn *net.TCPConn) error
	// receive waits until the deadline; poll does not wait.
	receive() (name string, conn *net.TCPConn, err error)
	poll() (name string, conn *net.TCPConn, err error)
	setReceiveDeadline(time.Time)
}

// channel is the line to the supervisor. poll answers what has come, without waiting.
type channel interface {
	Read([]byte) (int, error)
	Write([]byte) (int, error)
	SetReadDeadline(time.Time) error
	poll([]byte) (int, error)
}

// aLongTimeAgo as a deadline breaks off a read that waits.
var aLongTimeAgo = time.Unix(1, 0)

// errNoConnection is a message that carries none: no reason to stop taking.
var errNoConnection = errors.New("no connection in the message")

func newMoves(queue moveQueue, line channel) *Moves {
	m := &Moves{
		queue: queue, channel: line,
		conns: map[*Conn]struct{}{}, landings: map[string]*landing{},
	}
	go m.listen()
	return m
}

func (m *Moves) obey(order string) {
	m.mu.Lock()
	switch order {
	case "promoted":
		m.promoted = true
		m.resting.Store(false)
	case "rest":
		m.allowed = true
		m.resting.Store(true)
	case "stand-by":
		m.promoted = false
	case "move":
		m.allowed = true
	case "stay":
		m.allowed = false
		m.resting.Store(false)
	}
	m.moving.Store(m.allowed && (m.leaving || m.resting.Load()))
	m.mu.Unlock()
	switch order {
	case "promoted":
		m.startTaking()
	case "stand-by":
		m.turn.Lock()
		m.stopTaking()
		m.turn.Unlock()
	case "rest", "move":
		m.Kick()
	}
}

// Leave begins the drain: nothing is taken any more, and whether connections move is known.
func (m *Moves) Leave() {
	if m == nil {
		return
	}
	heard := make(chan struct{})
	m.mu.Lock()
	if m.deaf {
		close(heard)
	} else {
		m.asked = append(m.asked, heard)
	}
	m.mu.Unlock()
	_ = m.channel.SetReadDeadline(aLongTimeAgo)
	<-heard

	m.turn.Lock()
	defer m.turn.Unlock()
	m.mu.Lock()
	m.leaving = true
	m.moving.Store(m.allowed)
	last := m.promoted && !m.allowed
	m.mu.Unlock()
	m.stopTaking()
	for last {
		// Nobody else takes what waits.
		name, conn, err := m.queue.poll()
		if err != nil && !errors.Is(err, errNoConnection) {
			return
		}
		m.land(name, conn)
	}
}

// Kick breaks off the reads of connections that may move: see [Conn.Read].
func (m *Moves) Kick() {
	if m == nil || !m.moving.Load() {
		return
	}
	m.mu.Lock()
	conns := make([]*Conn, 0, len(m.conns))
	for conn := range m.conns {
		conns = append(conns, conn)
	}
	m.mu.Unlock()
	for _, conn := range conns {
		conn.breakOff()
	}
}

func (m *Moves) wrap(conn *net.TCPConn, name string) *Conn {
	c := &Conn{TCPConn: conn, moves: m, name: name}
	m.mu.Lock()
	m.conns[c] = struct{}{}
	m.mu.Unlock()
	return c
}

func (m *Moves) forget(conn *Conn) {
	m.mu.Lock()
	delete(m.conns, conn)
	m.mu.Unlock()
}
