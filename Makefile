# Everything there is to do with this repository. `make help` lists it.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

LDFLAGS     := -s -w -X earshot/internal/cli.Version=$(VERSION) -X earshot/internal/cli.Commit=$(COMMIT)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# What is already done is remembered by files, so that a second run is quick.
NPM := node_modules/.stamp
WEB := bin/.web

web_sources := $(shell find web -type d \( -name node_modules -o -name dist \) -prune -o -type f ! -name sizes.json -print 2>/dev/null)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# Using it

.PHONY: run build
run: build ## build everything and start the demonstration
	bin/earshot demo

build: $(WEB) ## bin/earshot: one static binary with everything inside
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/earshot ./cmd/earshot

# Before a commit

.PHONY: test check
test: ## everything that must pass; installs what it needs
	@MAKE='$(MAKE)' scripts/parts.sh npm web:npm sizes:web types:npm unit:npm vet go:web build:web e2e:build trust:build

check: ## formatting, static analysis, types, files that are generated
	@MAKE='$(MAKE)' scripts/parts.sh format vet staticcheck types generated tidy

# The parts of test and check

.PHONY: npm web sizes types unit vet go e2e format staticcheck generated tidy
npm: $(NPM)

web: $(WEB) ## the browser's part, built into web/dist

sizes: $(WEB) ## compressed size of each part the browser loads (web/sizes.json)
	node web/sizes.mjs

types: $(NPM)
	npm run --silent types

unit: $(NPM)
	npm run --silent unit

vet:
	go vet ./...

go: $(WEB)
	go test $$(scripts/race.sh) ./...

e2e: build ## the binary and real pages in a real browser
	CHROMIUM="$$(scripts/chromium.sh)" npm run --silent e2e

format:
	@wrong=$$(gofmt -l bench cmd demo e2e internal trust web); \
	if [ -n "$$wrong" ]; then echo "Not formatted by gofmt:"; echo "$$wrong"; exit 1; fi

staticcheck:
	go run $(STATICCHECK) ./...

generated:
	scripts/generated.sh

tidy:
	go mod tidy -diff

# Figures

.PHONY: bench trust trust-release
bench: build ## how fast: prints a table, writes bench/results.json
	go run ./bench

trust: build ## acceptance tests, short: prints a table, writes trust/results.json
	go run ./trust

trust-release: build ## acceptance tests, full length
	go run ./trust -full

# Files

$(NPM): package-lock.json package.json
	npm ci --no-audit --no-fund
	@touch $@

$(WEB): $(NPM) $(web_sources)
	npm run --silent build
	@mkdir -p $(@D) && touch $@

.PHONY: clean
clean: ## remove everything that was built (installed packages stay)
	rm -rf bin e2e/shots web/sizes.json bench/results.json trust/results.json
	find web/dist -mindepth 1 ! -name placeholder.txt -delete 2>/dev/null || true
