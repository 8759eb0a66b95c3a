import { GO_LISTEN, goSource } from "#lab/programs/go-source.js";

/**
 * A service in Go that leaves everything behind. At SIGHUP it begins its next version in the same process: background work first, then a
 * listener, and never a Shutdown or Close of what was there before. It says `reload N`, the number of goroutines, and `ok` or the error.
 * `/goroutines` answers their number, every other path the version. The first version takes the socket it is given, or binds HOST and PORT.
 */
export const LEAKING_SERVICE = goSource(GO_LISTEN, {
  imports: ["fmt", "net", "net/http", "os", "os/signal", "runtime", "syscall", "time"],
  code: `func refresh() {
	for range time.Tick(time.Minute) {
	}
}

func begin(version int, open func() (net.Listener, error)) error {
	go refresh()
	listener, err := open()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/goroutines", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, runtime.NumGoroutine()) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, version) })
	go http.Serve(listener, mux)
	return nil
}

func main() {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	begin(0, func() (net.Listener, error) { return listen(), nil })
	fmt.Println("reload 0", runtime.NumGoroutine(), "ok")
	for version := 1; ; version++ {
		<-hup
		words := "ok"
		err := begin(version, func() (net.Listener, error) {
			return net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
		})
		if err != nil {
			words = err.Error()
		}
		fmt.Println("reload", version, runtime.NumGoroutine(), words)
	}
}
`,
});

/**
 * A service in Go that starts a helper (`sleep`) to which its listening socket goes along, as to any child that is given it or whose
 * program does not close it on exec. It says `helper PID` and serves on HOST and PORT.
 */
export const SERVICE_WITH_HELPER = goSource(GO_LISTEN, {
  imports: ["fmt", "net", "net/http", "os", "os/exec"],
  code: `func main() {
	listener := listen()
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	helper := exec.Command("sleep", "1000")
	helper.ExtraFiles = []*os.File{socket}
	if err := helper.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("helper", helper.Process.Pid)
	http.Serve(listener, nil)
}
`,
});
