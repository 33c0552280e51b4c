#!/bin/sh
# makefile.sh SOURCE: with which arguments of CMake the Makefile configures a build folder, and when. CMake is a script
# that writes down what it is asked.

set -eu
source=${1:?usage: makefile.sh SOURCE}
work=$(mktemp -d "${TMPDIR:-/tmp}/quire-makefile.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Those of the make that runs this test.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CMAKE_ARGS BUILD JOBS LABEL EXCLUDE || true

mkdir "$work/bin" "$work/cmake"
cp "$source/Makefile" "$work"
printf '#!/bin/sh\n' >"$work/cmake/deps.sh"
cat >"$work/bin/cmake" <<'EOF'
#!/bin/sh
[ "$1" != --build ] || exit 0
shift 4
[ ! -e b/CMakeCache.txt ] || echo 'an old cache' >>asked
printf '<%s>' "$@" >>asked
mkdir -p b
touch b/CMakeCache.txt
[ ! -e fails ]
EOF
chmod +x "$work/bin/cmake" "$work/cmake/deps.sh"
PATH=$work/bin:$PATH
cd "$work"

fail() {
    echo "makefile.sh: $*" >&2
    exit 1
}

# asks EXPECTED [ARGUMENT…]: what CMake is asked to configure with by a make that is given these arguments
asks() {
    expected=$1
    shift
    rm -f asked
    touch asked
    make BUILD=b "$@" >said 2>&1 || [ -e fails ] || fail "make BUILD=b $*: $(cat said)"
    [ "$(cat asked)" = "$expected" ] || fail "make BUILD=b $* asks '$(cat asked)', not '$expected'"
}

asks '<>'
asks ''
asks '<-DA=1>' CMAKE_ARGS=-DA=1
asks '' CMAKE_ARGS=-DA=1
asks '' CMAKE_ARGS=' -DA=1 '
asks ''
asks '<-DA=2><-DB=x y>' CMAKE_ARGS="-DA=2 '-DB=x y'"
asks '' CMAKE_ARGS="-DA=2 '-DB=x y'"
asks '<-DA=2><-DB=x z>' CMAKE_ARGS="-DA=2 '-DB=x z'"
# What could not be configured is no build folder yet.
touch fails
asks '<-DA=3>' CMAKE_ARGS=-DA=3
rm fails
asks '<-DA=3>' CMAKE_ARGS=-DA=3
asks '' CMAKE_ARGS=-DA=3
