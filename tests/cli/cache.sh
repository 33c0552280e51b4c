#!/bin/sh
# The cache of the commands: where it is, how it is turned off, and that it is not taken for granted.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
unset XDG_CACHE_HOME

count() { # segments in a folder
    find "$1" -type f -name '*-*' 2>/dev/null | wc -l
}

sleep 2.1 # files must be old enough to be remembered
expect_code 0 env QUIRE_CACHE="$work/own" HOME="$work/home" "$QUIRE" log a -t d tree
{ [ "$(count own)" = 1 ] && [ ! -e home ]; } || fail "QUIRE_CACHE was not used"
[ "$(stat -c %a own)" = 700 ] || fail "the cache is open to others"
expect_code 0 env QUIRE_CACHE= XDG_CACHE_HOME="$work/xdg" HOME="$work/home" "$QUIRE" log a -t d tree
{ [ "$(count xdg/quire)" = 1 ] && [ ! -e home ]; } || fail "XDG_CACHE_HOME was not used"
expect_code 0 env QUIRE_CACHE= HOME="$work/home" "$QUIRE" log a -t d tree
[ "$(count home/.cache/quire)" = 1 ] || fail "HOME was not used"

# Off: by the environment, by the option, or without any place.
rm -rf home own xdg
expect_code 0 env QUIRE_CACHE=off HOME="$work/home" "$QUIRE" log a -t d tree
expect_code 0 env QUIRE_CACHE="$work/own" HOME="$work/home" "$QUIRE" log a -t d tree --no-cache
expect_code 0 env -u HOME -u QUIRE_CACHE "$QUIRE" log a -t d tree
expect_code 0 env -u HOME -u QUIRE_CACHE XDG_CACHE_HOME=xdg "$QUIRE" log a -t d tree
{ [ ! -e home ] && [ ! -e own ] && [ ! -e xdg ]; } || fail "something was written though it is off"

# Reading commands write none.
expect_code 0 env QUIRE_CACHE="$work/own" "$QUIRE" get a -o copy
[ ! -e own ] || fail "get has made a cache"

# A place that cannot be used is no failure, and told with --verbose alone.
echo file >own
expect_code 0 env QUIRE_CACHE="$work/own" "$QUIRE" log a -t d tree
! grep -q own err || fail "a useless cache was told"
expect_code 0 env QUIRE_CACHE="$work/own" "$QUIRE" log a -t d tree --verbose
grep -q "own cannot be opened" err || fail "a useless cache was not told with --verbose"
rm own

# A change that leaves size and time as they were is seen.
expect_code 0 env QUIRE_CACHE="$work/own" "$QUIRE" log a -t d tree
cp -p tree/one.txt before
printf 'ONE\n' >tree/one.txt
touch -r before tree/one.txt
expect_code 0 env QUIRE_CACHE="$work/own" "$QUIRE" log a -t d tree
[ "$(cat out)" = a:v1 ] || fail "a change was not seen"
