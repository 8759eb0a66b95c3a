import { GO_LISTEN, goSource } from "./go-source.js";

/**
 * A service in Go with one /healthz for everything: a flag says whether it is ready, and /healthz answers 503 while it is not. From SIGUSR1
 * on the flag is off for FLAG_MS, as in a drain; requests to any other path are answered all along. It binds HOST and PORT.
 */
export const FLAGGED_SERVICE = goSource(GO_LISTEN, {
  imports: ["fmt", "net/http", "os", "os/signal", "strconv", "sync/atomic", "syscall", "time"],
  code: `func main() {
	wait, _ := strconv.ParseFloat(os.Getenv("FLAG_MS"), 64)
	var draining atomic.Bool
	usr1 := make(chan os.Signal, 1)
	signal.Notify(usr1, syscall.SIGUSR1)
	go func() {
		<-usr1
		draining.Store(true)
		fmt.Println("off")
		time.Sleep(time.Duration(wait * float64(time.Millisecond)))
		draining.Store(false)
		fmt.Println("on")
	}()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if draining.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	listener := listen()
	fmt.Println("listening")
	http.Serve(listener, nil)
}
`,
});
