/* The aliases of every zone of the new side, most of which did not change. */
#include <stdlib.h>
#include <string.h>

#include "../memo/alias_list.h"
#include "judge.h"

/*
 * What one run reads of zones that it neither judges nor remembers: some
 * seconds' worth. Counted, not timed, so that a run can be repeated.
 */
#define ZONES_MAX 20000
#define BYTES_MAX ((uint64_t)96 << 20)
#define RECORDS_MAX 3000000u

struct work {
	struct judge_run *r;
	struct alias_index *index;
	struct arena *arena;
	struct zone_limits limits;
	struct memo_item *known; /* of every entry */
	struct vec found;        /* struct memo_item: to be remembered */
	uint32_t left_out;
	struct report_cache count;
};

static void
args_of(const struct work *w, uint32_t i, struct zone_load_args *a)
{
	const struct snapshot *s = w->r->pair->new;
	const struct zoneset_entry *en = zoneset_entry(s->set, i);

	*a = (struct zone_load_args){.source = s->source,
	    .path = en->path,
	    .apex = en->apex,
	    .dialect = snapshot_dialect(s->policy),
	    .limits = &w->limits};
}

/* Ask for all at once; zones that are loaded need no memo. */
static int
ask(struct work *w, struct error *e)
{
	struct zoneset *set = w->r->pair->new->set;
	uint32_t i, n = 0, count = zoneset_count(set);
	struct zone_load_args args;
	struct memo_item *asked;
	int rc;

	w->known = arena_calloc(w->arena, count + (size_t)1, sizeof(*asked));
	asked = arena_calloc(w->arena, count + (size_t)1, sizeof(*asked));
	if (w->known == NULL || asked == NULL)
		return error_memory(e);
	for (i = 0; w->r->j->memo != NULL && i < count; i++) {
		if (zoneset_entry(set, i)->zone != NULL)
			continue;
		args_of(w, i, &args);
		if ((rc = alias_list_key(w->known[i].key, &args)) < 0)
			return error_memory(e);
		if (rc == 0)
			asked[n++] = w->known[i];
		else
			w->known[i].key[0] = '\0';
	}
	memo_get(w->r->j->memo, asked, n, w->arena);
	while (n > 0 && i-- > 0)
		if (w->known[i].key[0] != '\0')
			w->known[i] = asked[--n];
	return 0;
}

static void
charge(struct work *w, const struct zone *z)
{
	uint16_t i;

	for (i = 0; i < z->nfiles; i++)
		w->r->j->aside.bytes += z->file[i].len;
	w->r->j->aside.records += z->nrrs;
}

static int
remember(struct work *w, uint32_t i, const struct text *list, struct error *e)
{
	struct memo_item *it;

	if (w->known[i].key[0] == '\0')
		return 0;
	if ((it = vec_add(&w->found)) == NULL)
		return error_memory(e);
	*it = w->known[i];
	it->len = list->len;
	it->value = arena_dup(w->arena, list->data, list->len);
	return it->value == NULL ? error_memory(e) : 0;
}

/* Z was read for this alone. */
static int
take_zone(struct work *w, uint32_t i, const struct zone *z,
    const struct zone_load_args *args, struct error *e)
{
	const char *view = zoneset_entry(w->r->pair->new->set, i)->view;
	struct text list = TEXT_INIT;
	bool keep = alias_list_encode(&list, z, args) == 0;
	int rc = -1;

	if (!text_lost(&list))
		rc = alias_list_add(w->index, view, args, list.data, list.len);
	if (rc == 0 && keep)
		rc = remember(w, i, &list, e);
	else if (rc != 0)
		error_memory(e);
	text_free(&list);
	return rc == 0 ? 0 : -1;
}

/* Read the zone of entry I, use it, and let it go. */
static int
read_zone(struct work *w, uint32_t i, struct error *e)
{
	struct arena *scratch = arena_new();
	struct zone_load_args args;
	struct error ignored = {0};
	struct findings unused;
	struct zone *z = NULL;
	int rc = 0;

	if (scratch == NULL)
		return error_memory(e);
	findings_init(&unused, scratch);
	args_of(w, i, &args);
	w->r->j->aside.zones++;
	/* A zone that cannot be read leads nowhere today either. */
	if (zone_load(&z, &args, &unused, &ignored) == 0) {
		charge(w, z);
		rc = take_zone(w, i, z, &args, e);
		zone_free(z);
	}
	findings_free(&unused);
	arena_free(scratch);
	return rc;
}

static int
add_entry(struct work *w, uint32_t i, struct error *e)
{
	const struct zoneset_entry *en = zoneset_entry(w->r->pair->new->set, i);
	const struct memo_item *it = &w->known[i];
	struct zone_load_args args;
	int rc = 1;

	if (en->zone != NULL) {
		if (!en->zone->broken &&
		    alias_index_add(w->index, en->view, en->zone) != 0)
			return error_memory(e);
		return 0;
	}
	if (it->value != NULL) {
		args_of(w, i, &args);
		rc = alias_list_add(
		    w->index, en->view, &args, it->value, it->len);
	}
	if (rc < 0)
		return error_memory(e);
	if (rc == 0) {
		w->count.hits++;
		return 0;
	}
	w->count.misses++;
	if (w->r->j->aside.zones < ZONES_MAX &&
	    w->r->j->aside.bytes < BYTES_MAX &&
	    w->r->j->aside.records < RECORDS_MAX)
		return read_zone(w, i, e);
	w->left_out++;
	return 0;
}

static int
add_all(struct work *w, struct error *e)
{
	uint32_t i, n = zoneset_count(w->r->pair->new->set);

	if (ask(w, e) != 0)
		return -1;
	/* In the order of the entries, wherever a list comes from: what is
	 * found must not depend on it. */
	for (i = 0; i < n; i++)
		if (add_entry(w, i, e) != 0)
			return -1;
	memo_put(w->r->j->memo, w->found.item, w->found.n);
	return 0;
}

static int
say_left_out(struct judgement *j, uint32_t zones, struct error *e)
{
	const char **note;

	if (zones == 0)
		return 0;
	if ((note = vec_add(&j->notes)) == NULL)
		return error_memory(e);
	*note = findings_text(&j->findings,
	    "%u zone%s that did not change %s not read: names there that are "
	    "an alias of a changed name were not compared%s",
	    zones, zones == 1 ? "" : "s", zones == 1 ? "was" : "were",
	    j->memo != NULL ? "; the next run goes on from here" : "");
	return 0;
}

int
judge_aliases(struct judge_run *r, struct alias_index **out, struct error *e)
{
	struct work w = {.r = r, .found = VEC_INIT(struct memo_item)};
	int rc = -1;

	*out = NULL;
	w.limits = snapshot_limits(r->pair->policy);
	w.index = alias_index_new();
	w.arena = arena_new();
	if (w.index == NULL || w.arena == NULL)
		error_memory(e);
	else
		rc = add_all(&w, e);
	if (rc == 0)
		rc = say_left_out(r->j, w.left_out, e);
	if (rc == 0 && r->j->memo != NULL) {
		r->j->cache.hits += w.count.hits;
		r->j->cache.misses += w.count.misses;
	}
	vec_free(&w.found);
	arena_free(w.arena);
	if (rc == 0)
		*out = w.index;
	else
		alias_index_free(w.index);
	return rc;
}
