package hotpod

import (
	"context"
	"net"
	"net/http"
)

// relayHTTP2 gives the server an HTTP/2 whose graceful end can be started before the server's own.
//
// net/http sends GOAWAY to idle HTTP/2 connections only in Shutdown, which closes them in the same
// moment and drops requests on the HTTP/1 ones. So HTTP/2 is set up on a double of the server, as
// [http.Server.TLSNextProto] allows: connections are still the server's (its hooks, limits and
// handler), but Shutdown of the double, which has no connections to drop, sends the GOAWAY.
//
// A server that brings its own TLSNextProto keeps it: its HTTP/2 clients get GOAWAY with their next
// answer, or at the end.
func relayHTTP2(server *http.Server, overTLS bool) (goAway func()) {
	if server.TLSNextProto != nil {
		return func() {}
	}
	double := &http.Server{
		IdleTimeout: server.IdleTimeout,
		ReadTimeout: server.ReadTimeout,
		Protocols:   server.Protocols,
		HTTP2:       server.HTTP2,
	}
	if server.TLSConfig != nil {
		double.TLSConfig = server.TLSConfig.Clone()
	}
	// Serving a closed listener returns at once, but prepares HTTP/2 exactly as for the server.
	if overTLS {
		_ = double.ServeTLS(closedListener{}, "", "")
	} else {
		_ = double.Serve(closedListener{})
	}
	if double.TLSNextProto == nil {
		return func() {}
	}
	server.TLSNextProto = double.TLSNextProto
	return func() { _ = double.Shutdown(context.Background()) }
}

type closedListener struct{}

func (closedListener) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (closedListener) Close() error              { return nil }
func (closedListener) Addr() net.Addr            { return &net.TCPAddr{} }
