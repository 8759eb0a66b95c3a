module hotpod.local/node-programs

go 1.24
