package moves

import (
	"net"
	"sync"
)

// Open has the connections of a listener move. The two it returns are to be served in its place: one
// gives its own connections, the other those that an older generation had from the same socket.
func (m *Moves) Open(name string, listener *net.TCPListener) (own, landed net.Listener) {
	l := &landing{
		Listener: listener, moves: m, name: name,
		conns: make(chan net.Conn), closed: make(chan struct{}),
	}
	m.mu.Lock()
	m.landings[name] = l
	m.leaving = false
	first := !m.said
	m.said = true
	m.mu.Unlock()
	if first {
		// Before readiness: the supervisor looks for it when it promotes this generation.
		_, _ = m.channel.Write([]byte("takes\n"))
	}
	m.startTaking()
	return &departure{listener, m, name}, l
}

// landing is where connections of an older generation arrive: a listener beside the one whose
// socket they came from.
type landing struct {
	net.Listener
	moves  *Moves
	name   string
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *landing) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close leaves the other listener alone.
func (l *landing) Close() error {
	l.once.Do(func() {
		l.moves.mu.Lock()
		if l.moves.landings[l.name] == l {
			delete(l.moves.landings, l.name)
		}
		l.moves.mu.Unlock()
		close(l.closed)
	})
	return nil
}

// departure is an inherited listener whose connections may move.
type departure struct {
	*net.TCPListener
	moves *Moves
	name  string
}

func (d *departure) Accept() (net.Conn, error) {
	conn, err := d.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return d.moves.wrap(conn, d.name), nil
}

// Unwrapped is the listener as the service knows it.
func Unwrapped(listener net.Listener) net.Listener {
	switch l := listener.(type) {
	case *departure:
		return l.TCPListener
	case *landing:
		return l.Listener
	}
	return listener
}
