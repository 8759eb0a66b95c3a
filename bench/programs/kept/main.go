// Command kept is one service with three ends, for hotpod to start. Its argument says what happens to connections that are
// kept alive: "move" (they go on in the next generation), "lame-duck" (each is ended with its next answer, and those
// without one at the end of the drain) or "shutdown" (http.Server.Shutdown at SIGTERM, as many services do).
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hotpod/hotpod/bench/programs/echo"
	hotpod "github.com/hotpod/hotpod/sdk/go"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(end string) error {
	server := &http.Server{Handler: echo.Handler()}
	switch end {
	case "move", "lame-duck":
		listener, err := hotpod.Listen("tcp", "http=:"+os.Getenv("PORT"))
		if err != nil {
			return err
		}
		if end == "lame-duck" {
			listener = plain{listener}
		}
		return hotpod.Serve(context.Background(), server, listener)
	case "shutdown":
		// The first inherited socket; hotpod sees by itself that it is accepted from.
		listener, err := net.FileListener(os.NewFile(3, "http"))
		if err != nil {
			return err
		}
		return serveUntilTerminated(server, listener)
	}
	return fmt.Errorf("%q is none of move, lame-duck, shutdown", end)
}

// plain hides from the SDK where a listener comes from: its connections stay.
type plain struct{ net.Listener }

func serveUntilTerminated(server *http.Server, listener net.Listener) error {
	terminated, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-terminated.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
