#!/bin/sh
# Run a test of the server itself: test.sh MODULES NOUN

set -eu

modules=${1:?usage: test.sh MODULES NOUN}
noun=${2:?usage: test.sh MODULES NOUN}
here=$(cd "$(dirname "$0")" && pwd)

"$here/install.sh" "$modules"
export WANDB_SERVER_MODULES="$modules"
exec node --test "$here/test/$noun.test.js"
