// Command go-shop is a small shop: products and orders by a JSON API, one page, a config file. It
// shows what a service does to be updated by hotpod without losing a request.
package main

import (
	"context"
	"log"
	"net/http"
	"time"

	hotpod "github.com/hotpod/hotpod/sdk/go"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	begun := time.Now()
	config, err := loadConfig()
	if err != nil {
		return err
	}
	faults := readFaults()
	if err := faults.beforeListening(); err != nil {
		return err
	}
	listener, err := hotpod.Listen("tcp", "http="+config.Addr)
	if err != nil {
		return err
	}
	shop, err := newShop(config)
	if err != nil {
		return err
	}
	warm := faults.warm()
	server := &http.Server{
		Handler:           faults.wrap(shop.handler(), warm),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	log.Printf("version %s, generation %d: %d products indexed after %v, serving on %s", version,
		hotpod.Generation(), config.Products, time.Since(begun).Round(time.Millisecond), listener.Addr())
	faults.afterReady(warm)
	err = hotpod.Options{Ready: warm}.Serve(context.Background(), server, listener)
	log.Printf("version %s, generation %d: %d orders, done", version, hotpod.Generation(),
		shop.orders.count())
	faults.afterServing()
	return err
}
