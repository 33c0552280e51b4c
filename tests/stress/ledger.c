/** @file See ledger.h. */
#include "ledger.h"

#include <stddef.h>
#include <sys/mman.h>

ledger *ledger_new(void) {
    ledger *made =
        mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) {
        return NULL;
    }
    for (int i = 0; i < LEDGER_COLLECTIONS; i++) {
        made->newest[i] = -1;
    }
    return made;
}

bool ledger_tell(ledger *to, int collection, int64_t number, uint64_t seed, bool joint) {
    if (number < 0 || number >= LEDGER_VERSIONS) {
        return false;
    }
    ledger_version *version = &to->versions[collection][number];
    uint64_t none = 0;
    bool first = atomic_compare_exchange_strong(&version->seed, &none, seed + 1);
    if (first) {
        version->joint = joint;
    }
    int64_t newest = to->newest[collection];
    while (newest < number &&
           !atomic_compare_exchange_weak(&to->newest[collection], &newest, number)) {
    }
    return first || none == seed + 1;
}
