import { GO_LISTEN, goSource } from "#lab/programs/go-source.js";

/**
 * A service in Go that replaces its own http.Server at SIGHUP, as the advice has it: Shutdown with a context (SHUTDOWN, a duration), then listen
 * and serve again. It says `reload` with a line of JSON, once its goroutines are back at what they were or have had SETTLE for it. `/250ms`
 * takes that long and says `asked`; `/hijack` takes the connection over and echoes each line. `hold ADDRESS` is its client: it hijacks one
 * connection, says `held`, and at SIGUSR1 `echo` or `gone`.
 */
export const RESTARTING_SERVICE = goSource(GO_LISTEN, {
  imports: [
    ...["bufio", "context", "encoding/json", "fmt", "io", "net", "net/http", "os", "os/signal"],
    ...["runtime", "sync/atomic", "syscall", "time"],
  ],
  code: `var underWay atomic.Int64

func handle(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/hijack" {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n")
			go io.Copy(conn, conn)
		}
		return
	}
	if wait, err := time.ParseDuration(r.URL.Path[1:]); err == nil {
		underWay.Add(1)
		defer underWay.Add(-1)
		fmt.Println("asked")
		time.Sleep(wait)
	}
	fmt.Fprintln(w, "answered")
}

func start(listener net.Listener) (*http.Server, chan error) {
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return server, served
}

func words(err error) string {
	if err == nil {
		return "nil"
	}
	return err.Error()
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}

func serve() {
	patience, _ := time.ParseDuration(os.Getenv("SHUTDOWN"))
	settle, _ := time.ParseDuration(os.Getenv("SETTLE"))
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	server, served := start(listen())
	base := runtime.NumGoroutine()
	fmt.Println("started version 0")
	for {
		<-hup
		began := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		shutdown := server.Shutdown(ctx)
		cancel()
		took, left := milliseconds(began), underWay.Load()
		ended := <-served
		began = time.Now()
		listener, err := net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
		bind := milliseconds(began)
		if err == nil {
			server, served = start(listener)
		}
		for end := time.Now().Add(settle); runtime.NumGoroutine() > base && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		line, _ := json.Marshal(map[string]any{
			"shutdown": words(shutdown), "served": words(ended), "listen": words(err),
			"took": took, "bind": bind, "left": left, "more": runtime.NumGoroutine() - base,
		})
		fmt.Println("reload", string(line))
	}
}

func hold(address string) {
	ping := make(chan os.Signal, 1)
	signal.Notify(ping, syscall.SIGUSR1)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		fmt.Println("gone", err)
		return
	}
	fmt.Fprint(conn, "GET /hijack HTTP/1.1\\r\\nHost: lab\\r\\n\\r\\n")
	answers := bufio.NewReader(conn)
	for line := ""; line != "\\r\\n"; {
		if line, err = answers.ReadString('\\n'); err != nil {
			fmt.Println("gone", err)
			return
		}
	}
	fmt.Println("held")
	for range ping {
		fmt.Fprintln(conn, "ping")
		if _, err := answers.ReadString('\\n'); err != nil {
			fmt.Println("gone", err)
			return
		}
		fmt.Println("echo")
	}
}

func main() {
	if len(os.Args) > 1 {
		hold(os.Args[2])
		return
	}
	serve()
}
`,
});
