// Command tableflip serves the way the README of github.com/cloudflare/tableflip shows: SIGHUP starts the
// next generation, which takes over the listening socket; the old one ends by http.Server.Shutdown.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cloudflare/tableflip"
	"github.com/hotpod/hotpod/bench/programs/echo"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(addr string) error {
	upgrader, err := tableflip.New(tableflip.Options{})
	if err != nil {
		return err
	}
	defer upgrader.Stop()
	go func() {
		hangups := make(chan os.Signal, 1)
		signal.Notify(hangups, syscall.SIGHUP)
		for range hangups {
			if err := upgrader.Upgrade(); err != nil {
				log.Println("upgrade failed:", err)
			}
		}
	}()
	listener, err := upgrader.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: echo.Handler()}
	go func() {
		if err := server.Serve(listener); err != http.ErrServerClosed {
			log.Println("serve:", err)
		}
	}()
	if err := upgrader.Ready(); err != nil {
		return err
	}
	<-upgrader.Exit()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
