/* Paths of zone files into patterns, views, and twins. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../dns/name.h"
#include "init.h"

/* Of the 63 octets of a name in a policy: room for "any" and a number. */
enum { LIST_NAME_MAX = 55 };

/* Last place in PATH where NAME stands inside one part of it; NULL if none. */
static const char *
find_name(const char *path, const char *name, size_t len)
{
	const char *found = NULL, *p;

	for (p = path; *p != '\0'; p++)
		if (strncasecmp(p, name, len) == 0)
			found = p;
	return found;
}

static uint32_t
group_of(struct init *in, const char *pre, const char *post, struct error *e)
{
	struct init_group *g = in->groups.item;
	size_t i;

	for (i = 0; i < in->groups.n; i++)
		if (strcmp(g[i].pre, pre) == 0 && strcmp(g[i].post, post) == 0)
			return (uint32_t)i;
	if ((g = vec_add(&in->groups)) == NULL) {
		error_memory(e);
		return ZONE_NONE;
	}
	g->pre = pre;
	g->post = post;
	return (uint32_t)in->groups.n - 1;
}

static int
assign(struct init *in, struct init_zone *z, struct error *e)
{
	size_t len = strlen(z->text) - 1; /* without the final dot */
	const char *at, *pre;
	struct init_group *g;

	if (len == 0 || (at = find_name(z->path, z->text, len)) == NULL)
		return 0; /* an entry of its own */
	pre = arena_dup(in->arena, z->path, (size_t)(at - z->path));
	if (pre == NULL)
		return error_memory(e);
	z->group = group_of(in, pre, at + len, e);
	if (z->group == ZONE_NONE)
		return -1;
	g = (struct init_group *)in->groups.item + z->group;
	if (g->n++ == 0)
		g->is_signed = z->is_signed;
	return 0;
}

/* Would the pattern of G cover PATH? */
static bool
covers(const struct init_group *g, const char *path)
{
	size_t pre = strlen(g->pre), post = strlen(g->post);
	size_t len = strlen(path);

	return len > pre + post && memcmp(path, g->pre, pre) == 0 &&
	       strcmp(path + len - post, g->post) == 0 &&
	       memchr(path + pre, '/', len - pre - post) == NULL;
}

