# The targets are small, so that each can be copied to a shell. Only Go is needed.

.PHONY: help build test variants race update check fuzz corpus mutants stress bench microbench examples

BENCH =
PROGRAMS = 2000
SEED = 1
TOOL = $(or $(TMPDIR),/tmp)/goawait-for-another-system

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

build: ## compile everything
	go build ./...

test: ## run all tests
	go test -timeout 60m ./...

variants: ## run the archives and the matrix in the other lowerings, too
	go test -timeout 60m ./internal/difftest -variants flat,stackful,goroutine,parts,shreds

race: ## run all tests with the race detector
	go test -race -timeout 90m ./...
	go test -timeout 60m ./internal/difftest -run TestArchives -build=-race

update: ## rewrite generated files: twins of the examples, archives, and what the documents show of other files
	go run ./cmd/goawait ./examples/...
	go run ./cmd/goawait ./internal/guards ./statemachine/testdata/walk
	cd bench && go tool goawait ./...
	go run ./cmd/goawait ./docs/...
	go build -o $(TOOL) ./cmd/goawait && GOOS=js GOARCH=wasm $(TOOL) ./docs/guide && rm $(TOOL)
	go test -timeout 60m ./rewrite ./vet ./internal/difftest ./internal/docs ./statemachine ./inspect/picture ./cmd/goawait -update

check: ## format, vet, tidy, and no generated file that would change
	@files=$$(find . -name '*.go' -not -path './internal/difftest/testdata/*' | xargs gofmt -l); test -z "$$files" || { echo "$$files"; exit 1; }
	go vet ./...
	GOARCH=386 go vet ./runtime/... ./internal/guards
	go mod tidy -diff
	cd vet/golangci && go mod tidy -diff && go vet ./... && go test ./...
	cd bench && go mod tidy -diff && go vet ./... && go tool goawait -check ./... && go test ./...
	go run ./cmd/goawait -check ./examples/... ./docs/... ./internal/guards
	go build -o $(TOOL) ./cmd/goawait && GOOS=js GOARCH=wasm $(TOOL) -check ./docs/guide && rm $(TOOL)
	go run ./cmd/goawait vet ./examples/... ./docs/...
	go test ./internal/docs ./statemachine ./inspect/... ./examples/... ./docs/...

fuzz: ## compare both forms of random programs: make fuzz PROGRAMS=5000 SEED=1
	go test ./internal/progen -count=1 -timeout 0 -v -run TestFuzz -programs $(PROGRAMS) -seed $(SEED)

corpus: ## make packages of the standard library and modules of others async, and run their tests: make corpus SEED=2
	go test ./internal/corpus -count=1 -timeout 60m -v -packages all -seed $(SEED)
	for m in github.com/stretchr/testify github.com/dave/dst golang.org/x/tools; do \
		go test ./internal/corpus -count=1 -timeout 60m -v -compile -module $$m -seed $(SEED) || exit 1; done

mutants: ## seed faults in package async, which its explorer of interleavings has to find
	go test ./runtime -count=1 -timeout 30m -v -run TestExplorerFindsFaults -mutants

stress: ## a million promises, sleepers, links of a chain and values from other goroutines, and what is left of them
	go test ./runtime -count=1 -timeout 30m -v -run 'Stress|LongChains|DeepCalls' -stress
	go test ./runtime -count=1 -timeout 30m -race -run 'Stress|LongChains|DeepCalls'

bench: ## compare with rivals and write bench/REPORT.md: make bench BENCH='-scenario S1,S4 -rounds 3' or BENCH=-quick
	cd bench && go run -ldflags=-funcalign=64 ./cmd $(BENCH)

microbench: ## run the benchmarks of package async
	go test ./runtime -run '^$$' -bench . -benchmem

examples: ## transpile the examples and run them
	go run ./examples/tour
