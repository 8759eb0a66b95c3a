module github.com/hotpod/hotpod/bench/programs/echo

go 1.24
