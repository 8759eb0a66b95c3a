// Takes its sockets with coreos/go-systemd as a service started by systemd does, says READY=1 and
// answers every request with what it was given.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

func main() {
	byName, err := activation.ListenersWithNames()
	if err != nil {
		log.Fatal(err)
	}
	var names []string
	for name, listeners := range byName {
		for _, l := range listeners {
			names = append(names, name+"="+l.Addr().Network())
			go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintf(w, "%s %s", os.Getenv("HOTPOD_GENERATION"), name)
			}))
		}
	}
	sort.Strings(names)
	if ok, err := daemon.SdNotify(false, "STATUS="+strings.Join(names, ",")); !ok || err != nil {
		log.Fatal("status: ", ok, err)
	}
	if ok, err := daemon.SdNotify(false, daemon.SdNotifyReady); !ok || err != nil {
		log.Fatal("ready: ", ok, err)
	}
	select {}
}
