//go:build unix

package hotpod

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The test binary is its own child: under this variable it plays a service instead of testing.
const envRole = "HOTPOD_TEST_ROLE"

// envWant lists what role listen asks for: "network address", one a line.
const envWant = "HOTPOD_TEST_WANT"

// roles are what a child may play.
var roles = map[string]func(){"listen": playListen, "serve": playServe, "upgrade": playUpgrade}

func TestMain(m *testing.M) {
	if role := os.Getenv(envRole); role != "" {
		roles[role]()
		return
	}
	os.Exit(m.Run())
}

// playListen prints what each wanted address gives, then what a program started from here inherits.
func playListen() {
	for want := range strings.SplitSeq(os.Getenv(envWant), "\n") {
		network, addr, _ := strings.Cut(want, " ")
		if strings.HasPrefix(network, "udp") {
			conn, err := ListenPacket(network, addr)
			if err != nil {
				fmt.Println("error", err)
				continue
			}
			fmt.Printf("%T %s\n", conn, conn.LocalAddr())
			continue
		}
		listener, err := Listen(network, addr)
		if err != nil {
			fmt.Println("error", err)
			continue
		}
		fmt.Printf("%T %s\n", listener, listener.Addr())
	}
	// Descriptor 3 is the first inherited one, if it is still open in the child.
	child := exec.Command("sh", "-c", `env | grep ^LISTEN_; (: <&3) 2>/dev/null && echo fd 3 is open`)
	out, _ := child.Output()
	fmt.Printf("child %q\n", out)
}

// playServe is a service; /slow is answered when the drain has begun.
func playServe() {
	listener, err := Listen("tcp", "name=http")
	if err == nil {
		mux := http.NewServeMux()
		mux.Handle("/", echo)
		mux.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) {
			draining := Draining()
			fmt.Println("slow entered")
			<-draining
			fmt.Fprintf(w, "slow by generation %d", Generation())
		})
		err = Serve(context.Background(), &http.Server{Handler: mux}, listener)
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("Serve returned nil")
}

// supervisor starts children as hotpod does: the sockets from descriptor 3 on, LISTEN_PID the
// child's own, which a shell's exec gives it.
type supervisor struct {
	t     *testing.T
	files []*os.File
	names []string
	env   []string
	// extra descriptors follow the sockets.
	extra []*os.File
	// direct leaves the shell between: LISTEN_PID is then another process's.
	direct bool
}

func (s *supervisor) offer(name string, socket interface{ File() (*os.File, error) }) {
	s.t.Helper()
	file, err := socket.File()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { file.Close() })
	s.files = append(s.files, file)
	s.names = append(s.names, name)
}

func (s *supervisor) command(role string) *exec.Cmd {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	start := `LISTEN_PID=$$ exec "$0"`
	if s.direct {
		start = `LISTEN_PID=$$ "$0"; exit`
	}
	command := exec.Command("sh", "-c", start, self)
	command.ExtraFiles = append(slices.Clone(s.files), s.extra...)
	// The race detector would sleep for a second at the end of each child.
	command.Env = append(os.Environ(), envRole+"="+role, "GORACE=atexit_sleep_ms=0")
	if len(s.files) > 0 {
		command.Env = append(command.Env, fmt.Sprintf("%s=%d", "LISTEN_FDS", len(s.files)),
			"LISTEN_FDNAMES"+"="+strings.Join(s.names, ":"))
	}
	command.Env = append(command.Env, s.env...)
	command.Stderr = os.Stderr
	return command
}

// listen runs role listen and returns its lines, one for each wanted address and one for the child.
func (s *supervisor) listen(wanted ...string) []string {
	s.t.Helper()
	s.env = append(s.env, envWant+"="+strings.Join(wanted, "\n"))
	out, err := s.command("listen").Output()
	if err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(wanted)+1 {
		s.t.Fatalf("%d lines for %d wanted: %s", len(lines), len(wanted), out)
	}
	return lines
}

func underGeneration(t *testing.T) *supervisor {
	return &supervisor{t: t, env: []string{envGeneration + "=7"}}
}

