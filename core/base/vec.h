/* A growing array of equal objects in plain memory. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

struct vec {
	void *item;
	size_t n;
	size_t cap;
	size_t size; /* of one object */
};

/* Start value: struct vec v = VEC_INIT(struct foo); */
#define VEC_INIT(type)                                                         \
	{                                                                      \
		NULL, 0, 0, sizeof(type)                                       \
	}

/* A new zeroed object at the end; NULL without memory. It may move when the
 * next one is added. */
void *vec_add(struct vec *);

void vec_free(struct vec *);

#endif
