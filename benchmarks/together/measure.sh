#!/usr/bin/env bash
# What it costs to train with two processes of one thread each: the quickstart with batches of 64 on both, against one process of one thread with
# batches of 32. Each is trained for one epoch and for three, in turns; the difference is free of what starting costs. Writes lines of CSV:
# round, processes, epochs, seconds, seconds of the processors, images a second as it tells itself, load of the machine.
# Usage: benchmarks/together/measure.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. ./native.sh
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
TIMEFORMAT='%R %U %S'
echo round,processes,epochs,seconds,processor_seconds,images_per_second,load
for ((round = 1; round <= ${1:-3}; round++)); do
    for epochs in 1 3; do
        for processes in 1 2; do
            # no look at validation images, which rank 0 takes alone
            { time "${FN:-./fn}" train examples/quickstart.yaml --processes $processes --threads $processes --set "training.epochs=$epochs" \
                --set "training.batch-size=$((32 * processes))" --set training.validation.every=0 --out "$out/net" --overwrite >"$out/told" 2>&1; } 2>"$out/time" \
                || { cat "$out/told" >&2; exit 1; }
            read -r wall user system <"$out/time"
            rate=$(grep -o '[0-9]* images/s' "$out/told" | tail -n 1 | cut -d' ' -f1)
            echo "$round,$processes,$epochs,$wall,$(awk "BEGIN { print $user + $system }"),$rate,$(cut -d' ' -f1 /proc/loadavg)"
        done
    done
done
