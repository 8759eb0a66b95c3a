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
