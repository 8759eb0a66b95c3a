module github.com/hotpod/hotpod/examples/go-shop

go 1.24

require github.com/hotpod/hotpod/sdk/go v0.0.0

replace github.com/hotpod/hotpod/sdk/go => ../../sdk/go
