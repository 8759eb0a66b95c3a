import { goSource } from "#lab/programs/go-source.js";

/**
 * A web service in Go: `/` is answered at once, `/slow` after SLOW_MS, and says `asked` when it has come. Without HANDLE it knows nothing of
 * signals. With it SIGTERM, SIGINT and SIGQUIT end it by http.Server.Shutdown, and it says `told SIGUSR1` of all that reach it.
 */
export const GO_RUNTIME = goSource({
  imports: ["context", "fmt", "net", "net/http", "os", "os/signal", "strconv", "syscall", "time"],
  code: `var names = map[os.Signal]string{
	syscall.SIGTERM: "SIGTERM", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT",
	syscall.SIGHUP: "SIGHUP", syscall.SIGUSR1: "SIGUSR1", syscall.SIGUSR2: "SIGUSR2",
}

func main() {
	slow, _ := strconv.Atoi(os.Getenv("SLOW_MS"))
	http.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Println("asked")
		time.Sleep(time.Duration(slow) * time.Millisecond)
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	server := &http.Server{}
	done := make(chan struct{})
	if os.Getenv("HANDLE") != "" {
		told := make(chan os.Signal, 16)
		for one := range names {
			signal.Notify(told, one)
		}
		go func() {
			for one := range told {
				fmt.Println("told", names[one])
				if one == syscall.SIGTERM || one == syscall.SIGINT || one == syscall.SIGQUIT {
					server.Shutdown(context.Background())
					close(done)
					return
				}
			}
		}()
	}
	listener, err := net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("up")
	if err := server.Serve(listener); err == http.ErrServerClosed {
		<-done
	}
}
`,
});
