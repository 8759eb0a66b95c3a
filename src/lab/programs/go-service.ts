/**
 * A small web service in Go. Its version is what stands in its last sixteen bytes, so that one build makes any number of versions whose
 * content differs. `-health` is what an exec probe runs. A version called `crash` ends
 * by itself 1.5 s after its start. It takes the socket that it is given (LISTEN_FDS) or binds HOST and PORT.
 */
export const GO_SERVICE = `package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func version() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(content[len(content)-16:]))
}

func main() {
	health := flag.Bool("health", false, "answer an exec probe")
	flag.Parse()
	if *health {
		return
	}
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
	own := version()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, own) })
	server := &http.Server{}
	done := make(chan struct{})
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-term
		server.Shutdown(context.Background())
		close(done)
	}()
	if strings.HasPrefix(own, "crash") {
		time.AfterFunc(1500*time.Millisecond, func() { os.Exit(1) })
	}
	fmt.Println("started version", own)
	if err := server.Serve(listener); err == http.ErrServerClosed {
		<-done
	}
}
`;

/** What is appended to the built program to make it that version: sixteen bytes. */
export function versionTrailer(version: string): string {
  return version.padEnd(16).slice(0, 16);
}
