// The public headers as a C++ program sees them.
#include <quire/quire.h>
#ifdef WITH_MPI
#include <quire/mpi.h>
#endif

int main() {
    quire_error error = {};
    quire_store_options options = {};
    quire_cell cells[] = {quire_null(), quire_number(1.5), quire_integer(1), quire_boolean(1),
                          quire_string("a"), quire_json("[]")};
    quire_store *store = nullptr;
    return cells[2].value.integer == 1 &&
                   quire_store_open("/nonexistent/store", &options, &store, &error) ==
                       QUIRE_NOT_FOUND
               ? 0
               : 1;
}
