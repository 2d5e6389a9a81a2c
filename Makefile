# Lemniscaat: build, try out, test. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

export CGO_ENABLED := 0
# Everything is compiled in one way, so that tests, linters and the program use what
# another has compiled.
GOFLAGS ?= -trimpath
export GOFLAGS
# What tests draw at random begins with the number of the commit, so that the same
# commit gives the same run; SEED=… begins elsewhere.
SEED ?= $(shell printf %d 0x$$(git rev-parse --short=8 HEAD 2>/dev/null || echo 1))
RAPID_SEED ?= $(SEED)
export SEED RAPID_SEED
BIN    := build/bin
ADDR   ?= 127.0.0.1:8080
DATA   ?= data
# Seconds of fuzzing for the rule parser, and for every other fuzz target; two
# targets at a time, each on one core.
FUZZ_PARSER ?= 30
FUZZ_OTHER  ?= 4
# Odd texts for each target that needs a database.
FUZZ_MUTANTS ?= 300
# A build that anyone can repeat bit for bit.
BUILD  := go build -trimpath -buildvcs=false -ldflags=-buildid=
SOURCES = $(shell find cmd internal regelingen -type f -not -name '*_test.go') go.mod go.sum

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: demo
demo: build ## build and start the demo on 127.0.0.1 (ADDR=…, DATA=…)
	@exec build/lemniscaat demo --addr $(ADDR) --data $(DATA)

.PHONY: build
build: build/lemniscaat ## build the one binary, build/lemniscaat

build/lemniscaat: $(SOURCES)
	@mkdir -p build
	@$(BUILD) -o $@ ./cmd/lemniscaat

.PHONY: test
test: ## everything, as CI runs it; installs what it needs
	@tools/test.sh system mod generated lint unit again readme vuln sbom e2e

.PHONY: check
check: ## the fast part, some three minutes: format, vet, short tests
	@tools/test.sh mod format vet short

.PHONY: validatie
validatie: build ## compare the synthetic country with published figures: docs/validatie.md
	build/lemniscaat population validate nl:40000 --out docs/validatie.md

.PHONY: bench
bench: ## measure, and print the table that is in README.md
	@tools/bench.sh

.PHONY: agree
agree: ## columns and the exact evaluator on a million households (AGREE=…, SEED=…)
	@AGREE=$${AGREE:-1000000} go test -count=1 -timeout 2h -run '^TestShippedAgree$$' -v ./internal/column

.PHONY: start
start: ## from the start of the program to the first page, with a log of a million events (START=…)
	@go test -count=1 -timeout 60m -run '^$$' -bench '^BenchmarkStart$$' -benchtime 5x ./internal/cli

.PHONY: rebuild
rebuild: ## fold a log of a million events anew, and compare (REBUILD=…)
	@REBUILD=$${REBUILD:-1000000} go test -count=1 -timeout 30m -run '^TestRebuild$$' -v ./internal/loop

.PHONY: load
load: ## a thousand connections for a minute on the real program (TIJD=60s, DATABASE=postgres, PROFIEL=map)
	@LOAD=1 LOAD_TIME=$(TIJD) LOAD_DATABASE=$(DATABASE) LOAD_PROFILE=$(PROFIEL) go test -count=1 -timeout 90m -run '^Test(Load|Slow)$$' -v ./internal/load | grep -v '^=== '

.PHONY: faults
faults: ## break the real program in every way that we know: kill -9, full disks, changed bytes (SEED=…)
	@FAULTS=all go test -count=1 -timeout 60m -v ./internal/fault | grep -v '^=== '

# What the image is made of. The certificates are those of the machine that builds.
CERTIFICATES ?= /etc/ssl/certs/ca-certificates.crt
.PHONY: beeld
beeld: build
	@rm -rf build/container
	@install -d -m 0755 build/container
	@install -d -m 0700 build/container/data
	@install -m 0755 build/lemniscaat build/container/lemniscaat
	@install -m 0644 $(CERTIFICATES) build/container/ca-certificates.crt

.PHONY: container
container: beeld ## the image lemniscaat, with podman
	@command -v podman >/dev/null || { echo "make container heeft podman nodig: apt-get install podman" >&2; exit 1; }
	podman build --timestamp 0 -t lemniscaat -f deploy/Containerfile build/container

.PHONY: proef-container
proef-container: beeld ## build the image in a storage of its own, and run it as its guide says (root; RUNTIME=runc)
	@CONTAINER=$(CURDIR)/build/container RUNTIME=$(RUNTIME) go test -count=1 -timeout 20m -run '^TestContainer$$' -v ./internal/cli | grep -v '^=== '

.PHONY: formaat
formaat: # a release keeps a data folder as it leaves it (NAAM=0.1)
	@go test -count=1 -run '^TestUpgrade$$' ./internal/fault -formaat $(NAAM)

