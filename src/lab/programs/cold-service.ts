/** A service in Go that begins to listen on HOST and PORT only START_MS after its start, and says so. */
export const COLD_SERVICE = `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	wait, _ := strconv.ParseFloat(os.Getenv("START_MS"), 64)
	time.Sleep(time.Duration(wait * float64(time.Millisecond)))
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	listener, err := net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("listening")
	http.Serve(listener, nil)
}
`;
