#!/bin/sh
# The syntax of command lines: what is refused, and how options are written.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

refuse 2 "a command is missing; see 'quire --help'" "$QUIRE"
refuse 2 "unknown command lgo (did you mean log?); see 'quire --help'" "$QUIRE" lgo
refuse 2 'unknown command frobnicate' "$QUIRE" frobnicate
refuse 2 'unknown option --typ (did you mean --type?)' "$QUIRE" log a --typ b tree
refuse 2 "see 'quire log --help'" "$QUIRE" log a --nonsense b tree
refuse 2 'unknown option -z' "$QUIRE" ls -z
refuse 2 'option --json takes no value' "$QUIRE" ls --json=1
refuse 2 'option --type needs a value: TYPE' "$QUIRE" log a tree --type
refuse 2 'option -o needs a value: DIR' "$QUIRE" get a:v0 -o
refuse 2 'NAME is missing' "$QUIRE" log --type dataset
refuse 2 '--type is missing' "$QUIRE" log a tree
refuse 2 'there is no PATH' "$QUIRE" log a --type dataset
refuse 2 '-o DIR is missing' "$QUIRE" get a:v0
refuse 2 'NAME:VERSION is missing' "$QUIRE" show
refuse 2 'surplus is one operand too many' "$QUIRE" show a:v0 surplus
refuse 2 '--distributed-id is missing' "$QUIRE" upsert a --type dataset --writer 1 tree
refuse 2 '--writer is missing' "$QUIRE" upsert a --type dataset --distributed-id x tree
refuse 2 '--distributed-id is missing' "$QUIRE" finish a --type dataset
refuse 2 '--expect: many is no whole number' "$QUIRE" finish a --distributed-id x --expect many
refuse 2 'either NAME:VERSION or --all' "$QUIRE" verify
refuse 2 'either NAME:VERSION or --all' "$QUIRE" verify a:v0 --all
refuse 2 'two versions' "$QUIRE" diff a:v0
refuse 2 'nothing to change' "$QUIRE" note a:v0
refuse 2 'say which version' "$QUIRE" rm a
refuse 2 '--part: 2/2 is not K/N' "$QUIRE" get a:v0 -o x --part 2/2
refuse 2 '--range: 1-2 is not OFFSET:LENGTH' "$QUIRE" cat a:v0/b --range 1-2
refuse 2 'a:v0 is not NAME:VERSION/PATH' "$QUIRE" cat a:v0
refuse 2 '--durability: some is not' "$QUIRE" log a --type dataset --durability some tree
refuse 2 'both STORE and --store' "$QUIRE" init x --store y
for span in 7x '' -1 1.5h 99999999999999999999 d; do
    refuse 2 '--ttl' "$QUIRE" log a --type dataset --ttl "$span" tree
done
refuse 2 '--grace' "$QUIRE" gc --grace soon

# With --json the one line is JSON, even for an error of syntax.
expect_code 2 "$QUIRE" --json lgo
same 'lines' 1 "$(wc -l <"$work/err")"
same 'status' usage "$(json "$work/err" error.status)"
same 'code' 2 "$(json "$work/err" error.code)"
same 'rank' null "$(json "$work/err" error.rank)"

# Ways to write the same.
same 'equals' 'a:v0' "$(quire log a --type=dataset tree)"
same 'short' 'a:v0' "$(quire log -tdataset a tree)"
same 'options last' 'a:v0' "$(quire log a tree -t dataset)"
same 'store before the command' 'a:v0' "$(quire --store="$QUIRE_STORE" log a tree -t dataset)"
store=$QUIRE_STORE
same 'store after it' 'a:v0' "$(QUIRE_STORE=/nowhere quire log a tree -t dataset --store "$store")"
echo dash >--dash
same 'after --' 'b:v0' "$(quire log b -t dataset -- --dash)"
same 'its name' '--dash' "$(quire ls b:v0)"
same 'a cluster' "$(quire ls a:v0 -l -r)" "$(quire ls a:v0 -lr)"
