//go:build unix

package hotpod

import (
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
)

// What a request costs when Shutdown comes first: the reason for all this. It fails if net/http
// ever answers such requests, which would make the lame duck unnecessary.
func TestPlainShutdownLosesTheRequestThatThisDrainAnswers(t *testing.T) {
	states := make(chan http.ConnState, 16)
	listener := bind(t, "tcp", "127.0.0.1:0")
	plain := &http.Server{Handler: echo, ConnState: hookStates(states)}
	go func() { _ = plain.Serve(listener) }()
	service := &served{t: t, addr: listener.Addr().String()}
	c := service.dial()
	c.send("GET / HTTP/1.1\r\nHo")
	receive(t, "the connection", states)
	ctx, cancel := context.WithCancel(context.Background())
	begun := make(chan struct{})
	plain.RegisterOnShutdown(func() { close(begun) })
	go func() { _ = plain.Shutdown(ctx) }()
	defer cancel()
	receive(t, "Shutdown's begin", begun)
	c.send("st: test\r\n\r\n")
	if _, err := http.ReadResponse(c.in, nil); !errors.Is(err, io.ErrUnexpectedEOF) &&
		!errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("the request that arrived during Shutdown: %v", err)
	}
}
