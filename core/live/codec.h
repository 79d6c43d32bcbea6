/* Questions and replies as bytes between the child and the keeper. Both ends
 * read as if the other were hostile. */
#ifndef LIVE_CODEC_H
#define LIVE_CODEC_H

#include "../base/text.h"
#include "ask.h"

/* Append N questions. 0, or -1: one cannot be said. */
int codec_put_questions(
    struct text *out, const struct live_question *q, size_t n);

/* Read them into ARENA, borrowing from IN. 0; -1 malformed or no memory. */
int codec_get_questions(const uint8_t *in, size_t len, struct live_question **q,
    size_t *n, struct arena *);

void codec_put_replies(struct text *out, const struct live_reply *r, size_t n);

/* Read N replies, borrowing from IN. 0; -1 malformed: none is to be used. */
int codec_get_replies(
    const uint8_t *in, size_t len, struct live_reply *r, size_t n);

#endif
