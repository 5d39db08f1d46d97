#!/usr/bin/env bash
# What it costs to train with two processes of one thread each; see TogetherBenchmark.java.
# Usage: benchmarks/together/measure.sh [ROUNDS [STEPS [DESCRIPTION]]]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
. ./native.sh
./fn --version >/dev/null   # builds it if need be
java -Dsource="$here/TogetherBenchmark.java" -cp "fn-cli/target/classes:$(cat fn-cli/target/classpath)" "$here/TogetherBenchmark.java" \
    "${3:-examples/quickstart.yaml}" "${1:-3}" "${2:-60}"
