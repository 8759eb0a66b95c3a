package hotpod

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hotpod/hotpod/sdk/go/internal/moves"
	"github.com/hotpod/hotpod/sdk/go/internal/sockets"
)

// Options changes how a server is served. The zero value is what [Serve] uses.
type Options struct {
	// Drain is the time from SIGTERM until the process must have ended. 0: HOTPOD_DRAIN, which
	// hotpod sets to its drain.timeout, else 25 s. A little of it is kept for the process's own end.
	Drain time.Duration
	// Secondary marks a server beside the main one (admin, metrics): it drains with the process, but
	// neither announces readiness nor starts the process's drain.
	Secondary bool
	// Ready delays the announcement of readiness until it is closed, for a service that has to accept
	// before it is warm. nil: readiness is announced once all listeners are accepted from.
	Ready <-chan struct{}
}

// Serve answers requests on the listeners until SIGTERM arrives or ctx ends, drains as the package
// documentation says, and returns nil once every request was answered. Without listeners it
// listens on the server's Addr (":http" when empty) by [Listen].
//
// Readiness is announced as soon as all listeners are being accepted from; whatever the service
// needs must be ready before Serve is called. ctx is no parent of the requests' contexts, so its end
// cancels none of them.
//
// Serve sets the server's Handler, ConnState, ConnContext, BaseContext and TLSNextProto, each around
// what was there, and serves a server once. When the server's Shutdown or Close is called by others, Serve
// returns [http.ErrServerClosed] as net/http does. An error that ends accepting ends Serve, after a
// drain. Requests that the drain time cut off are counted in the error.
func Serve(ctx context.Context, server *http.Server, listeners ...net.Listener) error {
	return Options{}.Serve(ctx, server, listeners...)
}

// ServeTLS is [Serve] over TLS, with the certificates of the server's TLSConfig.
func ServeTLS(ctx context.Context, server *http.Server, listeners ...net.Listener) error {
	return Options{}.ServeTLS(ctx, server, listeners...)
}

// Serve is [Serve] with these options.
func (o Options) Serve(ctx context.Context, server *http.Server, listeners ...net.Listener) error {
	return o.run(ctx, server, listeners, ":http", false)
}

// ServeTLS is [ServeTLS] with these options.
func (o Options) ServeTLS(ctx context.Context, server *http.Server, listeners ...net.Listener) error {
	return o.run(ctx, server, listeners, ":https", true)
}

func (o Options) run(
	ctx context.Context, server *http.Server, listeners []net.Listener, port string, overTLS bool,
) error {
	limit, err := drainTime(o.Drain)
	if err == nil && len(listeners) == 0 {
		listeners, err = listenFor(server, port)
	}
	if err != nil {
		closeAll(listeners)
		return err
	}
	for _, listener := range listeners {
		sockets.Own.Add("", listener, false)
	}
	if !o.Secondary {
		process.begin()
		defer process.end()
	}
	s := &service{options: o, server: server, limit: limit}
	rooted := true
	if !overTLS {
		listeners, s.moves, rooted = withMoves(listeners)
	}
	s.listeners = sockets.LastCalls(listeners)
	if s.moves != nil {
		moves.Remember(server)
	}
	if rooted {
		process.root()
	}
	s.goAway = relayHTTP2(server, overTLS)
	s.traffic = watch(server)
	return s.run(ctx, overTLS)
}

func listenFor(server *http.Server, port string) ([]net.Listener, error) {
	addr := server.Addr
	if addr == "" {
		addr = port
	}
	listener, err := Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return []net.Listener{listener}, nil
}

// service is one server being served.
type service struct {
	options   Options
	server    *http.Server
	listeners []net.Listener
	limit     time.Duration
	traffic   *traffic
	moves     *moves.Moves
	goAway    func()
	ended     chan error
}

func (s *service) run(ctx context.Context, overTLS bool) error {
	// Before readiness: a SIGTERM right after it must drain, not kill.
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	defer signal.Stop(terminated)

	accepting := s.signalAccepting()
	s.ended = make(chan error, len(s.listeners))
	for _, listener := range s.listeners {
		go func() {
			if overTLS {
				s.ended <- s.server.ServeTLS(listener, "", "")
			} else {
				s.ended <- s.server.Serve(listener)
			}
		}()
	}
	var warm <-chan struct{}
	for started := 0; ; {
		select {
		case <-accepting:
			started++
			if started == len(s.listeners) && !s.options.Secondary {
				warm = s.warm()
			}
		case <-warm:
			warm = nil
			if err := process.announce(); err != nil {
				return errors.Join(err, s.drain(1))
			}
		case err := <-s.ended:
			if errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return errors.Join(err, s.drain(1))
		case <-terminated:
			return s.drain(0)
		case <-ctx.Done():
			return s.drain(0)
		}
	}
}

func (s *service) warm() <-chan struct{} {
	if s.options.Ready != nil {
		return s.options.Ready
	}
	at := make(chan struct{})
	close(at)
	return at
}

// signalAccepting gives a token for each listener from which net/http begins to accept. BaseContext
// is the last thing it calls before.
func (s *service) signalAccepting() <-chan struct{} {
	accepting := make(chan struct{}, len(s.listeners))
	base := s.server.BaseContext
	s.server.BaseContext = func(listener net.Listener) context.Context {
		ctx := context.Background()
		if base != nil {
			ctx = base(sockets.Unwrapped(listener))
		}
		select {
		case accepting <- struct{}{}:
		default:
		}
		return ctx
	}
	return accepting
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close()
	}
}

func (s *service) cut(count int64) error {
	return fmt.Errorf("hotpod: the drain time of %v is over: %d requests or hooks were cut off",
		s.limit, count)
}
