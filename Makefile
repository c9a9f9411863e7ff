# The commands of the README. Each is enough on a fresh machine with JDK 25, Maven, Node.js and make.

.PHONY: demo test faults simulate package bench scaling format clean

jar := server/target/voice-presence.jar
cache := server/target/voice-presence.aot
bench := bench/target/built
sources := $(shell find server/src/main server/pom.xml pom.xml package-lock.json -type f)

## Builds the service and starts it in demo mode: open the address that it prints in two browser windows.
demo: $(jar) $(cache)
	@# Ctrl-C is how a demo ends (status 130), so make must not call it an error. The trap keeps the shell alive for that.
	@trap : INT; bin/voice-presence --demo || { status=$$?; [ $$status -eq 130 ] || exit $$status; }

## Sets up what the tests need and runs all of them.
test:
	scripts/test

## Kills, freezes and cuts off nodes and Redis under load: the tests of test/faults alone.
faults: $(jar)
	scripts/npm-install
	node --test --test-reporter=spec --test-concurrency=1 $(sort $(wildcard test/faults/*.test.mjs))

## Plays histories of the stores that no test run has seen, against the model: make simulate runs=1000 steps=500.
simulate: runs ?= 300
simulate: steps ?= 400
simulate:
	./mvnw -B -ntp test -Dtest='*SimulationTest' -Dsimulation.runs=0 -Dsimulation.fresh=$(runs) -Dsimulation.steps=$(steps)

## Builds the one jar that ships, and the cache that halves its start.
package: $(jar) $(cache)

$(jar): $(sources)
	./mvnw -q -B -DskipTests -pl server -am package
	@touch $@

$(cache): $(jar)
	scripts/aot-cache

## Measures the service beside its peers and the floor: make bench quick=1 only=idle,connect target=service rounds=3.
## Needs two cores of Linux, gcc and taskset. What each word means: bench/README.md.
bench: $(bench)
	bench/run $(if $(only),only=$(only)) $(if $(target),target=$(target)) $(if $(rounds),rounds=$(rounds)) $(if $(quick),quick=1)

## Prints the tables of docs/scaling.md: what so many users need, by the model and by simulation.
scaling: $(bench)
	"$$(bin/find-jdk)/bin/java" -cp bench/target/classes io.voicepresence.bench.scaling.Scaling

# Builds the jar too, as the bench's tests use the service's classes; the cache is made after it, or it would not be used.
$(bench): $(shell find bench/src/main bench/floor bench/peer/src bench/peer/package-lock.json bench/pom.xml -type f) $(sources)
	./mvnw -q -B -DskipTests -pl bench -am package
	@touch $(jar)
	scripts/aot-cache
	bench/floor/build
	bench/peer/build
	@touch $@

## Lets the formatter have its way.
format:
	./mvnw -q -B spotless:apply

clean:
	./mvnw -q -B clean
