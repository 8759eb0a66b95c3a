module github.com/hotpod/hotpod/sdk/go

go 1.24
