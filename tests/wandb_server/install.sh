#!/bin/sh
# Install what the server needs from npm: install.sh DIR
#
# DIR, a folder of the build tree, then holds node_modules as package-lock.json says. Takes no time when it
# does already; exits 77, and says why, where there is no node or npm.

set -eu

dir=${1:?usage: install.sh DIR}
here=$(cd "$(dirname "$0")" && pwd)

for program in node npm; do
    command -v "$program" >/dev/null || {
        echo "not run: there is no $program; cmake/deps.sh installs it" >&2
        exit 77
    }
done
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 3) ? 0 : 1)' || {
    echo "not run: node $(node --version) is older than 18.3" >&2
    exit 77
}

is_there() { # the lock file is copied last
    cmp -s "$here/package-lock.json" "$dir/installed-lock.json"
}

is_there && exit 0
mkdir -p "$dir"
exec 8>"$dir/install.lock"
if command -v flock >/dev/null; then
    flock 8 # tests that run side by side install once
fi
is_there && exit 0
cp "$here/package.json" "$here/package-lock.json" "$dir/"
(cd "$dir" && npm ci --no-audit --no-fund --ignore-scripts) >"$dir/install.log" 2>&1 || {
    tail -n 20 "$dir/install.log" >&2
    echo "npm could not install what $here/package-lock.json names" >&2
    exit 1
}
cp "$here/package-lock.json" "$dir/installed-lock.json"