static const struct init_zone *
zone_at(const struct init *in, const char *path)
{
	const struct init_zone *z = in->zones.item;
	size_t lo = 0, hi = in->zones.n, mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if ((c = strcmp(z[mid].path, path)) == 0)
			return &z[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* A pattern that takes files for zones that are none is no help. */
static int
find_strays(struct init *in, struct error *e)
{
	struct init_group *g = in->groups.item;
	const struct source_entry *entry;
	const struct init_zone *z;
	size_t n, i, k;

	entry = source_entries(in->source, &n, e);
	if (entry == NULL && e->code != ERROR_NONE)
		return -1;
	for (i = 0; i < in->groups.n; i++)
		for (k = 0; k < n && !g[i].apart; k++) {
			if (!covers(&g[i], entry[k].path))
				continue;
			z = zone_at(in, entry[k].path);
			if (z == NULL || z->group != i)
				g[i].apart = true;
		}
	return 0;
}

/*
 * Where A and B differ in one directory only, that part of A: "external" of
 * "zones/external/". Its length, or 0.
 */
static size_t
view_part(const char *a, const char *b, const char **part)
{
	size_t i = 0, na = strlen(a), nb = strlen(b), tail = 0;

	while (a[i] != '\0' && a[i] == b[i])
		i++;
	while (i > 0 && a[i - 1] != '/')
		i--;
	while (tail < na - i && tail < nb - i &&
	       a[na - 1 - tail] == b[nb - 1 - tail])
		tail++;
	while (tail > 0 && a[na - tail] != '/')
		tail--;
	if (tail == 0 || memchr(a + i, '/', na - tail - i) != NULL ||
	    memchr(b + i, '/', nb - tail - i) != NULL)
		return 0;
	*part = a + i;
	i = na - tail - i;
	return strspn(*part, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") < i ||
		       i > 63
		   ? 0
		   : i;
}

static int
set_view(struct init *in, struct init_group *g, const struct init_group *other,
    struct error *e)
{
	const char *part;
	size_t len;

	if (g->view != NULL || strcmp(g->post, other->post) != 0 ||
	    (len = view_part(g->pre, other->pre, &part)) == 0)
		return 0;
	if ((g->view = arena_dup(in->arena, part, len)) == NULL)
		return error_memory(e);
	return 0;
}

/* The same zone in two directories that differ in one part: two views. */
static int
find_views(struct init *in, struct error *e)
{
	struct init_group *g = in->groups.item, *a, *b;
	struct init_zone *z = in->zones.item;
	size_t i, k;

	for (i = 0; i < in->zones.n; i++)
		for (k = i + 1; k < in->zones.n; k++) {
			if (z[i].group == z[k].group ||
			    z[i].group == ZONE_NONE ||
			    z[k].group == ZONE_NONE ||
			    !name_equal(z[i].apex, z[k].apex))
				continue;
			a = &g[z[i].group];
			b = &g[z[k].group];
			if (set_view(in, a, b, e) != 0 ||
			    set_view(in, b, a, e) != 0)
				return -1;
		}
	return 0;
}

static const char *
view_of(const struct init *in, const struct init_zone *z)
{
	const struct init_group *g = in->groups.item;

	if (z->group != ZONE_NONE && g[z->group].view != NULL)
		return g[z->group].view;
	return in->rest == NULL ? "" : in->rest;
}

/* Where there are views, each zone must be in one. */
static void
find_rest(struct init *in)
{
	struct init_group *g = in->groups.item;
	const struct init_zone *z = in->zones.item;
	bool views = false, rest = false;
	size_t i;

	for (i = 0; i < in->groups.n; i++)
		views |= g[i].view != NULL;
	for (i = 0; i < in->zones.n; i++)
		rest |= z[i].group == ZONE_NONE || g[z[i].group].view == NULL;
	if (!views || !rest)
		return;
	in->rest = "rest";
	for (i = 0; i < in->groups.n; i++)
		if (g[i].view == NULL)
			g[i].view = in->rest;
}

/* Two files for one zone of one view: the first stands, people decide. */
static void
find_twins(struct init *in)
{
	struct init_group *g = in->groups.item;
	struct init_zone *z = in->zones.item;
	size_t i, k;

	for (i = 0; i < in->zones.n; i++)
		for (k = 0; k < i && z[i].twin == NULL; k++) {
			if (z[k].twin != NULL ||
			    !name_equal(z[i].apex, z[k].apex) ||
			    strcmp(view_of(in, &z[i]), view_of(in, &z[k])) != 0)
				continue;
			z[i].twin = z[k].path;
			if (z[i].group != ZONE_NONE)
				g[z[i].group].apart = true;
		}
}

/* "api-example-com-external": what a policy takes for a name. */
static void
list_name(struct text *out, const struct init_name *n)
{
	size_t len = strlen(n->name), i;

	for (i = 0; i + 1 < len && out->len < LIST_NAME_MAX; i++)
		if (isalnum((unsigned char)n->name[i]))
			text_char(out, n->name[i]);
		else if (n->name[i] == '*')
			text_str(out, "any");
		else
			text_char(out, '-');
	if (out->len == 0)
		text_str(out, "root");
	if (n->view[0] != '\0' && out->len + strlen(n->view) < LIST_NAME_MAX)
		text_printf(out, "-%s", n->view);
}

static bool
list_taken(const struct vec *lists, const char *list)
{
	const char *const *l = lists->item;
	size_t i;

	for (i = 0; i < lists->n; i++)
		if (strcmp(l[i], list) == 0)
			return true;
	return false;
}

/* Name the list of N. a.b.example. and a-b.example. would be one name, and a
 * long one is cut: the second gets a number. */
static int
set_list(
    struct init *in, struct vec *lists, struct init_name *n, struct error *e)
{
	const char **l;
	struct text t = TEXT_INIT;

	list_name(&t, n);
	if (!text_lost(&t) && list_taken(lists, t.data))
		text_printf(&t, "-%zu", lists->n + 1);
	n->list = text_lost(&t) || t.data == NULL
		      ? NULL
		      : arena_strdup(in->arena, t.data);
	text_free(&t);
	if (n->list == NULL || (l = vec_add(lists)) == NULL)
		return error_memory(e);
	*l = n->list;
	return 0;
}

static int
name_lists(struct init *in, struct error *e)
{
	struct vec lists = VEC_INIT(const char *);
	struct init_zone *z = in->zones.item;
	struct init_name *name;
	size_t i, k;
	int rc = 0;

	for (i = 0; i < in->zones.n; i++)
		for (k = 0, name = z[i].names.item;
		     rc == 0 && z[i].twin == NULL && k < z[i].names.n &&
		     lists.n < INIT_PROPOSALS_MAX;
		     k++)
			rc = set_list(in, &lists, &name[k], e);
	vec_free(&lists);
	return rc;
}

int
init_group(struct init *in, struct error *e)
{
	struct init_zone *z = in->zones.item;
	struct init_name *name;
	size_t i, k;

	for (i = 0; i < in->zones.n; i++)
		if (assign(in, &z[i], e) != 0)
			return -1;
	if (find_strays(in, e) != 0 || find_views(in, e) != 0)
		return -1;
	find_rest(in);
	find_twins(in);
	for (i = 0; i < in->zones.n; i++)
		for (k = 0, name = z[i].names.item; k < z[i].names.n; k++)
			name[k].view = view_of(in, &z[i]);
	return name_lists(in, e);
}
