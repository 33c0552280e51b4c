#!/bin/sh
# Help: on stdout, exit code 0, examples first, 80 columns, every command and no other.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

check_help() { # COMMAND…
    expect_code 0 "$@"
    same "stderr of $*" '' "$(cat "$work/err")"
    same "lines over 80 columns of $*" '' "$(awk 'length > 80' "$work/out")"
    same "tabs in $*" '' "$(grep -n "$(printf '\t')" "$work/out" || true)"
    has "$work/out" 'Usage:'
    # Examples come before anything else but the summary.
    same "third line of $*" 'Examples:' "$(sed -n 3p "$work/out")"
}

check_help "$QUIRE" --help
has "$work/out" 'Exit codes:'
has "$work/out" '  QUIRE_CACHE '
commands=$(awk '/^[A-Z].*:$/ { on = !/^(Examples|Usage|Common options|Environment|Exit codes):/ }
    on && /^  [a-z]/ { print $1 }' "$work/out")
same 'the commands' 'alias cat diff digest drafts finish gc get init link log ls note patch path pull push rm show tag upsert use verify version' \
    "$(echo "$commands" | sort | tr '\n' ' ' | sed 's/ $//')"
for command in $commands; do
    check_help "$QUIRE" "$command" --help
    head -n 1 "$work/out" >first
    has first "quire $command - "
    # Every option of a usage line is explained below it.
    # shellcheck disable=SC2013 # options are words
    for option in $(sed -n '/^Usage:/,/^$/p' "$work/out" | grep -oE -e '--[a-z-]+' | sort -u); do
        sed -n '/^Usage:/,$p' "$work/out" | grep -qE -e "^ +(-., )?$option( |$)" ||
            fail "$command --help does not explain $option"
    done
    check_help "$QUIRE" "$command" -h
    # Wherever it stands, before what is missing or wrong.
    check_help "$QUIRE" "$command" operand --help --no-such-option
done
same '--version' "$("$QUIRE" version)" "$("$QUIRE" --version)"
