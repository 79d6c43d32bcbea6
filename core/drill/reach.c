/* Which zones can still be reached under an outage. */
#include <string.h>

#include "../dns/name.h"
#include "map.h"

const char *
reach_text(const struct map *m, const uint8_t *name)
{
	char text[NAME_MAX_TEXT];
	const char *s;

	name_to_text(text, name);
	if ((s = arena_strdup(m->arena, text)) == NULL)
		error_memory(m->e);
	return s;
}

static bool
all_up(const struct map_needs *n, const bool *up)
{
	size_t i;

	for (i = 0; i < n->n; i++)
		if (!up[n->zone[i]])
			return false;
	return true;
}

/* Would the server answer, were its address known? */
static bool
alive(const struct drill_outage *o, const struct map_server *s)
{
	size_t i;

	if (outage_server(o, s->name))
		return false;
	for (i = 0; i < s->naddresses; i++)
		if (!outage_address(o, &s->address[i]))
			return true;
	return s->outside;
}

static bool
side_up(const struct drill_outage *o, const struct vec *servers, const bool *up)
{
	const struct map_server *s = servers->item;
	size_t i;

	for (i = 0; i < servers->n; i++)
		if (alive(o, &s[i]) && all_up(&s[i].needs, up))
			return true;
	return false;
}

static bool
zone_up(const struct drill_outage *o, const struct map_zone *z, const bool *up)
{
	int k;

	if (z->parent != MAP_NONE && !up[z->parent])
		return false;
	for (k = 0; k < MAP_SIDES; k++)
		if (z->side[k] && !side_up(o, &z->server[k], up))
			return false;
	return z->side[MAP_PARENT] || z->side[MAP_CHILD];
}

/*
 * From nothing reachable upwards, so that zones whose servers are named in each
 * other stay unreachable: nobody can begin there.
 */
void
reach_zones(
    const struct map *m, const struct drill_outage *o, bool up[DRILL_ZONES_MAX])
{
	bool more = true;
	uint32_t i;

	memset(up, 0, DRILL_ZONES_MAX * sizeof(*up));
	while (more) {
		more = false;
		for (i = 0; i < m->zone.n; i++)
			if (!up[i] && zone_up(o, map_zone(m, i), up))
				up[i] = more = true;
	}
}

bool
reach_way(const struct drill_outage *o, const struct map_way *w,
    const bool up[DRILL_ZONES_MAX])
{
	if (w->kind == MAP_ADDRESS && outage_address(o, &w->address))
		return false;
	if (w->kind == MAP_NAME && outage_name(o, w->name))
		return false;
	return all_up(&w->needs, up);
}

/* A server of the side that lives, but whose address cannot be learned. */
static const struct map_server *
hidden(const struct drill_outage *o, const struct vec *servers)
{
	const struct map_server *s = servers->item;
	size_t i;

	for (i = 0; i < servers->n; i++)
		if (alive(o, &s[i]))
			return &s[i];
	return NULL;
}

const char *
reach_why(const struct map *m, const struct drill_outage *o,
    const bool up[DRILL_ZONES_MAX], uint32_t i)
{
	const struct map_server *s = NULL;
	const struct map_zone *z;
	const char *text, *server;
	int k;

	/* The topmost of the zones above that is not reachable. */
	while (
	    map_zone(m, i)->parent != MAP_NONE && !up[map_zone(m, i)->parent])
		i = map_zone(m, i)->parent;
	z = map_zone(m, i);
	if ((text = reach_text(m, z->apex)) == NULL)
		return NULL;
	for (k = 0; k < MAP_SIDES && s == NULL; k++)
		if (z->side[k] && !side_up(o, &z->server[k], up))
			s = hidden(o, &z->server[k]);
	if (s == NULL)
		text = arena_printf(
		    m->arena, "no name server of %s is left", text);
	else if ((server = reach_text(m, s->name)) != NULL)
		text = arena_printf(m->arena,
		    "no name server of %s can be found: %s is in a zone that "
		    "is out of reach",
		    text, server);
	if (text == NULL)
		error_memory(m->e);
	return text;
}
