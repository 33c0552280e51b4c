#!/bin/sh
# The JSON of every command is one document with stable members.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

members() { # WHAT EXPECTED COMMAND…: the keys of the object that the command prints, in order
    what=$1
    expected=$2
    shift 2
    quire "$@" --json >document.json
    same "lines of $what" 1 "$(wc -l <document.json)"
    json document.json . >/dev/null
    # Nested objects and arrays of values are cut out; what is left are the outer keys.
    keys=$(sed -e ':a' -e 's/\([{[,:]\){[^{}]*}/\1 0/g;s/:\[[^][{}]*\]/:0/g;ta' document.json |
        grep -oE '"[a-z_]+":' | tr -d '":' | tr '\n' ' ')
    same "members of $what" "$expected " "$keys"
}

members init 'store' init
members log 'name version number digest created' log tree -t dataset tree
members patch 'name version number digest created' patch tree:v0 --remove one.txt
members upsert 'name distributed_id writer entries bytes digest' \
    upsert tree -t dataset --distributed-id d --writer w tree/one.txt
members drop 'name distributed_id dropped' drafts --drop tree --distributed-id d
members get 'address folder files bytes references skipped' get tree:latest -o copy
same 'resolved' tree:v1 "$(json document.json address)"
! in_folder || members path 'path file' path tree:v0/large.txt
members show 'name version number type digest entries bytes mode created_at created_by description metadata ttl aliases tags lineage' show tree:v0
members tag 'name version number type digest entries bytes mode created_at created_by description metadata ttl aliases tags' tag tree:v0 t
members alias 'address set removed' alias tree:v0 best
members use 'address job' use tree:v0 --job j
members gc 'dry_run objects_kept objects_deleted bytes_deleted versions_expired' gc --dry-run
members verify 'address faults sound files bytes references skipped' verify tree:v0
members 'verify --all' 'faults sound' verify --all
quire init "$work/other" >/dev/null
members push 'name version number digest created store files bytes known_files known_bytes references' \
    push tree:v0 "$work/other"
members pull 'name version number digest created store files bytes known_files known_bytes references' \
    pull "$work/other" tree:v0 "$work/other" --as pulled
members rm 'address deleted' rm tree:v0 --delete-aliases

# Lists are arrays, an element a line, and empty ones are empty arrays.
for list in 'ls' 'ls tree' 'ls tree:v1' 'ls tree:v1 -r -l' 'diff tree:v1 tree:v1' 'drafts' \
    'digest tree/one.txt tree/large.txt'; do
    # shellcheck disable=SC2086 # a list of words
    quire $list --json >list.json
    count=$(json list.json '#')
    same "lines of $list" "$([ "$count" = 0 ] && echo 1 || echo $((count + 2)))" "$(wc -l <list.json)"
done
same 'collections' '{"name":"tree"}' "$(quire ls --json >l.json && json l.json 0)"
quire ls tree:v1 --json >l.json
same 'a file' 'large.txt' "$(json l.json 0.path)"
same 'its size' "$(wc -c <tree/large.txt)" "$(json l.json 0.size)"
same 'its digest' "$(sha256sum <tree/large.txt | cut -d' ' -f1)" "$(json l.json 0.digest)"
same 'a folder has none' null "$(json l.json 1.digest)"
quire ls tree --json >l.json
same 'a version' v1 "$(json l.json 0.version)"

# What needs escapes; what is not UTF-8.
mkdir odd
# shellcheck disable=SC1112 # the quotes are meant
printf x >'odd/q"uo te “ü”'
quire log odd -t dataset odd >/dev/null
quire ls odd:v0 --json >l.json
# shellcheck disable=SC1112
same 'quotes' 'q"uo te “ü”' "$(json l.json 0.path)"
bad=$(printf 'b\377d.txt')
echo x >"$bad"
expect_code 2 "$QUIRE" log odd -t dataset "$bad" --json
json err error.message >message
has message 'b?d.txt'
quire digest "$bad" --json >l.json
same 'not UTF-8' 'b?d.txt' "$(json l.json 0.file)"

# Errors are JSON on stderr, and stdout stays empty.
for command in 'ls none' 'ls tree:v1 none' 'show tree:v9' 'diff tree:v1 tree:v9' 'get tree:v9 -o x' \
    'verify tree:v9' 'drafts --drop tree --distributed-id none'; do
    # shellcheck disable=SC2086 # a list of words
    expect_code 5 "$QUIRE" $command --json
    same "stdout of $command" '' "$(cat out)"
    same "status of $command" 'not-found 5 null' \
        "$(json err error.status) $(json err error.code) $(json err error.rank)"
done
quire version --json >v.json
json v.json version >/dev/null
