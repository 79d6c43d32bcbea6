#include <string.h>

#include "scope.h"

int
scope_view_index(const struct scope *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nviews; i++)
		if (strcmp(s->view[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
scope_view_rank(const struct scope *s, uint16_t v, uint16_t w)
{
	int i;

	for (i = 0; i < s->view[v].nchain; i++)
		if (s->view[v].chain[i] == w)
			return i;
	return -1;
}

static int
add(struct scope *s, const char *name)
{
	struct scope_view *new;

	if (scope_view_index(s, name) >= 0)
		return 0;
	if (s->nviews >= UINT16_MAX)
		return error_set(s->e, ERROR_SYSTEM, "too many views");
	/* Views are few: room doubles at each power of two. */
	if ((s->nviews & (s->nviews - 1)) == 0) {
		new = arena_calloc(
		    s->arena, s->nviews == 0 ? 1 : s->nviews * 2, sizeof(*new));
		if (new == NULL)
			return error_memory(s->e);
		if (s->nviews > 0)
			memcpy(new, s->view, s->nviews * sizeof(*new));
		s->view = new;
	}
	s->view[s->nviews++].name = name;
	return 0;
}

static int
add_all(struct scope *s, const struct zoneset *set)
{
	uint32_t i, n = zoneset_count(set);
	const char *last = NULL, *view;

	for (i = 0; i < n; i++) {
		view = zoneset_entry(set, i)->view;
		if (last != NULL && strcmp(last, view) == 0)
			continue;
		if (add(s, view) != 0)
			return -1;
		last = view;
	}
	return 0;
}

/* Follow falls-back-to from V; a circle ends where it closes. */
static int
make_chain(struct scope *s, uint16_t v)
{
	struct scope_view *view = &s->view[v];
	const struct policy_view *p;
	int next = v;

	view->chain = arena_calloc(s->arena, s->nviews, sizeof(*view->chain));
	if (view->chain == NULL)
		return error_memory(s->e);
	while (next >= 0 && scope_view_rank(s, v, (uint16_t)next) < 0) {
		view->chain[view->nchain++] = (uint16_t)next;
		p = s->args->policy == NULL
			? NULL
			: policy_view_find(s->args->policy, s->view[next].name);
		next = p == NULL || p->falls_back_to == NULL
			   ? -1
			   : scope_view_index(s, p->falls_back_to);
	}
	return 0;
}

int
scope_views(struct scope *s)
{
	const struct policy *p = s->args->policy;
	size_t i;

	for (i = 0; p != NULL && i < p->nviews; i++)
		if (add(s, p->view[i].name) != 0)
			return -1;
	if (add_all(s, s->args->old) != 0 || add_all(s, s->args->new) != 0)
		return -1;
	for (i = 0; i < s->nviews; i++)
		if (make_chain(s, (uint16_t)i) != 0)
			return -1;
	return 0;
}
