import { goSource } from "#lab/programs/go-source.js";
import { BARE_SOCKETS } from "./bare-sockets.js";

/**
 * A program in Go that finds out which sockets may have one address: `MODE HOST`. It prints `tried OLD NEW RESULT` for each pair.
 */
export const SOCKET_OPTIONS = goSource(BARE_SOCKETS, {
  imports: ["fmt", "os", "os/exec", "strconv", "syscall", "time"],
  code: `// attempt says whether one more listener comes about: "tried OLD NEW ok", or the error.
func attempt(host string, port int, old, new string, with options) {
	fd, err := listen(host, port, with)
	if err != nil {
		fmt.Println("tried", old, new, err)
		return
	}
	syscall.Close(fd)
	fmt.Println("tried", old, new, "ok")
}

// pairs tries an old and a new socket, each without and with the option.
func pairs(host string, option options, prepare func(old options) (port int, undo func())) {
	names := map[bool]string{false: "without", true: "with"}
	for _, hasOld := range []bool{false, true} {
		for _, hasNew := range []bool{false, true} {
			old, new := none, none
			if hasOld {
				old = option
			}
			if hasNew {
				new = option
			}
			port, undo := prepare(old)
			attempt(host, port, names[hasOld], names[hasNew], new)
			undo()
		}
	}
}

func secondListener(host string, option options) {
	pairs(host, option, func(old options) (int, func()) {
		fd, port := first(host, old)
		return port, func() { syscall.Close(fd) }
	})
}

func timeWait(host string) {
	pairs(host, addrOnly, func(old options) (int, func()) {
		listener, port := first(host, old)
		client := connect(host, port)
		// Who closes first waits.
		syscall.Close(accept(listener))
		syscall.Read(client, make([]byte, 1))
		syscall.Close(client)
		for !hasState(host, port, "06") {
			time.Sleep(time.Millisecond)
		}
		syscall.Close(listener)
		return port, func() {}
	})
}

func hasState(host string, port int, state string) bool {
	for _, row := range rows(host, port) {
		if row[3] == state {
			return true
		}
	}
	return false
}

func established(host string) {
	pairs(host, addrOnly, func(old options) (int, func()) {
		listener, port := first(host, old)
		client := connect(host, port)
		server := accept(listener)
		syscall.Close(listener)
		return port, func() { syscall.Close(client); syscall.Close(server) }
	})
}

// users has a second listener of the same user, then of another one.
func users(host string) {
	_, port := first(host, portOnly)
	for _, user := range []int{0, 65534} {
		child := exec.Command(os.Args[0], "as", host, strconv.Itoa(port), strconv.Itoa(user))
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		must(child.Run())
	}
}

func as(host, port, user string) {
	at, _ := strconv.Atoi(port)
	id, _ := strconv.Atoi(user)
	must(syscall.Setuid(id))
	names := map[int]string{0: "same-user", 65534: "other-user"}
	attempt(host, at, "root", names[id], portOnly)
}

func main() {
	mode, host := os.Args[1], os.Args[2]
	switch mode {
	case "second-listener":
		secondListener(host, addrOnly)
	case "reuse-port":
		secondListener(host, portOnly)
	case "time-wait":
		timeWait(host)
	case "established":
		established(host)
	case "users":
		users(host)
	case "as":
		as(host, os.Args[3], os.Args[4])
	}
}
`,
});
