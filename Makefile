# `make` prints the targets. Everything runs from a fresh checkout: what is missing is installed or named.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# npm writes this file at the end of every installation.
INSTALLED := node_modules/.package-lock.json

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: install ## Edit a real service again and again under load; under a minute, no request may fail
	./hotpod demo

.PHONY: test
test: install ## Everything that needs no cluster: check, random lives, real processes, the Go SDK
	@tools/requirements.sh node go
	@tools/phases.sh check invariants real go-test

.PHONY: check
check: install ## Types, Biome, tidy, generated files, unit tests and the simulation
	npm run check --silent

.PHONY: real
real: install ## Tests with real processes, sockets and signals, one at a time
	node tools/test.mjs test/real --jobs 1

.PHONY: go-test
go-test: ## The Go SDK and the Go examples: vet, build, tests with the race detector
	@tools/requirements.sh go
	node tools/go-test.mjs

.PHONY: e2e
e2e: install ## hotpod as PID 1 in real pods of a real Kubernetes node (Linux, root; no Docker)
	test/node/run.sh

.PHONY: judges
judges: install ## Exported policies in OPA, conftest, Gatekeeper, Kyverno and Kubernetes' CEL; builds them once (10 min)
	@tools/requirements.sh go
	bash test/judges/install.sh
	node tools/test.mjs test/judges --jobs 1
	node -C source --import tsx test/judges/record.ts

.PHONY: node-timing
node-timing: install ## Record how a real node lives through the timing cases (Linux, root); ARGS=NAME for one
	test/node/timing.sh $(ARGS)

.PHONY: bench
bench: install ## Measure hotpod beside its peers on this machine
	@tools/requirements.sh go
	npm run bench --silent

.PHONY: simulate
simulate: install ## The core in virtual time; make simulate ARGS='--seed 7' replays one run
	npm run simulate --silent -- $(ARGS)

CASES ?= 3000

.PHONY: invariants
invariants: install ## Random simulated lives against every rule; CASES=100000 takes five minutes
	./hotpod simulate check-invariants --cases $(CASES)

.PHONY: build
build: install ## The bundle: dist/hotpod.js and dist/shim.cjs
	npm run build --silent

.PHONY: package
package: install ## The npm packages hotpod and hotpod-sdk as .tgz files
	npm pack
	npm pack ./sdk/node

.PHONY: test-node24
test-node24: install ## The test suites on Node 24, which npm's package "node" provides
	npx --yes --package=node@24 -- sh -c 'node --version && \
	  node tools/test.mjs test --not test/real --not test/node --not test/judges && \
	  node tools/test.mjs test/real --jobs 1'

.PHONY: install
install: $(INSTALLED)

$(INSTALLED): package-lock.json
	@tools/requirements.sh node
	npm ci --no-audit --no-fund
	@touch $@

.PHONY: clean
clean: ## Remove what was built or measured (the installation stays)
	rm -rf dist out *.tgz
