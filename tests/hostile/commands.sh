#!/bin/sh
# The commands on a store whose manifests hold hostile names, and their output to a terminal: in a
# folder with other files around, of which none may change.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
needs JSONGET PLANT
begin
"$PLANT" "$QUIRE_STORE" >versions

mkdir -p base/out base/outside base/out2
for file in x y outside/x out2/x outx; do
    echo "precious $file" >"base/$file"
done
ln -s x base/link
state() { # names, kinds, modes, times and contents of all but what was written to the target
    find base -path base/out -prune -o -printf '%p %y %m %T@ %s %l\n' | sort
    find base -path base/out -prune -o -type f -exec sha256sum {} + | sort
}
state >before

harmless() { # what was printed cannot steer a terminal
    for stream in out err; do
        ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' $stream ||
            fail "control characters on std$stream: $*"
    done
}

refused() { # COMMAND…: ends with 6 and harmless words
    expect_code 6 "$@"
    harmless "$@"
    [ -s err ] || fail "nothing is said by: $*"
}

count=0
while read -r version; do
    refused "$QUIRE" get "$version" -o base/out
    refused "$QUIRE" cat "$version/zz"
    refused "$QUIRE" path "$version/zz"
    run "$QUIRE" ls "$version" -r --json # the root may be enough for what comes first
    [ "$code" != 0 ] || fail "listed: $version"
    harmless ls
    refused "$QUIRE" verify "$version"
    count=$((count + 1))
done <versions
[ "$count" -ge 60 ] || fail "only $count names"
refused "$QUIRE" verify --all
refused "$QUIRE" verify --all --json
refused "$QUIRE" diff evil:v0 evil:v1

if [ -n "${QUIRE_MPI:-}" ]; then
    awk 'NR % 16 == 1' versions >some
    while read -r version; do
        ranks 2 "$QUIRE_MPI" get "$version" -o base/out >out 2>err </dev/null && fail "got: $version"
        harmless quire-mpi get
        grep -q '^quire-mpi: ' err || fail "nothing is said: $version"
    done <some
fi
state >after
same 'what changed around the target' '' "$(diff before after || true)"
same 'what was written' '' "$(find base/out -mindepth 1 ! -name '!')"

# Names that are odd and no more: written as they are, listed without harm.
odd=$("$PLANT" "$QUIRE_STORE" odd)
quire get "$odd" -o base/out >/dev/null
harmless get
quire ls "$odd" -r --json >/dev/null
harmless ls
state >after
same 'what changed around the target' '' "$(diff before after || true)"
same 'number of odd names' "$(json out '#')" "$(find base/out -type f ! -name '!' | wc -l)"

# Texts of others: a description, a job.
ugly=$(printf 'a\033[31mb\302\2331mc\rd\177e')
quire log ugly -t dataset tree --description "$ugly" \
    --metadata "{\"k\":\"$(printf 'x\302\2332Jy\177')\"}" >/dev/null
for option in '' --json; do
    # shellcheck disable=SC2086 # no option is none
    quire show ugly:v0 $option >/dev/null
    harmless show $option
done
same 'a description as it was given' "$ugly" "$(json out description)"

# The same names as arguments.
for path in .. ../x a/../../x /x a//b './a' 'a\b' "$(printf 'a\nb')" "$(printf '\033[31m')" \
    "$(printf '\377')" "$(printf 'c%.0s' $(seq 256))" "$(printf 'c/%.0s' $(seq 2500))x"; do
    for command in cat path; do
        refuse 2 '' "$QUIRE" $command "ugly:v0/$path"
        harmless $command
    done
    refuse 2 '' "$QUIRE" get ugly:v0 -o base/out --path "$path"
    harmless get
    refuse 2 '' "$QUIRE" ls "ugly:v0/$path"
    harmless ls
done
echo "$count names in manifests, each by 5 commands"
