#!/bin/sh
# What ssh is elsewhere: agent.sh ADDRESS COMMAND... runs a command on a host of the test's cluster.
# mpirun calls it on one host to start its daemon on another.

set -eu
host=${1##*.}
shift
pid=$(cat "$(dirname "$0")/../hosts/$host")
exec nsenter -t "$pid" --net --uts --mount --ipc sh -c "$*"
