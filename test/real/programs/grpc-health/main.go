// A gRPC server, by its arguments: an address, and which health service it has (health, slow, none).
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

type silent struct {
	healthpb.UnimplementedHealthServer
}

func (silent) Check(ctx context.Context, _ *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	switch os.Args[2] {
	case "health":
		checks := health.NewServer()
		checks.SetServingStatus("shop", healthpb.HealthCheckResponse_SERVING)
		checks.SetServingStatus("down", healthpb.HealthCheckResponse_NOT_SERVING)
		checks.SetServingStatus("unsure", healthpb.HealthCheckResponse_UNKNOWN)
		healthpb.RegisterHealthServer(server, checks)
	case "slow":
		healthpb.RegisterHealthServer(server, silent{})
	}
	fmt.Println("listening")
	log.Fatal(server.Serve(listener))
}
