// Command selfupgrade serves without hotpod, by its SDK: SIGUSR2 starts the next process, which takes over the listening
// socket; the old one drains.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

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
	// Time goes on: a later generation is a greater number.
	body := fmt.Appendf(nil, `{"version":"%d","pid":%d,"end":true}`+"\n", time.Now().UnixNano(), os.Getpid())
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	})}
	return hotpod.Serve(context.Background(), server, listener)
}
