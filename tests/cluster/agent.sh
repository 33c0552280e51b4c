#!/bin/sh
# What ssh is elsewhere: agent.sh ADDRESS COMMAND... runs a command on a host of the test's cluster.
# mpirun calls it on one host to start its daemon on another.

set -eu
host=${1##*.}
hosts=$(dirname "$0")/../hosts
own=$(hostname)
shift
# Far away, a process has neither the session nor the terminal of mpirun.
setsid nsenter -t "$(cat "$hosts/$host")" --net --uts --mount --ipc sh -c "$*" &
code=0
wait $! || code=$?
# Of an end that nobody can report mpirun does not hear: it has to find out by itself.
while { [ -e "$hosts/$host.cut" ] || [ -e "$hosts/${own#host}.cut" ]; } &&
    grep -q "^PPid:[[:space:]]*$PPID\$" /proc/$$/status; do
    sleep 0.2
done
exit "$code"
