import { goSource } from "#lab/programs/go-source.js";
import { BARE_SOCKETS } from "./bare-sockets.js";

/**
 * A program in Go that finds out which socket gets a connection, and what becomes of those that wait: `MODE HOST`. It prints
 * `split TRIES SECOND` or `waiting CLIENTS IN-THE-CLOSED-QUEUE RESET LEFT`.
 */
export const SOCKET_QUEUES = goSource(BARE_SOCKETS, {
  imports: ["fmt", "os", "os/exec", "strconv", "strings", "syscall", "time", "unsafe"],
  code: `func split(host string) {
	a, port := first(host, portOnly)
	b, err := listen(host, port, portOnly)
	must(err)
	must(syscall.SetNonblock(a, true))
	must(syscall.SetNonblock(b, true))
	const tries = 400
	second := 0
	for range tries {
		client := connect(host, port)
		for {
			if fd, _, err := syscall.Accept(a); err == nil {
				syscall.Close(fd)
				break
			}
			if fd, _, err := syscall.Accept(b); err == nil {
				second++
				syscall.Close(fd)
				break
			}
		}
		syscall.Close(client)
	}
	fmt.Println("split", tries, second)
}

const waiting = 50

// queued is the number of connections that wait in that listening socket.
func queued(host string, port, fd int) int64 {
	var stat syscall.Stat_t
	must(syscall.Fstat(fd, &stat))
	for _, row := range rows(host, port) {
		if row[9] == strconv.FormatUint(stat.Ino, 10) {
			_, waiting, _ := strings.Cut(row[4], ":")
			n, err := strconv.ParseInt(waiting, 16, 64)
			must(err)
			return n
		}
	}
	return -1
}

func clientsOf(host string, port int) (clients []int) {
	for range waiting {
		clients = append(clients, connect(host, port))
	}
	return clients
}

// lostOf counts the clients that were reset. A reset takes a moment: it looks until the others are all in the queue that is left.
func lostOf(clients []int, left func() int64) int {
	reset := map[int]bool{}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, client := range clients {
			must(syscall.SetNonblock(client, true))
			if _, err := syscall.Read(client, make([]byte, 1)); err == syscall.ECONNRESET {
				reset[client] = true
			}
		}
		if len(reset)+int(left()) == len(clients) {
			break
		}
	}
	return len(reset)
}

// queue closes one of two listeners that share a port while clients wait in both.
func queue(host string) {
	a, port := first(host, portOnly)
	b, err := listen(host, port, portOnly)
	must(err)
	clients := clientsOf(host, port)
	inQueue := queued(host, port, a)
	syscall.Close(a)
	left := func() int64 { return queued(host, port, b) }
	fmt.Println("waiting", waiting, inQueue, lostOf(clients, left), left())
}

func migrated(host string) {
	must(up())
	must(os.WriteFile("/proc/sys/net/ipv4/tcp_migrate_req", []byte("1"), 0))
	queue(host)
}

// up brings the loopback of a new network namespace up.
func up() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return errno
	}
	return nil
}

// shared has two processes that have one listening socket open; the one that was started last ends while clients wait.
func shared(host string) {
	listener, port := first(host, none)
	child := exec.Command("sleep", "1000")
	socket := os.NewFile(uintptr(listener), "listener")
	defer socket.Close()
	child.ExtraFiles = []*os.File{socket}
	must(child.Start())
	clients := clientsOf(host, port)
	inQueue := queued(host, port, listener)
	must(child.Process.Kill())
	child.Wait()
	left := func() int64 { return queued(host, port, listener) }
	fmt.Println("waiting", waiting, inQueue, lostOf(clients, left), left())
}

func main() {
	mode, host := os.Args[1], os.Args[2]
	switch mode {
	case "split":
		split(host)
	case "queue":
		queue(host)
	case "migrated":
		migrated(host)
	case "shared":
		shared(host)
	}
}
`,
});
