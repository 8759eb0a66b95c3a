module hotpod.local/settings

go 1.24

require github.com/hotpod/hotpod/sdk/go v0.0.0

replace github.com/hotpod/hotpod/sdk/go => ../../../../sdk/go
