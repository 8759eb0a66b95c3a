import { GO_LISTEN, goSource } from "#lab/programs/go-source.js";

/**
 * A service in Go that replaces itself at SIGUSR2: it duplicates its listening socket, starts its program anew with it, and ends by Shutdown.
 * It answers the number of its generation and says `serving GENERATION PID`, `child PID` and `no child: …`. What it is told by its environment:
 *
 * - WAIT=ready: it ends only once the new process has said that it serves, and else goes on. Otherwise it ends at once.
 * - CLOSE_ON_EXEC=kept: the duplicate closes at the start of the new program, as descriptors do unless somebody sees to it.
 * - CRASH: every new process ends at its start.
 * - LAME_DUCK, a duration: for so long it accepts no more, but answers, with Connection: close; only then comes Shutdown.
 */
export const SELF_UPGRADING_SERVICE = goSource(GO_LISTEN, {
  imports: [
    ...["context", "fmt", "net", "net/http", "os", "os/exec", "os/signal", "strconv", "sync"],
    ...["sync/atomic", "syscall", "time"],
  ],
  code: `var draining atomic.Bool

func handle(w http.ResponseWriter, r *http.Request) {
	if draining.Load() {
		w.Header().Set("Connection", "close")
	}
	if wait, err := time.ParseDuration(r.URL.Path[1:]); err == nil {
		fmt.Println("asked")
		time.Sleep(wait)
	}
	fmt.Fprintln(w, generation())
}

func generation() int {
	number, _ := strconv.Atoi(os.Getenv("GENERATION"))
	return number
}

func number(name string) uintptr {
	fd, _ := strconv.Atoi(os.Getenv(name))
	return uintptr(fd)
}

// inherited is the socket that the process before has handed over; in the first process one of its own.
func inherited() net.Listener {
	if os.Getenv("SOCKET") == "" {
		return listen()
	}
	listener, err := net.FileListener(os.NewFile(number("SOCKET"), "listener"))
	if err != nil {
		fmt.Println("no listener:", err)
		os.Exit(1)
	}
	return listener
}

// duplicate is a second descriptor of the listening socket, closed on exec.
func duplicate(listener net.Listener) (fd uintptr) {
	raw, _ := listener.(*net.TCPListener).SyscallConn()
	raw.Control(func(own uintptr) {
		fd, _, _ = syscall.Syscall(syscall.SYS_FCNTL, own, syscall.F_DUPFD_CLOEXEC, 10)
	})
	return fd
}

// startNext starts the program anew; it answers whether the new process has said that it serves.
func startNext(socket uintptr) (ready func() bool, err error) {
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		return nil, err
	}
	files := []uintptr{0, 1, 2, uintptr(pipe[1])}
	told := socket
	if os.Getenv("CLOSE_ON_EXEC") != "kept" {
		files = append(files, socket)
		told = 4
	}
	next := exec.Command("")
	next.Env = append(os.Environ(), fmt.Sprint("GENERATION=", generation()+1), fmt.Sprint("SOCKET=", told), "READY=3")
	program, _ := os.Executable()
	pid, err := syscall.ForkExec(program, os.Args, &syscall.ProcAttr{Env: next.Environ(), Files: files})
	syscall.Close(pipe[1])
	if err != nil {
		return nil, err
	}
	go syscall.Wait4(pid, nil, 0, nil)
	fmt.Println("child", pid)
	return func() bool {
		defer syscall.Close(pipe[0])
		n, _ := syscall.Read(pipe[0], make([]byte, 1))
		return n == 1
	}, nil
}

func main() {
	if os.Getenv("CRASH") != "" && generation() > 0 {
		fmt.Println("no database")
		os.Exit(1)
	}
	upgrade := make(chan os.Signal, 1)
	signal.Notify(upgrade, syscall.SIGUSR2)
	listener := inherited()
	socket := duplicate(listener)
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	go server.Serve(listener)
	fmt.Println("serving", generation(), os.Getpid())
	if os.Getenv("READY") != "" {
		syscall.Write(int(number("READY")), []byte("r"))
		syscall.Close(int(number("READY")))
	}
	lameDuck, _ := time.ParseDuration(os.Getenv("LAME_DUCK"))
	retire := sync.OnceFunc(func() {
		if lameDuck > 0 {
			draining.Store(true)
			listener.Close()
			time.Sleep(lameDuck)
		}
		server.Shutdown(context.Background())
		os.Exit(0)
	})
	for range upgrade {
		ready, err := startNext(socket)
		if err != nil || (os.Getenv("WAIT") == "ready" && !ready()) {
			fmt.Println("no child:", err)
			continue
		}
		go retire()
	}
}
`,
});
