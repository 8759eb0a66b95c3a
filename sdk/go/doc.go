// Package hotpod lets an HTTP service hand over to its next version without losing a request.
//
//	listener, err := hotpod.Listen("tcp", ":8080")
//	if err != nil {
//		log.Fatal(err)
//	}
//	err = hotpod.Serve(context.Background(), &http.Server{Handler: mux}, listener)
//
// Under hotpod, [Listen] takes the listening socket that the supervisor holds, and [Serve] tells
// it when requests are served. Outside hotpod the same program listens by itself and behaves as
// with net/http alone.
//
// Where there is no hotpod, [SelfUpgrade] lets the program replace itself on SIGUSR2.
//
// # The drain
//
// On SIGTERM, or when its context ends, Serve is a lame duck: it accepts no more, but answers
// whatever still arrives on the connections it has, each answer with "Connection: close", so that
// clients leave by themselves. HTTP/2 clients get GOAWAY at once. Only when all have left, or the
// drain time is nearly over, [http.Server.Shutdown] is called: a request that arrives after
// Shutdown has begun is dropped unanswered by net/http, even on a connection accepted long before.
//
// Under hotpod, connections of plain HTTP/1.1 on inherited listeners need not leave: between two
// requests they move to the next generation, and no answer says "Connection: close".
//
// The order of events, with the default drain time of 25 s (24 s after the margin kept for the
// process's own end):
//
//	 0 s  STOPPING=1, listeners closed, GOAWAY, Draining closed, RegisterOnDrain hooks started
//	      wait for every connection to end, idle ones included, and for the hooks
//	22 s  idle connections are no longer waited for; requests under way, hijacked connections
//	      and hooks are
//	24 s  what is left is cut, and Serve returns an error that counts it
package hotpod
