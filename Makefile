# Lemniscaat: build, try out, test. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

export CGO_ENABLED := 0
BIN    := build/bin
ADDR   ?= 127.0.0.1:8080
DATA   ?= data
# Seconds of fuzzing for the rule parser, and for every other fuzz target.
FUZZ_PARSER ?= 30
FUZZ_OTHER  ?= 5
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
	@tools/test.sh system mod generated lint unit fuzz readme e2e

.PHONY: check
check: ## the fast part, under two minutes: format, vet, short tests
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
unit: $(BIN)/tally # unit, property, golden, CLI, conformance
	@mkdir -p build
	@go test -json -timeout 15m ./... | $(BIN)/tally build/count.unit

.PHONY: short
short: $(BIN)/tally
	@mkdir -p build
	@go test -json -short -timeout 5m ./... | $(BIN)/tally build/count.short

.PHONY: fuzz
fuzz:
	@FUZZ_PARSER=$(FUZZ_PARSER) FUZZ_OTHER=$(FUZZ_OTHER) tools/fuzz.sh

.PHONY: readme
readme: build $(BIN)/readme # the commands in README.md, as written
	@$(BIN)/readme README.md

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

$(BIN)/tally $(BIN)/readme: $(wildcard tools/tally/*.go tools/readme/*.go)
	@mkdir -p $(BIN)
	@cd tools && go build -trimpath -o ../$(BIN)/ ./tally ./readme
	@touch $(BIN)/tally $(BIN)/readme
