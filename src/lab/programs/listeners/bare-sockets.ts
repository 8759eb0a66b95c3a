import type { GoPart } from "#lab/programs/go-source.js";

/** Listening sockets by the bare system calls, with exactly the options that are asked for, and the kernel's rows of an address. */
export const BARE_SOCKETS: GoPart = {
  imports: ["fmt", "net", "os", "strings", "syscall"],
  code: `const soReusePort = 15

type options struct{ addr, port bool }

var (
	none, addrOnly = options{}, options{addr: true}
	portOnly       = options{port: true}
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func address(host string, port int) *syscall.SockaddrInet4 {
	at := &syscall.SockaddrInet4{Port: port}
	copy(at.Addr[:], net.ParseIP(host).To4())
	return at
}

func listen(host string, port int, with options) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	must(err)
	if with.addr {
		must(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	}
	if with.port {
		must(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, soReusePort, 1))
	}
	err = syscall.Bind(fd, address(host, port))
	if err == nil {
		err = syscall.Listen(fd, 128)
	}
	if err != nil {
		syscall.Close(fd)
	}
	return fd, err
}

// first listens on a port that nobody has.
func first(host string, with options) (fd, port int) {
	fd, err := listen(host, 0, with)
	must(err)
	at, err := syscall.Getsockname(fd)
	must(err)
	return fd, at.(*syscall.SockaddrInet4).Port
}

func connect(host string, port int) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	must(err)
	must(syscall.Connect(fd, address(host, port)))
	return fd
}

func accept(listener int) int {
	fd, _, err := syscall.Accept(listener)
	must(err)
	return fd
}

// rows are the kernel's lines of that local address.
func rows(host string, port int) (found [][]string) {
	table, err := os.ReadFile("/proc/net/tcp")
	must(err)
	ip := net.ParseIP(host).To4()
	local := fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], port)
	for _, line := range strings.Split(string(table), "\\n") {
		if fields := strings.Fields(line); len(fields) > 9 && fields[1] == local {
			found = append(found, fields)
		}
	}
	return found
}
`,
};
