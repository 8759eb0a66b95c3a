module hotpod.local/tiny

go 1.24
