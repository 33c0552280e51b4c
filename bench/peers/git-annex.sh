# git annex add, two jobs. It moves the files it adds, so it gets a copy, which is not timed.

git_annex_program=git-annex

git_annex_methods() {
    [[ $1 != store ]] || echo git-annex
}

git_annex_version() {
    git-annex version
}

git_annex_syncs() {
    echo 'nothing of the files'
}

git_annex_begin() {
    git init -q "$2/repository" &&
        git -C "$2/repository" config user.name bench &&
        git -C "$2/repository" config user.email bench@localhost &&
        git -C "$2/repository" config gc.auto 0 &&
        git -C "$2/repository" annex init -q bench &&
        cp -r "$1" "$2/repository/data"
}

git_annex_store() {
    command=(git -C "$2/repository" annex add -q -J2 .)
}