func bind(t *testing.T, network, addr string) net.Listener {
	t.Helper()
	listener, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func portOf(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	for i, line := range want {
		if !strings.Contains(got[i], line) {
			t.Errorf("line %d is %q, want %q", i, got[i], line)
		}
	}
}

func TestListenAdoptsByAddressAndName(t *testing.T) {
	s := underGeneration(t)
	web, admin := bind(t, "tcp", "127.0.0.1:0"), bind(t, "tcp", "127.0.0.1:0")
	path := filepath.Join(t.TempDir(), "socket")
	local := bind(t, "unix", path)
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer packets.Close()
	s.offer("web", web.(*net.TCPListener))
	s.offer("admin", admin.(*net.TCPListener))
	s.offer("local", local.(*net.UnixListener))
	s.offer("packets", packets.(*net.UDPConn))
	udpPort := portOf(packets.LocalAddr())
	wantLines(t, s.listen("tcp :"+portOf(web.Addr()), "tcp name=admin", "unix "+path, "udp :"+udpPort),
		"*net.TCPListener "+web.Addr().String(), "*net.TCPListener "+admin.Addr().String(),
		"*net.UnixListener "+path, "*net.UDPConn "+packets.LocalAddr().String(),
		// Neither the variables nor the descriptors go on to programs that the service starts.
		`child ""`)
}

func TestListenByNameWithAnAddressForElsewhere(t *testing.T) {
	s := underGeneration(t)
	web := bind(t, "tcp", "127.0.0.1:0")
	s.offer("http", web.(*net.TCPListener))
	wantLines(t, s.listen("tcp http=:1"), "*net.TCPListener "+web.Addr().String())

	unnamed := underGeneration(t)
	unnamed.offer("other", web.(*net.TCPListener))
	wantLines(t, unnamed.listen("tcp http=:"+portOf(web.Addr())), "*net.TCPListener "+web.Addr().String())

	outside := &supervisor{t: t}
	wantLines(t, outside.listen("tcp http=127.0.0.1:0", "tcp name=http"), "*net.TCPListener 127.0.0.1:",
		`error hotpod: no inherited socket for tcp "name=http": none was offered`)
}

func TestListenGivesEachSocketOnce(t *testing.T) {
	s := underGeneration(t)
	web := bind(t, "tcp", "127.0.0.1:0")
	s.offer("web", web.(*net.TCPListener))
	wantLines(t, s.listen("tcp name=web", "tcp "+web.Addr().String()), "*net.TCPListener ",
		"offered: web (tcp "+web.Addr().String()+", taken); declare it with hotpod run --listen")
}

func TestListenNamesWhatWasOffered(t *testing.T) {
	s := underGeneration(t)
	everywhere := bind(t, "tcp", ":0")
	s.offer("web", everywhere.(*net.TCPListener))
	port := portOf(everywhere.Addr())
	lines := s.listen("tcp :1", "tcp name=wbe", "udp :"+port, "tcp 127.0.0.1:"+port, "tcp 127.0.0.1:0")
	wantLines(t, lines,
		`error hotpod: no inherited socket for tcp ":1"; offered: web (tcp `+everywhere.Addr().String()+")",
		`error hotpod: no inherited socket for tcp "name=wbe"; offered: web`,
		`error hotpod: no inherited socket for udp`,
		// A loopback address is not widened to every interface.
		`error hotpod: no inherited socket for tcp "127.0.0.1:`,
		// Any free port is never an inherited one.
		`*net.TCPListener 127.0.0.1:`)
}

func TestListenUnderSystemdStillListensElsewhere(t *testing.T) {
	s := &supervisor{t: t}
	web, free := bind(t, "tcp", "127.0.0.1:0"), bind(t, "tcp", "127.0.0.1:0")
	s.offer("web", web.(*net.TCPListener))
	addr := free.Addr().String()
	free.Close()
	wantLines(t, s.listen("tcp "+addr, "tcp name=web"), "*net.TCPListener "+addr,
		"*net.TCPListener "+web.Addr().String())
}

func TestListenIgnoresAnotherProcessesSockets(t *testing.T) {
	s := underGeneration(t)
	s.direct = true
	web := bind(t, "tcp", "127.0.0.1:0")
	s.offer("web", web.(*net.TCPListener))
	wantLines(t, s.listen("tcp "+web.Addr().String(), "tcp name=web"),
		"start the service with exec)", "start the service with exec)")
}

func TestListenRefusesADescriptorThatIsNoSocket(t *testing.T) {
	s := underGeneration(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	s.files, s.names = []*os.File{null}, []string{"web"}
	wantLines(t, s.listen("tcp name=web"), "error hotpod: inherited descriptor 3 (web) is no socket")
}

func TestListenTellsIfTheSupervisorCannotBeReached(t *testing.T) {
	s := underGeneration(t)
	web := bind(t, "tcp", "127.0.0.1:0")
	s.offer("web", web.(*net.TCPListener))
	s.env = append(s.env, envNotify+"="+filepath.Join(t.TempDir(), "nobody"))
	wantLines(t, s.listen("tcp name=web"), "error hotpod: sending STATUS=starting to NOTIFY_SOCKET")
}
