# git add of all files into a repository that lies elsewhere; checkout-index of what was added.

git_program=git

git_methods() {
    echo git
}

git_version() {
    git --version
}

git_syncs() {
    echo 'packs (large files); loose objects not'
}

git_begin() {
    git init -q "$2/repository" && git -C "$2/repository" config gc.auto 0
}

git_store() {
    command=(git --git-dir "$2/repository/.git" --work-tree "$1" add -A "$1")
}

git_again() {
    git_store "$@"
}

git_restore() {
    command=(git --git-dir "$1/repository/.git" --work-tree "$2" checkout-index -a "--prefix=$2/")
}
