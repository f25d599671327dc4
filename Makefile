# Tintype: `make run` starts it, `make test` tests it, `make check` is what continuous integration runs.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c

SWIFT := $(shell Scripts/find-swift)
# The compiler keeps the arrows between rooms, and lets no warning pass.
STRICT := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors
RELEASE := -c release --static-swift-stdlib --product tintype
# What the program says of itself; empty without a repository.
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
DATA ?= ./data
PORT ?= 5000
PYTHON := .venv/bin/python
# The tests of what several threads use.
CONCURRENT := RuntimeTests|SQLiteTests|HTTPServerTests|HTTPClientTests|RenditionStorageTests|ServicesTests|KeyStorageTests

.PHONY: deb dist image test-package run build test unit end-to-end threads conformance browser check lint arrows budget unused bench deps test-deps format openapi schema clean

run: deps build  ## Install what is missing, build, and start the server.
	.build/release/tintype serve --data $(DATA) --port $(PORT)

build: deps
	TINTYPE_COMMIT=$(COMMIT) $(SWIFT) build $(RELEASE) 2>&1 | Scripts/quiet-build

deps:  ## Install the C libraries from Debian's packages, where they are missing.
	@Scripts/install-dependencies build

test-deps: deps
	@Scripts/install-dependencies test

test: unit threads end-to-end conformance browser  ## Run every test.
	@echo "All tests have passed."

unit: test-deps
	$(SWIFT) build --build-tests $(STRICT) 2>&1 | Scripts/quiet-build
	$(SWIFT) test --skip-build $(STRICT)

threads: test-deps  ## The concurrent parts under the thread sanitizer.
	$(SWIFT) build --product tintype $(STRICT) 2>&1 | Scripts/quiet-build
	TINTYPE_TEST_TARGETS='$(CONCURRENT)' \
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build/threads 2>&1 | Scripts/quiet-build
	TINTYPE_TEST_TARGETS='$(CONCURRENT)' \
	TINTYPE_TEST_WORKER="$(CURDIR)/.build/debug/tintype" \
	TSAN_OPTIONS="halt_on_error=1 suppressions=$(CURDIR)/Tests/thread-sanitizer.suppressions" \
	$(SWIFT) test --skip-build --sanitize=thread --scratch-path .build/threads

end-to-end: test-deps build  ## The real binary over HTTP.
	$(PYTHON) -m pytest -q -n 4 Tests/EndToEnd

conformance: test-deps build  ## Suites that outsiders wrote.
	$(PYTHON) -m pytest -q -n 2 Tests/Conformance

browser: test-deps build  ## The pages in a real browser.
	$(PYTHON) -m pytest -q Tests/Browser

deb: build  ## A Debian package, in .build/packages.
	Scripts/make-deb

dist: build  ## An archive with all libraries, for systems without any package, in .build/packages.
	Scripts/make-dist

image: build  ## An OCI image, made without a container engine, in .build/packages. As root.
	Scripts/make-image

test-package: test-deps build  ## Packages in a bare Debian 12: as root, with Debian's mirror, some minutes.
	@Scripts/install-dependencies test-package
	$(PYTHON) -m pytest -q -rA -p no:cacheprovider Tests/Packages

check: lint arrows budget unused test  ## Format, arrows, budget, unused names, and every test.

lint: deps
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

arrows:  ## Rooms import only what the plan allows.
	Scripts/check-arrows

budget:  ## Lengths of files, escape hatches, and generated files in step with their sources.
	Scripts/check-budget

unused:  ## Declarations that nothing uses.
	Scripts/check-unused

bench: test-deps build  ## Measure beside peers, and write docs/benchmarks.md.
	@Scripts/install-dependencies bench
	$(PYTHON) Benchmarks/run.py

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

openapi: test-deps  ## Make the served form of openapi.yaml.
	$(PYTHON) Scripts/openapi-to-json openapi.yaml Sources/API/Web/Pages/openapi.json

schema: test-deps  ## Write docs/schema.sql.
	WRITE_SCHEMA=1 $(SWIFT) test $(STRICT) --filter SchemaTests

clean:
	rm -rf .build .venv .venv-bench
