# SHA-256 of all files by OpenSSL and as many processes as the variant says: what hashing alone costs.

hash_program=$build/bench/bench_hash

hash_methods() {
    [[ $1 != store ]] || echo hash@1 hash@2
}

hash_version() {
    openssl version
}

hash_syncs() {
    echo 'nothing: stores nothing'
}

hash_store() {
    command=("$build/bench/bench_hash" "$variant" "$1")
}
