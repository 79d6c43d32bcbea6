/*
 * Which question is next. Questions to one server over one transport form a
 * lane; each lane has a fair share of the sockets, so that a dead server does
 * not keep the others waiting, and one that is silent to many is asked no more.
 */
#ifndef LIVE_LANES_H
#define LIVE_LANES_H

#include "ask.h"

struct lane {
	size_t first; /* its questions are order[first, end) */
	size_t end;
	size_t next;
	size_t active;
	size_t lost; /* without an answer, one after the other */
	bool heard;  /* it answered something */
};

struct lanes {
	size_t *order; /* indexes of questions, by lane */
	size_t *of;    /* lane of each question */
	struct lane *lane;
	size_t n;
	size_t turn; /* where the search begins */
	size_t slots;
};

/* 0, or -1 without memory. */
int lanes_init(
    struct lanes *, const struct live_question *, size_t n, size_t slots);
void lanes_free(struct lanes *);

/*
 * The next question to ask: 1 with its index in *I, active from now on; 0 when
 * none may begin now. *SILENT is set when its lane was given up: then it is not
 * to be asked, nor active.
 */
int lanes_next(struct lanes *, size_t *i, bool *silent);

/* What a question that is over says about its server. */
enum lanes_word {
	LANES_HEARD,   /* anything came from it */
	LANES_LOST,    /* nothing came */
	LANES_NOTHING, /* it was not asked, or the fault is here */
};

/* Question I is over. */
void lanes_done(struct lanes *, size_t i, enum lanes_word);

#endif
