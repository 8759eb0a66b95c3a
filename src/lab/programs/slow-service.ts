import { GO_DRAIN, GO_LISTEN, goSource } from "./go-source.js";

/**
 * A service in Go whose answers take as long as they are asked to: `/5s`, `/250ms`. It says `asked` when a request has come. At SIGTERM it
 * ends by http.Server.Shutdown, as most Go services do. It takes the socket it is given, or binds HOST and PORT.
 */
export const SLOW_SERVICE = goSource(GO_LISTEN, GO_DRAIN, {
  imports: ["fmt", "net/http", "time"],
  code: `func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		wait, err := time.ParseDuration(r.URL.Path[1:])
		if err == nil {
			fmt.Println("asked")
			time.Sleep(wait)
		}
		fmt.Fprintln(w, "answered")
	})
	serveUntilTerm(&http.Server{}, listen())
}
`,
});
