package moves

import (
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// sendTime is how long a connection waits for room in the queue; retryTime parts two attempts
	// where the kernel does not tell when there is room.
	sendTime  = time.Second
	retryTime = 5 * time.Millisecond
	// nameMax is longer than any listener's name.
	nameMax = 512
)

// Adopt takes over the queue, whose descriptors are given as "N,M", and the channel. What is not as expected counts as absent:
// connections are then ended as they are without them.
func Adopt(ends, line string) *Moves {
	sender, receiver, _ := strings.Cut(ends, ",")
	var files []*os.File
	for _, text := range []string{sender, receiver, line} {
		file := adoptSocket(text)
		if file == nil {
			return nil
		}
		files = append(files, file)
	}
	queue := &socketQueue{sender: files[0], receiver: files[1]}
	var err1, err2, err3 error
	queue.sending, err1 = files[0].SyscallConn()
	queue.receiving, err2 = files[1].SyscallConn()
	channel := &socketChannel{File: files[2]}
	channel.reading, err3 = files[2].SyscallConn()
	if errors.Join(err1, err2, err3) != nil {
		return nil
	}
	return newMoves(queue, channel)
}

// adoptSocket takes over one descriptor. It is not blocking, and stays so: generations share it.
func adoptSocket(text string) *os.File {
	fd, err := strconv.Atoi(text)
	if err != nil || fd <= 2 {
		return nil
	}
	if _, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE); err != nil {
		return nil
	}
	syscall.CloseOnExec(fd)
	if syscall.SetNonblock(fd, true) != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), "hotpod")
}

type socketQueue struct {
	sender, receiver   *os.File
	sending, receiving syscall.RawConn
}

// send waits for room. The kernel refuses with ETOOMANYREFS while too many sockets are under way.
func (q *socketQueue) send(name string, conn *net.TCPConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	end := time.Now().Add(sendTime)
	if err := q.sender.SetWriteDeadline(end); err != nil {
		return err
	}
	var sent error
	err = raw.Control(func(fd uintptr) {
		for {
			sent = q.sendFD(name, int(fd))
			if sent != syscall.ETOOMANYREFS || time.Now().After(end) {
				return
			}
			time.Sleep(retryTime)
		}
	})
	return errors.Join(err, sent)
}

func (q *socketQueue) sendFD(name string, fd int) (sent error) {
	rights := syscall.UnixRights(fd)
	err := q.sending.Write(func(queue uintptr) bool {
		for {
			sent = syscall.Sendmsg(int(queue), []byte(name), rights, nil, syscall.MSG_NOSIGNAL)
			if sent != syscall.EINTR {
				return sent != syscall.EAGAIN
			}
		}
	})
	if err != nil {
		return err
	}
	return sent
}

func (q *socketQueue) receive() (string, *net.TCPConn, error) { return q.read(true) }

func (q *socketQueue) poll() (string, *net.TCPConn, error) {
	q.setReceiveDeadline(time.Time{})
	return q.read(false)
}

func (q *socketQueue) setReceiveDeadline(t time.Time) { _ = q.receiver.SetReadDeadline(t) }

func (q *socketQueue) read(wait bool) (string, *net.TCPConn, error) {
	name, control := make([]byte, nameMax), make([]byte, syscall.CmsgSpace(4))
	var n, controlled int
	var received error
	err := q.receiving.Read(func(queue uintptr) bool {
		for {
			n, controlled, _, _, received = syscall.Recvmsg(
				int(queue), name, control, syscall.MSG_CMSG_CLOEXEC)
			if received != syscall.EINTR {
				return !wait || received != syscall.EAGAIN
			}
		}
	})
	switch {
	case err != nil:
		return "", nil, err
	case received != nil:
		return "", nil, received
	case n == 0:
		return "", nil, io.EOF
	}
	conn, err := connectionIn(control[:controlled])
	return string(name[:n]), conn, err
}

func connectionIn(control []byte) (*net.TCPConn, error) {
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil || len(messages) == 0 {
		return nil, errNoConnection
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return nil, errNoConnection
	}
	file := os.NewFile(uintptr(fds[0]), "moved")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, errNoConnection
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		_ = conn.Close()
		return nil, errNoConnection
	}
	return tcp, nil
}

type socketChannel struct {
	*os.File
	reading syscall.RawConn
}

func (c *socketChannel) poll(buffer []byte) (n int, err error) {
	failed := c.reading.Read(func(fd uintptr) bool {
		n, err = syscall.Read(int(fd), buffer)
		return true
	})
	return n, errors.Join(failed, err)
}
