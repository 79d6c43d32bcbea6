/*
 * The draft as text. "#key:" is policy text to uncomment, "# Prose" is not.
 * Only version, views and zones are in force.
 */
#include <string.h>

#include "init.h"

static void
quoted(struct text *out, const char *s)
{
	text_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_char(out, '\\');
		text_char(out, *s);
	}
	text_char(out, '"');
}

static const struct init_group *
pattern_of(const struct init *in, const struct init_zone *z)
{
	const struct init_group *g = in->groups.item;

	return z->group == ZONE_NONE || g[z->group].apart ? NULL : &g[z->group];
}

static const char *
view_of(const struct init *in, const struct init_zone *z)
{
	const struct init_group *g = in->groups.item;

	return z->group == ZONE_NONE ? in->rest : g[z->group].view;
}

static void
mode(struct text *out, bool is_signed)
{
	if (is_signed)
		text_str(out, "    dnssec: {mode: presigned}\n");
}

static void
draft_pattern(const struct init_group *g, struct text *out)
{
	struct text path = TEXT_INIT;

	text_printf(&path, "%s{zone}%s", g->pre, g->post);
	text_str(out, "  - path: ");
	if (!text_lost(&path))
		quoted(out, path.data);
	text_printf(out, "  # %zu zone%s\n", g->n, g->n == 1 ? "" : "s");
	if (g->view != NULL)
		text_printf(out, "    view: \"%s\"\n", g->view);
	mode(out, g->is_signed);
	out->lost |= path.lost;
	text_free(&path);
}

static void
draft_zone(const struct init *in, const struct init_zone *z, struct text *out)
{
	const char *view = view_of(in, z);

	if (z->twin != NULL) {
		text_str(out, "  # the same zone as ");
		quoted(out, z->twin);
		text_str(out, ":\n  #- path: ");
		quoted(out, z->path);
		text_char(out, '\n');
		return;
	}
	text_str(out, "  - path: ");
	quoted(out, z->path);
	text_str(out, "\n    zone: ");
	quoted(out, z->text);
	text_char(out, '\n');
	if (view != NULL)
		text_printf(out, "    view: \"%s\"\n", view);
	mode(out, z->is_signed);
}

static void
draft_zones(const struct init *in, struct text *out)
{
	const struct init_group *g = in->groups.item;
	const struct init_zone *z = in->zones.item;
	const struct init_group *p;
	const char *const *why = in->skipped.item;
	size_t i;

	text_str(out,
	    "\n# Which files are zones. Explicit paths win over patterns.\n"
	    "# DNSSEC: \"trial\" (default) proves that a zone can be signed "
	    "and "
	    "validates;\n"
	    "# \"presigned\" validates the signatures in the file.\n"
	    "zones:\n");
	for (i = 0; i < in->groups.n; i++)
		if (!g[i].apart)
			draft_pattern(&g[i], out);
	for (i = 0; i < in->zones.n; i++) {
		p = pattern_of(in, &z[i]);
		if (p == NULL || p->is_signed != z[i].is_signed)
			draft_zone(in, &z[i], out);
	}
	for (i = 0; i < in->skipped.n; i++)
		text_printf(out, "  # left out: %s\n", why[i]);
}

static bool
view_has_private(const struct init *in, const char *view)
{
	const struct init_zone *z = in->zones.item;
	const char *v;
	size_t i;

	for (i = 0; i < in->zones.n; i++)
		if ((v = view_of(in, &z[i])) != NULL && strcmp(v, view) == 0 &&
		    z[i].has_private)
			return true;
	return false;
}

static bool
view_before(const struct init_group *g, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (g[k].view != NULL && strcmp(g[k].view, g[i].view) == 0)
			return true;
	return false;
}

static void
draft_view(const struct init *in, const char *view, struct text *out)
{
	text_printf(out, "  \"%s\": {private-addresses: %s}", view,
	    view_has_private(in, view) ? "allow" : "deny");
	if (view == in->rest)
		text_str(out, "  # zones in no view's directory");
	text_char(out, '\n');
}

static void
draft_views(const struct init *in, struct text *out)
{
	const struct init_group *g = in->groups.item;
	bool any = false, rest = false;
	size_t i;

	for (i = 0; i < in->groups.n; i++) {
		if (g[i].view == NULL || view_before(g, i))
			continue;
		if (!any)
			text_str(out,
			    "\n# Split horizon: the same zones stand in "
			    "several directories.\nviews:\n");
		any = true;
		draft_view(in, g[i].view, out);
		rest |= in->rest != NULL && strcmp(g[i].view, in->rest) == 0;
	}
	if (in->rest != NULL && !rest)
		draft_view(in, in->rest, out);
}

