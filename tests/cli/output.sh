#!/bin/sh
# stdout that is closed or full, silence, and progress off a terminal.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null

# A full disk behind stdout is an error, for long output and for one line.
for command in "cat tree:v0/large.txt" "ls tree:v0" "ls tree:v0 --json" "show tree:v0" "--help"; do
    code=0
    # shellcheck disable=SC2086 # a list of words
    "$QUIRE" $command >/dev/full 2>err || code=$?
    same "exit code of $command" 1 "$code"
    has err 'standard output'
    same "lines of $command" 1 "$(wc -l <err)"
done

# A reader that goes away ends the command quietly, and quickly.
code=$({ "$QUIRE" cat tree:v0/large.txt 2>err || echo $? >code; } | head -n 1 >/dev/null; cat code)
same 'exit code' 1 "$code"
same 'no words' '' "$(cat err)"

# A closed stderr does not stop a commit.
echo x >tree/x.txt
same 'closed stderr' 'tree:v1' "$("$QUIRE" log tree -t dataset tree 2>&-)"
echo y >tree/y.txt
"$QUIRE" log tree -t dataset tree >/dev/full 2>/dev/null || true
same 'committed all the same' v2 "$(quire show tree --json >s.json && json s.json version)"

# Closed descriptors are not taken by files, into which messages would go then.
"$QUIRE" log closed -t dataset tree <&- >&- 2>&- || true
"$QUIRE" log tree -t dataset gone.txt <&- >&- 2>&- || true
"$QUIRE" get tree:v0 -o closed <&- >&- 2>&- || true
quire verify --all >/dev/null
quire get tree:v0 -o open >/dev/null
same_tree open closed
rm -r closed open
code=0
"$QUIRE" ls tree >&- 2>err || code=$?
same 'exit code with stdout closed' 1 "$code"
has err 'standard output'

# What others have stored does not steer the terminal.
escape=$(printf '\033[31m')
quire note tree:v0 --description "red${escape}text" >/dev/null
quire show tree:v0 >shown
has shown 'red?[31mtext'

# Off a terminal there is no drawing; --quiet says nothing at all.
quire get tree:v0 -o copy >/dev/null
same 'no control characters' '' "$(grep -c "$(printf '[\r\033]')" err | grep -v '^0$' || true)"
quire get tree:v0 -o copy -q >/dev/null
same 'quiet' '' "$(cat err)"
quire get tree:v0 -o copy --verbose >/dev/null

# On a terminal one line is drawn and wiped; a plain terminal gets none of it.
if command -v script >/dev/null; then
    truncate -s 300M tree/larger.bin
    began=$(date +%s)
    TERM=xterm script -qec "$QUIRE log tree -t dataset tree" /dev/null >terminal
    # A machine that is done within a moment draws nothing.
    [ "$(($(date +%s) - began))" -lt 2 ] || grep -q "$(printf '\r')quire: storing" terminal ||
        fail 'nothing was drawn'
    same 'the last line' 'tree:v3' "$(tail -n 1 terminal | tr -d '\r' | sed "s/.*$(printf '\033')\[K//")"
    TERM=dumb script -qec "$QUIRE get tree -o plain" /dev/null >terminal
    ! grep -q "$(printf '\033')" terminal || fail 'drawn on a dumb terminal'
    NO_COLOR=1 TERM=xterm script -qec "$QUIRE get tree -o plain" /dev/null >terminal
    ! grep -q "$(printf '\033')" terminal || fail 'drawn in spite of NO_COLOR'
fi
