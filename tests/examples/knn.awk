# The evaluation of mpi_examples/evaluate.c once more, by other means: what it must come to.
# Reads digits.csv; prints one line "prediction INDEX LABEL PREDICTION DISTANCE" for each test
# image, then "confusion LABEL N0 … N9" for each digit, then "correct N".
#
# Sorts all distances instead of keeping the nearest three, and counts votes instead of comparing
# labels, so that it shares no reasoning with the program that it checks.

BEGIN {
    FS = ","
    training = 1000
}

{
    for (i = 1; i <= 64; i++)
        pixel[NR * 64 + i] = $i + 0
    label[NR] = $65 + 0
}

# A distance and a line number as one number that sorts by distance and then by line.
function key(line,    i, sum, difference) {
    sum = 0
    for (i = 1; i <= 64; i++) {
        difference = unknown[i] - pixel[line * 64 + i]
        sum += difference * difference
    }
    return sum * 10000 + line
}

function smallest(    line, best) {
    best = 0
    for (line = 1; line <= training; line++)
        if (line in keys && (!best || keys[line] < keys[best]))
            best = line
    return best
}

END {
    for (test = training + 1; test <= NR; test++) {
        for (i = 1; i <= 64; i++)
            unknown[i] = pixel[test * 64 + i]
        for (line = 1; line <= training; line++)
            keys[line] = key(line)
        split("", votes)
        for (n = 1; n <= 3; n++) {
            line = smallest()
            votes[label[line]]++
            if (n == 1) {
                prediction = label[line]
                nearest = (keys[line] - line) / 10000
            }
            if (votes[label[line]] == 2)
                prediction = label[line]
            delete keys[line]
        }
        confusion[label[test], prediction]++
        correct += prediction == label[test]
        print "prediction", test - 1, label[test], prediction, nearest
    }
    for (i = 0; i < 10; i++) {
        row = "confusion " i
        for (j = 0; j < 10; j++)
            row = row " " (confusion[i, j] + 0)
        print row
    }
    print "correct", correct
}
