module github.com/hotpod/hotpod/bench/programs/clients

go 1.24
