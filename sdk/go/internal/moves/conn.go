package moves

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Conn is a connection that can go on in the next generation. All that net/http reads comes
// through Read, also what it reads ahead: so it is known whether the bytes delivered end where a
// request ends. When as many requests have been answered, nobody here holds anything of the
// connection any more. What the client sends from then on stays in the kernel and goes along.
type Conn struct {
	*net.TCPConn
	moves *Moves
	name  string

	mu      sync.Mutex
	framing framing
	// answered counts the times net/http said that it is idle: once after each answer.
	answered int64
	// deadline is net/http's own.
	deadline time.Time
	// waiting: a read is pending that may be broken off. broken: it was.
	waiting, broken bool
	// stuck: the queue would not take it, so it is ended here.
	stuck, moved bool
}

// between says that no request is under way, not even a part of one. The caller holds mu.
func (c *Conn) between() bool {
	return !c.stuck && !c.moved && c.framing.clean() && c.framing.ended == c.answered
}

// Read moves the connection when it is between two requests during the drain, and tells net/http
// then that it has ended. A read that waits is broken off by a deadline: it has either got bytes,
// which are a request to be answered here, or none, and then none are lost.
func (c *Conn) Read(bytes []byte) (int, error) {
	for {
		c.mu.Lock()
		if c.moved || c.moves.moving.Load() && c.between() && c.move() {
			c.mu.Unlock()
			return 0, io.EOF
		}
		c.waiting = c.between()
		c.mu.Unlock()

		n, err := c.TCPConn.Read(bytes)

		c.mu.Lock()
		broken := c.broken
		c.waiting, c.broken = false, false
		if broken {
			_ = c.TCPConn.SetReadDeadline(c.deadline)
		}
		c.framing.deliver(bytes[:max(n, 0)])
		c.mu.Unlock()
		if n > 0 || !broken || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

func (c *Conn) breakOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting && !c.broken {
		c.broken = true
		_ = c.TCPConn.SetReadDeadline(aLongTimeAgo)
	}
}

// move gives the socket away; the descriptor that is left here is closed by net/http. The caller
// holds mu.
func (c *Conn) move() bool {
	if err := c.moves.queue.send(c.name, c.TCPConn); err != nil {
		c.stuck = true
		return false
	}
	c.moved = true
	return true
}

// IsLeft says that its generation's place was taken: what can move moves, and the rest had better leave.
func (c *Conn) IsLeft() bool { return c != nil && c.moves.resting.Load() }

// GoesOn says that the connection will move once this answer is written, as far as can be known.
func (c *Conn) GoesOn() bool {
	if c == nil || !c.moves.moving.Load() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stuck && !c.framing.lost
}

// Follow is told every state that net/http gives the connection.
func (c *Conn) Follow(state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateIdle:
		c.answered++
	case http.StateHijacked:
		c.framing.lost = true
	}
}

// SetReadDeadline waits its turn while a read is broken off.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	if c.broken {
		return nil
	}
	return c.TCPConn.SetReadDeadline(t)
}

func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetWriteDeadline(t), c.SetReadDeadline(t))
}

// CloseWrite would end the connection for whoever has it now.
func (c *Conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moved {
		return nil
	}
	return c.TCPConn.CloseWrite()
}

func (c *Conn) Close() error {
	c.moves.forget(c)
	return c.TCPConn.Close()
}

// Plain is the connection as the service knows it.
func Plain(conn net.Conn) net.Conn {
	if c, ok := conn.(*Conn); ok {
		return c.TCPConn
	}
	return conn
}

type connKey struct{}

// Remember lets requests find their connection.
func Remember(server *http.Server) {
	base := server.ConnContext
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		if base != nil {
			ctx = base(ctx, Plain(conn))
		}
		if c, ok := conn.(*Conn); ok {
			ctx = context.WithValue(ctx, connKey{}, c)
		}
		return ctx
	}
}

// Of is the connection of a request; nil where it does not move.
func Of(r *http.Request) *Conn {
	c, _ := r.Context().Value(connKey{}).(*Conn)
	return c
}
