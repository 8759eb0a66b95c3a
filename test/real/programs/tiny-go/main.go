// A service without any library: takes descriptor 3, answers its version, ends on SIGTERM.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

const version = "1"

func main() {
	listener, err := net.FileListener(os.NewFile(3, "http"))
	if err != nil {
		panic(err)
	}
	stop, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	server := &http.Server{Handler: http.HandlerFunc(answer)}
	go server.Serve(listener)
	<-stop.Done()
	server.Shutdown(context.Background())
}

func answer(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "version %s\n", version)
}
