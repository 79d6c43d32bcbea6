#include "vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *
vec_add(struct vec *v)
{
	size_t cap;
	char *p;

	if (v->n == v->cap) {
		cap = v->cap == 0 ? 16 : v->cap * 2;
		if (cap > SIZE_MAX / 2 / v->size ||
		    (p = realloc(v->item, cap * v->size)) == NULL)
			return NULL;
		v->item = p;
		v->cap = cap;
	}
	p = (char *)v->item + v->n++ * v->size;
	return memset(p, 0, v->size);
}

void
vec_free(struct vec *v)
{
	free(v->item);
	v->item = NULL;
	v->n = v->cap = 0;
}
