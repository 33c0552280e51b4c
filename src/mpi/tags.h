/** @file The tags of quire's point-to-point messages, all on its own duplicates. */
#ifndef Q_MPI_TAGS_H
#define Q_MPI_TAGS_H

typedef enum q_tag {
    Q_TAG_PROGRESS = 1, /**< a rank's progress, to rank 0 */
    Q_TAG_HELD,         /**< large files of a shared folder, each step to a lower rank */
    Q_TAG_EXCHANGE      /**< bytes whose number the receiver knows */
} q_tag;

#endif
