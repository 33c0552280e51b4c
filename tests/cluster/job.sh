#!/bin/sh
# One rank of the job: its results, on a disk that no other host has, and the log of all.

set -eu
bin=$(dirname "$0")
"$bin/files.sh" "/tmp/out/part-$OMPI_COMM_WORLD_RANK" "$OMPI_COMM_WORLD_RANK"
LD_PRELOAD=$bin/holdline.so exec "$bin/quire-mpi" "$@"
