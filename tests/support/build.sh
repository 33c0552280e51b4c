# shellcheck shell=sh
# shellcheck disable=SC2034 # for the scripts that read this file
# Which programs a script of the tests runs. ctest sets each of them; by hand they are those of the
# build folder BUILD, which is build/ beside the sources unless it is told: BUILD=DIR script.sh …

case ${QUIRE:-} in
*/src/cli/quire) BUILD=${QUIRE%/src/cli/quire} ;; # where the others are, too; make's BUILD may be relative
esac
BUILD=${BUILD:-$(dirname "$0")/../../build}
BUILD=$(cd "$BUILD" 2>/dev/null && pwd) || {
    echo "$0: there is no build folder: give make first, or BUILD=DIR" >&2
    exit 2
}

# A program or library that is not in the build stays unset, one that is set stays as it is, also empty.
default() { # VARIABLE FILE
    [ ! -e "$2" ] || eval "export $1=\"\${$1-\$2}\""
}

default QUIRE "$BUILD/src/cli/quire"
default QUIRE_MPI "$BUILD/src/cli/quire-mpi"
default JSONGET "$BUILD/tests/cli/jsonget"
default FAULTLINE "$BUILD/tests/crash/libfaultline.so"
default LOST "$BUILD/tests/crash/crash_lost"
default PEAK "$BUILD/tests/wandb/peak"
default EVALUATE "$BUILD/mpi_examples/evaluate"
default HOLDLINE "$BUILD/tests/cluster/libholdline.so"
# A sanitizer must be loaded before all else.
grep -qs '^QUIRE_SANITIZE:[A-Z]*=.' "$BUILD/CMakeCache.txt" ||
    default SKEW "$BUILD/tests/stress/libskew.so"
default PLANT "$BUILD/tests/hostile/plant"
[ ! -e "$BUILD/src/libquire.so" ] || default LIBQUIRE "$BUILD/src"
[ -z "${QUIRE_MPI:-}" ] ||
    default MPIEXEC "$(sed -n 's/^MPIEXEC_EXECUTABLE:[A-Z]*=//p' "$BUILD/CMakeCache.txt" 2>/dev/null)"

needs() { # VARIABLE…: ends the script where one of them is not built
    for variable in "$@"; do
        eval "[ -n \"\${$variable:-}\" ]" || {
            echo "$0: $BUILD has no $variable: build it, or give BUILD=DIR" >&2
            exit 2
        }
    done
}

usage() { # MESSAGE: what was asked for is not there
    echo "$(basename "$0"): $*" >&2
    exit 2
}

# Each run reads its files, and leaves nothing in the home of whoever tests.
export QUIRE_CACHE=off

# How this script is given again by hand.
me="BUILD=$BUILD $(cd "$(dirname "$0")" && pwd)/$(basename "$0")"