.PHONY: adr
adr: tools/adr/node_modules/.package-lock.json ## lint openapi.json with the linter of the NL API Design Rules (ADR_LINTER=ruleset.yaml)
	@[[ -r "$$ADR_LINTER" ]] || { echo "geef de regels van de linter: make adr ADR_LINTER=adr-linter.yaml"; exit 2; }
	@SPECTRAL=$$PWD/tools/adr/node_modules/.bin/spectral go test -count=1 -run '^TestLint$$' -v ./internal/api

tools/adr/node_modules/.package-lock.json: tools/adr/package-lock.json tools/adr/package.json
	@cd tools/adr && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: generate
generate: $(BIN)/templ ## generate the Go code of the pages, and their text editor (npm)
	@$(BIN)/templ generate -path . -include-version=false -log-level warn
	@cd tools && go run ./assets -bundle ../internal/web/static/vendor

.PHONY: clean
clean: ## remove what was built
	@rm -rf build e2e/node_modules

# --- the stages of test and check; each can be run alone ---------------------

.PHONY: system
system: # Chromium, Node and npm, by apt, only when they are missing
	@tools/system.sh

.PHONY: mod
mod: # module files are tidy and the downloads are what go.sum says
	@go mod tidy -diff
	@go mod verify
	@cd tools && go mod tidy -diff && go mod verify

.PHONY: format
format:
	@bad=$$(gofmt -l cmd internal regelingen tools); if [[ -n $$bad ]]; then echo "gofmt -w nodig:"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet:
	@go vet ./...

.PHONY: generated
generated: $(BIN)/templ # committed generated files are what the generators make
	@tools/generated.sh

.PHONY: lint
lint: $(BIN)/golangci-lint format
	@$(BIN)/golangci-lint run ./...

.PHONY: unit
unit: $(BIN)/tally # unit, property, golden, CLI, conformance; lint has looked for what vet finds
	@mkdir -p build
	@go test -vet=off -json -timeout 15m ./... | $(BIN)/tally build/count.unit

# Many small programs that each live for seconds: cleaning up later costs memory, and
# spares a tenth of the work.
.PHONY: short
short: $(BIN)/tally
	@mkdir -p build
	@GOGC=400 go test -vet=off -json -short -timeout 5m ./... | $(BIN)/tally build/count.short

.PHONY: fuzz
fuzz:
	@FUZZ_PARSER=$(FUZZ_PARSER) FUZZ_OTHER=$(FUZZ_OTHER) FUZZ_MUTANTS=$(FUZZ_MUTANTS) tools/fuzz.sh

.PHONY: readme
readme: build $(BIN)/readme # the commands in README.md, as written
	@$(BIN)/readme README.md
	@$(BIN)/readme -samen docs/api.md

.PHONY: vuln
vuln: $(BIN)/govulncheck # known vulnerabilities in what the binary calls
	@tools/vuln.sh

.PHONY: sbom
sbom: build $(BIN)/sbom ## what the binary is made of, with licences: build/sbom.cdx.json
	@$(BIN)/sbom build/lemniscaat internal/web/static/vendor/manifest.json build/sbom.cdx.json

.PHONY: repro
repro: build # another folder and an empty cache give the same binary
	@tools/repro.sh

# Fuzzing takes a time and not an amount, so that the second build goes beside it.
.PHONY: again
again: build
	@mkdir -p build; tools/repro.sh >build/repro.out 2>&1 & second=$$!; bad=0; \
	$(MAKE) --no-print-directory -s fuzz || bad=1; \
	wait $$second || bad=1; cat build/repro.out; exit $$bad

.PHONY: race
race: ## the tests of what runs side by side, with the race detector (needs a C compiler)
	@CGO_ENABLED=1 go test -race -short -timeout 30m ./internal/store/... ./internal/job ./internal/web ./internal/office ./internal/notice ./internal/mail ./internal/run ./internal/column

.PHONY: e2e
e2e: build e2e/node_modules/.package-lock.json # real Chromium: keyboard, axe, the whole turn
	@tools/e2e.sh

e2e/node_modules/.package-lock.json: e2e/package-lock.json e2e/package.json
	@cd e2e && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- tools, built from source at the versions of tools/go.mod ----------------

$(BIN)/golangci-lint $(BIN)/templ: tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	@cd tools && go build -trimpath -o ../$(BIN)/ \
	  github.com/golangci/golangci-lint/v2/cmd/golangci-lint github.com/a-h/templ/cmd/templ
	@touch $(BIN)/golangci-lint $(BIN)/templ

$(BIN)/govulncheck: tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	@cd tools && go build -trimpath -o ../$(BIN)/ golang.org/x/vuln/cmd/govulncheck
	@touch $@

$(BIN)/tally $(BIN)/readme $(BIN)/sbom: $(wildcard tools/tally/*.go tools/readme/*.go tools/sbom/*.go)
	@mkdir -p $(BIN)
	@cd tools && go build -trimpath -o ../$(BIN)/ ./tally ./readme ./sbom
	@touch $(BIN)/tally $(BIN)/readme $(BIN)/sbom
