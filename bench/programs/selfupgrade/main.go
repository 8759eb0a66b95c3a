// Command selfupgrade serves without hotpod, by its SDK: SIGUSR2 starts the next process, which takes over the listening
// socket; the old one drains.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/hotpod/hotpod/bench/programs/echo"
	hotpod "github.com/hotpod/hotpod/sdk/go"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(addr string) error {
	if err := hotpod.SelfUpgrade(hotpod.UpgradeOptions{}); err != nil {
		return err
	}
	listener, err := hotpod.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: echo.Handler()}
	return hotpod.Serve(context.Background(), server, listener)
}
