import { GO_LISTEN, goSource } from "./go-source.js";

/** A service in Go that begins to listen on HOST and PORT only START_MS after its start, and says so. */
export const COLD_SERVICE = goSource(GO_LISTEN, {
  imports: ["fmt", "net/http", "os", "strconv", "time"],
  code: `func main() {
	wait, _ := strconv.ParseFloat(os.Getenv("START_MS"), 64)
	time.Sleep(time.Duration(wait * float64(time.Millisecond)))
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	listener := listen()
	fmt.Println("listening")
	http.Serve(listener, nil)
}
`,
});
