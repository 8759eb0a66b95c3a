/**
 * A reload tool that stops first and the service it looks after, in one Go program; a model, with real processes. After a save (a file renamed
 * into the folder WATCH) it kills the service, builds for BUILD_MS, and starts it again; the service takes START_MS until it listens on HOST
 * and PORT. COLD_MS is its first build, before there is any service. With SOCKET=held the tool owns the listening socket, so that clients wait
 * instead of being refused. With READY_PORT the tool itself answers there: 503 while it reloads, else 200. With WAIT=1 it says `waiting`, and
 * begins at SIGUSR1.
 *
 * It says `stopping`, `stopped`, `opening` and `open`, each with CLOCK_MONOTONIC in ms: the port was open before the first of them, and is
 * after the last, and was closed between the two others.
 */
export const STOP_FIRST = `package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

func stamp(word string) {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&now)), 0)
	fmt.Printf("%s %.3f\\n", word, float64(now.Nano())/1e6)
}

func duration(name string) time.Duration {
	ms, _ := strconv.ParseFloat(os.Getenv(name), 64)
	return time.Duration(ms * float64(time.Millisecond))
}

func listen(port string) net.Listener {
	listener, err := net.Listen("tcp", os.Getenv("HOST")+":"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return listener
}

func serve() {
	time.Sleep(duration("START_MS"))
	stamp("opening")
	var listener net.Listener
	if os.Getenv("SOCKET") == "held" {
		listener, _ = net.FileListener(os.NewFile(3, "listener"))
	} else {
		listener = listen(os.Getenv("PORT"))
	}
	stamp("open")
	http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	}))
}

var reloading atomic.Bool

func answerReadiness(port string) {
	http.Serve(listen(port), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := "ready"
		if reloading.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			status = "reloading"
		}
		fmt.Fprintf(w, "{\\"status\\":\\"%s\\"}\\n", status)
	}))
}

func watch(folder string) chan bool {
	fd, _ := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	if _, err := syscall.InotifyAddWatch(fd, folder, syscall.IN_MOVED_TO); err != nil {
		fmt.Fprintln(os.Stderr, folder, err)
		os.Exit(1)
	}
	saved := make(chan bool, 1)
	go func() {
		buffer := make([]byte, 4096)
		for {
			if n, err := syscall.Read(fd, buffer); err != nil || n <= 0 {
				continue
			}
			select {
			case saved <- true:
			default:
			}
		}
	}()
	return saved
}

func start(socket *os.File) *exec.Cmd {
	app := exec.Command(os.Args[0], "serve")
	app.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	app.Stderr = os.Stderr
	if socket != nil {
		app.ExtraFiles = []*os.File{socket}
	}
	out, _ := app.StdoutPipe()
	if err := app.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "open ") {
				reloading.Store(false)
			}
			fmt.Println(lines.Text())
		}
	}()
	return app
}

func main() {
	if len(os.Args) > 1 {
		serve()
		return
	}
	if os.Getenv("WAIT") != "" {
		usr1 := make(chan os.Signal, 1)
		signal.Notify(usr1, syscall.SIGUSR1)
		fmt.Println("waiting")
		<-usr1
	}
	// The service goes with the thread that has started it.
	runtime.LockOSThread()
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	saved := watch(os.Getenv("WATCH"))
	var socket *os.File
	if os.Getenv("SOCKET") == "held" {
		socket, _ = listen(os.Getenv("PORT")).(*net.TCPListener).File()
	}
	reloading.Store(true)
	if port := os.Getenv("READY_PORT"); port != "" {
		go answerReadiness(port)
	}
	build := duration("COLD_MS")
	for {
		select {
		case <-term:
			return
		case <-time.After(build):
		}
		app := start(socket)
		ended := false
		select {
		case <-term:
			ended = true
		case <-saved:
			reloading.Store(true)
			stamp("stopping")
		}
		app.Process.Kill()
		app.Wait()
		if ended {
			return
		}
		stamp("stopped")
		build = duration("BUILD_MS")
	}
}
`;