/* Call FN for the names proposed; how many there are in all. */
static size_t
each_name(const struct init *in, struct text *out,
    void (*fn)(const struct init_name *, struct text *))
{
	const struct init_zone *z = in->zones.item;
	const struct init_name *n;
	size_t i, k, total = 0;

	for (i = 0; i < in->zones.n; i++) {
		if (z[i].twin != NULL)
			continue;
		for (k = 0, n = z[i].names.item; k < z[i].names.n; k++)
			if (total++ < INIT_PROPOSALS_MAX && fn != NULL)
				fn(&n[k], out);
	}
	return total;
}

static void
draft_target(const struct init_name *n, struct text *out)
{
	text_printf(out, "#  %s: {addresses: [%s]}\n", n->list, n->addresses);
}

static void
draft_name(const struct init_name *n, struct text *out)
{
	text_str(out, "#  - name: ");
	quoted(out, n->name);
	text_char(out, '\n');
	if (n->view[0] != '\0')
		text_printf(out, "#    view: \"%s\"\n", n->view);
	text_printf(out, "#    targets: [%s]\n#    require: {max-ttl: %lu}\n",
	    n->list, (unsigned long)(n->ttl < 60 ? 60 : n->ttl));
}

static void
draft_failover(const struct init *in, struct text *out)
{
	size_t total = each_name(in, out, NULL);

	if (total == 0) {
		text_str(out,
		    "\n# No name has several addresses or a TTL of 300 s or "
		    "less. Protect names by hand:\n"
		    "#targets:\n"
		    "#  edge: {addresses: [\"192.0.2.0/28\"]}\n"
		    "#failover:\n"
		    "#  - name: api.example.com.\n"
		    "#    targets: [edge]\n");
		return;
	}
	text_str(out,
	    "\n# Where protected names may point. Proposed: what they answer "
	    "today. Add the\n# addresses of every standby, then uncomment.\n"
	    "#targets:\n");
	each_name(in, out, draft_target);
	text_str(out,
	    "\n# Failover names: their effective answers may only be these "
	    "targets. Proposed,\n# because they have several addresses or a "
	    "TTL of 300 s or less:\n#failover:\n");
	each_name(in, out, draft_name);
	if (total > INIT_PROPOSALS_MAX)
		text_str(out, "# ... and more such names\n");
}

static void
draft_servers(const struct init *in, struct text *out)
{
	const char *const *s = in->servers.item;
	size_t i;

	text_str(out, "\n# Name servers that zones may be delegated to");
	if (in->servers.n == 0 || in->many_servers) {
		text_str(out,
		    ", for example:\n"
		    "# nameservers: {allow: [\"*.dns-a.example.\"]}\n");
		return;
	}
	text_str(out, ". Proposed: those of today.\n"
		      "#nameservers:\n#  allow:\n");
	for (i = 0; i < in->servers.n; i++) {
		text_str(out, "#    - ");
		quoted(out, s[i]);
		text_char(out, '\n');
	}
}

void
init_draft(const struct init *in, struct text *out)
{
	text_printf(out,
	    "# zonegate policy, drafted by \"zonegate init\" from %zu zone%s.\n"
	    "# Check it with \"zonegate policy lint\", commit it, and install "
	    "the hook:\n"
	    "# \"zonegate install-hook DIR\". Lines beginning \"#key:\" are "
	    "proposals.\n"
	    "version: 1\n"
	    "\n# What BIND, NSD and Knot read alike; or the server you "
	    "have.\n"
	    "#dialect: common\n",
	    in->zones.n, in->zones.n == 1 ? "" : "s");
	draft_views(in, out);
	draft_zones(in, out);
	draft_failover(in, out);
	draft_servers(in, out);
	text_str(out,
	    "\n# A change this large is a mistake until somebody says "
	    "otherwise.\n"
	    "#limits: {removed: 10%, changed: 30%, floor: 10}\n"
	    "\n# Which branches are guarded, and by whom.\n"
	    "#change-control:\n"
	    "#  refs: [refs/heads/main]\n"
	    "#  policy-apart: true\n");
}
