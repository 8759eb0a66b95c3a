package hotpod

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
)

// deadlines divides the drain time. Until idle, every connection is waited for; until end, those
// with a request. The rest is for the process's own end, before the supervisor kills it.
func deadlines(limit time.Duration) (idle, end time.Duration) {
	end = limit - min(limit/10, time.Second)
	return end - min(end/5, 2*time.Second), end
}

// drain is the lame duck. ended counts the listeners whose end has been received already.
//
// Shutdown comes last: once it has begun, net/http closes a connection whose request arrives
// afterwards, or whose header is half read, without an answer.
func (s *service) drain(ended int) error {
	idleTime, endTime := deadlines(s.limit)
	idleOver := time.NewTimer(idleTime)
	defer idleOver.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	defer cancel()

	// Before the first answer of the drain, which says whether its connection goes on.
	s.moves.Leave()
	s.traffic.draining.Store(true)
	hooks := s.startHooks(ctx)
	sockets.Leave(s.listeners)
	s.moves.Kick()
	s.goAway()
	// When the accept loops are over, every accepted connection has been counted.
	for ; ended < len(s.listeners); ended++ {
		select {
		case <-s.ended:
		case <-ctx.Done():
			ended = len(s.listeners)
		}
	}

	for waitIdle := true; ; {
		busy := s.traffic.answering() + hooks.Load()
		if !waitIdle {
			busy += s.traffic.fresh.Load()
		}
		if busy == 0 && (!waitIdle || s.traffic.waiting() == 0) {
			break
		}
		select {
		case <-s.traffic.changed:
			continue
		case <-idleOver.C:
			waitIdle = false
			continue
		case <-ctx.Done():
		}
		break
	}
	return s.shutdown(ctx, hooks)
}

// startHooks tells the process of its drain and counts the hooks that still run.
func (s *service) startHooks(ctx context.Context) *atomic.Int64 {
	running := new(atomic.Int64)
	if s.options.Secondary {
		return running
	}
	hooks := process.drain()
	running.Add(int64(len(hooks)))
	for _, hook := range hooks {
		go func() {
			defer func() {
				running.Add(-1)
				s.traffic.tell()
			}()
			hook(ctx)
		}()
	}
	return running
}

// shutdown ends the server. Before the end of the drain time only idle connections are left to it.
func (s *service) shutdown(ctx context.Context, hooks *atomic.Int64) error {
	left := s.traffic.answering() + hooks.Load()
	if err := s.server.Shutdown(ctx); err != nil {
		_ = s.server.Close()
	}
	if left > 0 {
		return s.cut(left)
	}
	return nil
}
