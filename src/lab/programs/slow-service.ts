/**
 * A service in Go whose answers take as long as they are asked to: `/5s`, `/250ms`. It says `asked` when a request has come. At SIGTERM it
 * ends by http.Server.Shutdown, as most Go services do. It takes the socket it is given, or binds HOST and PORT.
 */
export const SLOW_SERVICE = `package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var listener net.Listener
	var err error
	if os.Getenv("LISTEN_FDS") != "" {
		listener, err = net.FileListener(os.NewFile(3, "listener"))
	} else {
		listener, err = net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		wait, err := time.ParseDuration(r.URL.Path[1:])
		if err == nil {
			fmt.Println("asked")
			time.Sleep(wait)
		}
		fmt.Fprintln(w, "answered")
	})
	server := &http.Server{}
	done := make(chan struct{})
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		fmt.Println("SIGTERM")
		server.Shutdown(context.Background())
		close(done)
	}()
	if err := server.Serve(listener); err == http.ErrServerClosed {
		<-done
	}
}
`;
