#!/usr/bin/env bash
# Trains with a process on each of four machines: sbatch examples/cluster/slurm.sh network.yaml
# After a machine was lost, Slurm queues the job again, and it goes on from what was kept last; with another --nodes, too.
#SBATCH --job-name=fn-train
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export MASTER_ADDR MASTER_PORT=$((20000 + SLURM_JOB_ID % 10000)) WORLD_SIZE="$SLURM_NTASKS"
# one process that ends with an error ends the others, and the job
srun --kill-on-bad-exit=1 bash -c 'RANK=$SLURM_PROCID exec ./fn train "$0" --threads "$SLURM_CPUS_PER_TASK" "${@:1}"' "$@"
