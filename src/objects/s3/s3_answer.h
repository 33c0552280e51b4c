/** @file Answers of an object storage, understood. For s3_request.c alone. */
#ifndef Q_S3_ANSWER_H
#define Q_S3_ANSWER_H

#include "objects/s3/s3_request.h"

/** Take an exchange that came to its end; its body goes over. */
quire_status q_s3_answer_take(q_http_exchange *exchange, const q_s3_request *request,
                              q_s3_answer *answer, quire_error *error);
/** Whether to ask again may bring another answer. */
bool q_s3_answer_may_change(const q_s3_answer *answer);

#endif
