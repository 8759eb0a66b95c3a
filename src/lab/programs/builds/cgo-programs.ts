/** Programs about how a program is linked, and who starts it. */

/** Uses two packages of the standard library that come with C and without: net and os/user. */
export const USES_C = `package main

import (
	"fmt"
	"net"
	"os"
	"os/user"
)

func main() {
	if _, err := net.LookupHost("127.0.0.1"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// An image with nothing but the program knows no users: that it runs is enough.
	_, _ = user.LookupId("0")
	fmt.Println("it runs")
}
`;

/** Prints the dynamic loader that the program named on its command line asks for; none where there is none. */
export const PRINTS_LOADER = `package main

import (
	"debug/elf"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	file, err := elf.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			name, _ := io.ReadAll(segment.Open())
			fmt.Println(strings.TrimRight(string(name), "\\x00"))
			return
		}
	}
	fmt.Println("none")
}
`;

/** Starts the program named on its command line, as a supervisor written in Go does. */
export const STARTS_PROGRAM = `package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	if err := exec.Command(os.Args[1]).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;

/** Uses one package that comes with C and without. */
export const USES_USERS = `package main

import "os/user"

func main() {
	if one, err := user.Current(); err == nil {
		println(one.Uid)
	}
}
`;

/** Answers every connection with the setting of CGO_ENABLED that it was built with, on the socket that it is given. */
export const TELLS_CGO = `package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strings"
)

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	setting := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, one := range info.Settings {
			if one.Key == "CGO_ENABLED" {
				setting = one.Value
			}
		}
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for {
				line, err := reader.ReadString('\\n')
				if err != nil {
					return
				}
				if strings.TrimSpace(line) == "" {
					break
				}
			}
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s\\n", len(setting)+1, setting)
		}()
	}
}
`;
