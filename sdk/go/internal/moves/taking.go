package moves

import (
	"errors"
	"net"
	"time"
)

// startTaking begins to take what waits in the queue, for a generation that may and serves.
func (m *Moves) startTaking() {
	m.turn.Lock()
	defer m.turn.Unlock()
	m.mu.Lock()
	may := m.promoted && !m.leaving && len(m.landings) > 0
	m.mu.Unlock()
	if !may || m.taking != nil {
		return
	}
	over := make(chan struct{})
	m.taking = over
	m.queue.setReceiveDeadline(time.Time{})
	go func() {
		defer close(over)
		for {
			name, conn, err := m.queue.receive()
			if err != nil && !errors.Is(err, errNoConnection) {
				return
			}
			m.land(name, conn)
		}
	}()
}

// stopTaking returns when what was taken has been handed to its server. The caller holds turn.
func (m *Moves) stopTaking() {
	if m.taking == nil {
		return
	}
	m.queue.setReceiveDeadline(aLongTimeAgo)
	<-m.taking
	m.taking = nil
}

// land hands a connection to the server of its listener. Without one nobody here can answer it.
func (m *Moves) land(name string, conn *net.TCPConn) {
	if conn == nil {
		return
	}
	m.mu.Lock()
	l := m.landings[name]
	m.mu.Unlock()
	// A client that has reset the connection meanwhile leaves a socket without a remote address.
	if l == nil || conn.RemoteAddr() == nil {
		_ = conn.Close()
		return
	}
	moved := m.wrap(conn, name)
	select {
	case l.conns <- moved:
	case <-l.closed:
		_ = moved.Close()
	}
}
