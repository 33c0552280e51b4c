# The heat equation of mpi_examples/heat.c once more: prints the field after `steps` steps, a number
# a line, row by row. Works on the whole field at once, in the same order of operations.

BEGIN {
    rows = 256
    columns = 128
    for (x = 0; x < columns; x++)
        field[x] = 100
    for (i = columns; i < rows * columns; i++)
        field[i] = 0
    for (step = 1; step <= steps; step++) {
        # Heat is in the first `step` + 1 rows; the others stay at zero.
        for (y = 1; y <= step && y < rows - 1; y++)
            for (x = 1; x < columns - 1; x++) {
                i = y * columns + x
                next_field[i] = field[i] + 0.2 * (field[i - columns] + field[i + columns] + \
                                                  field[i - 1] + field[i + 1] - 4.0 * field[i])
            }
        for (i in next_field)
            field[i] = next_field[i]
    }
    for (i = 0; i < rows * columns; i++)
        printf "%.17g\n", field[i]
}
