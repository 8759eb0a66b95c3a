// Command plain is a service as most are written: it binds its own port and knows nothing of inherited
// sockets, of readiness or of signals. Its version is what the file beside it says at the start.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	version, err := os.ReadFile("version")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "{\"version\":%q,\"end\":true}\n", strings.TrimSpace(string(version)))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
