module github.com/hotpod/hotpod/bench/programs/tableflip

go 1.24

require (
	github.com/cloudflare/tableflip v1.2.3
	github.com/hotpod/hotpod/bench/programs/echo v0.0.0
)

replace github.com/hotpod/hotpod/bench/programs/echo => ../echo
