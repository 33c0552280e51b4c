#!/bin/sh
# Use quire from outside of its tree: package.sh ROUTE, with the environment that CMakeLists.txt
# beside this file sets. Each route works in a folder of its own below WORK.

set -eu
export QUIRE_CACHE=off # leave the home of whoever tests alone

route=$1
prefix=$WORK/prefix
# shellcheck disable=SC2153 # set by CMakeLists.txt
consumer=$SOURCE/tests/package/consumer
here=$WORK/$route
rm -rf "$here"
mkdir -p "$here"

fail() {
    echo "package.sh: $route: $*" >&2
    exit 1
}

expect() { # EXPECTED ACTUAL
    [ "$1" = "$2" ] || fail "expected '$1', got '$2'"
}

quietly() { # COMMAND…: its output only when it fails
    "$@" >"$here/output.txt" 2>&1 || {
        cat "$here/output.txt" >&2
        fail "$* failed"
    }
}

try_consumers() { # DIRECTORY
    expect "quire $VERSION greeting:v0 hello" "$("$1/consumer" "$here/store")"
    if [ "$WITH_MPI" = ON ]; then
        expect 'communicator of 32 digits' "$("$MPIEXEC" -n 1 "$1/consumer_mpi")"
    fi
}

configure() { # SOURCE OPTION…
    source=$1
    shift
    quietly "$CMAKE" -S "$source" -B "$here/build" -DCMAKE_C_COMPILER="$CC" \
        -DCMAKE_C_FLAGS="$FLAGS" "$@"
    quietly "$CMAKE" --build "$here/build" -j 2
}

libdir() {
    dirname "$(find "$prefix" -name libquire.so)"
}

case $route in
install)
    rm -rf "$prefix"
    quietly "$CMAKE" --install "$BUILD" --prefix "$prefix"
    ;;
find_package)
    configure "$consumer" -DCMAKE_PREFIX_PATH="$prefix" -DWITH_MPI="$WITH_MPI"
    try_consumers "$here/build"
    ;;
pkg_config)
    PKG_CONFIG_PATH=$(libdir)/pkgconfig
    LD_LIBRARY_PATH=$(libdir)
    export PKG_CONFIG_PATH LD_LIBRARY_PATH
    expect "$VERSION" "$(pkg-config --modversion quire)"
    # shellcheck disable=SC2046,SC2086 # lists of words
    quietly "$CC" $FLAGS -o "$here/consumer" "$consumer/consumer.c" \
        $(pkg-config --cflags --libs quire)
    if [ "$WITH_MPI" = ON ]; then
        # shellcheck disable=SC2046,SC2086
        quietly env OMPI_CC="$CC" "$MPICC" $FLAGS -o "$here/consumer_mpi" \
            "$consumer/consumer_mpi.c" $(pkg-config --cflags --libs quire_mpi)
    fi
    try_consumers "$here"
    ;;
add_subdirectory)
    configure "$consumer" -DQUIRE_SOURCE="$SOURCE" -DWITH_MPI=OFF
    WITH_MPI=OFF
    try_consumers "$here/build"
    ;;
examples)
    configure "$prefix/share/quire/examples" -DCMAKE_PREFIX_PATH="$prefix"
    "$prefix/bin/quire" --store "$here/store" init >/dev/null
    quietly "$MPIEXEC" --oversubscribe -n 2 "$here/build/heat" "$here/store" 20 10
    ;;
headers)
    # Each header alone, by the strictest C there is.
    for header in "$prefix"/include/quire/*.h; do
        compiler=$CC
        [ "$(basename "$header")" != mpi.h ] || compiler="env OMPI_CC=$CC $MPICC"
        echo "#include <quire/$(basename "$header")>" >"$here/header.c"
        # shellcheck disable=SC2086
        quietly $compiler -std=c11 -pedantic-errors -Wall -Wextra -Wshadow -Wstrict-prototypes \
            -Werror -fsyntax-only -I"$prefix/include" "$here/header.c"
    done
    ;;
headers_cxx)
    # shellcheck disable=SC2086
    quietly "$CXX" -std=c++17 -pedantic -Wall -Wextra -Werror $FLAGS -I"$prefix/include" \
        -o "$here/headers" "$consumer/headers.cpp" -L"$(libdir)" -lquire
    LD_LIBRARY_PATH=$(libdir) "$here/headers" || fail 'the program failed'
    if [ "$WITH_MPI" = ON ]; then
        quietly env OMPI_CXX="$CXX" OMPI_CC="$CXX" "$MPICC" -x c++ -std=c++17 -Wall -Wextra \
            -Werror -DWITH_MPI -DOMPI_SKIP_MPICXX -fsyntax-only -I"$prefix/include" \
            "$consumer/headers.cpp"
    fi
    ;;
symbols)
    for library in "$(libdir)"/libquire*.so; do
        nm -D --defined-only "$library" >"$here/symbols.txt"
        grep -q ' quire_' "$here/symbols.txt" || fail "$library exports nothing"
        others=$(awk '$2 != "A" && $3 !~ /^quire_/ { print $3 }' "$here/symbols.txt")
        expect '' "$others"
        ! nm "$library" | grep -q 'q_objects_memory' || fail "$library has what only tests use"
    done
    # A name of two libraries is found in whichever comes first.
    expect '' "$(nm -D --defined-only "$(libdir)"/libquire*.so | awk '$2 == "T" { print $3 }' |
        sort | uniq -d)"
    ;;
move)
    # An installed tree that was moved still finds its own libraries.
    cp -R "$prefix" "$here/moved"
    for command in "$here"/moved/bin/*; do
        ldd "$command" >"$here/ldd.txt"
        ! grep -q 'not found' "$here/ldd.txt" || fail "$(cat "$here/ldd.txt")"
        grep 'libquire' "$here/ldd.txt" | grep -vF "$here/moved/" >"$here/elsewhere.txt" &&
            fail "$(cat "$here/elsewhere.txt")"
    done
    "$here/moved/bin/quire" --store "$here/store" init >/dev/null || fail 'quire does not run'
    ;;
*) fail 'no such route' ;;
esac
