package moves

import (
	"errors"
	"os"
	"strings"
	"time"
)

// listen hears the supervisor out, a line at a time.
func (m *Moves) listen() {
	buffer, text := make([]byte, 256), ""
	hear := func(n int) {
		text += string(buffer[:n])
		for {
			order, rest, whole := strings.Cut(text, "\n")
			if !whole {
				return
			}
			text = rest
			m.obey(order)
		}
	}
	for {
		n, err := m.channel.Read(buffer)
		hear(n)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			closeEach(m.hearOut(buffer, hear))
		} else if err != nil {
			closeEach(m.takeAsked(true))
			return
		}
	}
}

// hearOut hears what has come until nothing is left, and returns who asked for that.
func (m *Moves) hearOut(buffer []byte, hear func(int)) (asked []chan struct{}) {
	for {
		_ = m.channel.SetReadDeadline(time.Time{})
		asked = append(asked, m.takeAsked(false)...)
		n, err := m.channel.poll(buffer)
		if n > 0 {
			hear(n)
		} else if !errors.Is(err, os.ErrDeadlineExceeded) {
			return asked
		}
	}
}

func (m *Moves) takeAsked(deaf bool) []chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	asked := m.asked
	m.asked, m.deaf = nil, deaf
	return asked
}

func closeEach(channels []chan struct{}) {
	for _, each := range channels {
		close(each)
	}
}
