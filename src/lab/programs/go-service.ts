import { GO_DRAIN, GO_LISTEN, GO_VERSION, goSource } from "./go-source.js";

/**
 * A small web service in Go. Its version is what stands in its last sixteen bytes, so that one build makes any number of versions whose
 * content differs. `-health` is what an exec probe runs. A version called `crash` ends
 * by itself 1.5 s after its start. It takes the socket that it is given (LISTEN_FDS) or binds HOST and PORT.
 */
export const GO_SERVICE = goSource(GO_LISTEN, GO_DRAIN, GO_VERSION, {
  imports: ["flag", "fmt", "net/http", "os", "strings", "time"],
  code: `func main() {
	health := flag.Bool("health", false, "answer an exec probe")
	flag.Parse()
	if *health {
		return
	}
	listener := listen()
	own := version()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, own) })
	if strings.HasPrefix(own, "crash") {
		time.AfterFunc(1500*time.Millisecond, func() { os.Exit(1) })
	}
	fmt.Println("started version", own)
	serveUntilTerm(&http.Server{}, listener)
}
`,
});

/** What is appended to the built program to make it that version: sixteen bytes. */
export function versionTrailer(version: string): string {
  return version.padEnd(16).slice(0, 16);
}
