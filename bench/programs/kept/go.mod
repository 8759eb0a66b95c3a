module github.com/hotpod/hotpod/bench/programs/kept

go 1.24

require (
	github.com/hotpod/hotpod/bench/programs/echo v0.0.0
	github.com/hotpod/hotpod/sdk/go v0.0.0
)

replace (
	github.com/hotpod/hotpod/bench/programs/echo => ../echo
	github.com/hotpod/hotpod/sdk/go => ../../../sdk/go
)
