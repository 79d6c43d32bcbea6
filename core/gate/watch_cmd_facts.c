/* What parents say about our zones: any change of it is news, whoever made it.
 */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/message.h"
#include "../report/json.h"
#include "watch_cmd_look.h"

/* One question: where the answer goes among the facts. */
struct fact {
	const struct judged_zone *jz;
	const char *whom;
	uint16_t type;
	bool referral; /* the authority section of a referral counts, too */
};

struct facts {
	struct watch_eye *w;
	struct error *e;
	struct vec question; /* struct live_question */
	struct vec fact;     /* struct fact */
};

static int
ask(struct facts *x, const struct judged_zone *jz,
    const struct policy_server *s, uint16_t type, bool resolver)
{
	struct live_question *q = vec_add(&x->question);
	struct fact *f = vec_add(&x->fact);

	if (q == NULL || f == NULL)
		return error_memory(x->e);
	live_set_server(q, s);
	q->name = jz->ev.apex;
	q->type = type;
	q->recurse = q->check_disabled = resolver;
	*f = (struct fact){
	    .jz = jz, .whom = s->name, .type = type, .referral = !resolver};
	return 0;
}

/* Resolvers know the parent's DS; NS only the parent's own servers. */
static int
ask_about(struct facts *x, const struct judged_zone *jz)
{
	const struct policy_live *l = &x->w->t.policy->live;
	size_t i;

	for (i = 0; i < l->nresolvers; i++)
		if (live_serves(&l->resolver[i], &jz->ev) &&
		    ask(x, jz, &l->resolver[i], RRTYPE_DS, true) != 0)
			return -1;
	for (i = 0; i < l->nservers; i++)
		if (live_serves_parent(&x->w->r, &l->server[i], jz) &&
		    (ask(x, jz, &l->server[i], RRTYPE_DS, false) != 0 ||
			ask(x, jz, &l->server[i], RRTYPE_NS, false) != 0))
			return -1;
	return 0;
}

/* "1 13 2 ab…; 2 13 2 cd…", in canonical order; "none". */
static json_t *
set_text(const struct message_set *set, uint16_t type)
{
	struct text t = TEXT_INIT;
	json_t *s;
	size_t i;

	for (i = 0; i < set->n; i++) {
		if (i > 0)
			text_str(&t, "; ");
		rdata_to_text(&t, type, set->rr[i]->rdata, set->rr[i]->rdlen);
	}
	if (set->n == 0)
		text_str(&t, "none");
	s = text_lost(&t) ? NULL : json_text(t.data);
	text_free(&t);
	return s;
}

static bool
is_certain(const struct fact *f, const struct message *m,
    const struct message_set *set)
{
	enum { NOERROR = 0, NXDOMAIN = 3 };

	if (set->too_many || (m->rcode != NOERROR && m->rcode != NXDOMAIN))
		return false;
	/* A server that is both parent's and child's gives the child's NS. */
	return set->n != 0 || f->type == RRTYPE_DS;
}

static int
take(struct facts *x, const struct fact *f, const struct live_reply *a)
{
	struct message_set set;
	struct message m;
	json_t *name;
	int rc;

	if (a->outcome != LIVE_ANSWERED && a->outcome != LIVE_TRUNCATED)
		return 0;
	rc = message_parse(&m, a->message, a->len, x->w->j.arena, x->e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	message_set(&set, &m, MESSAGE_ANSWER, f->jz->ev.apex, f->type);
	if (set.n == 0 && f->referral)
		message_set(
		    &set, &m, MESSAGE_AUTHORITY, f->jz->ev.apex, f->type);
	if (!is_certain(f, &m, &set))
		return 0;
	name = json_sprintf("%s of %s%s%s at its parent, by %s",
	    f->type == RRTYPE_DS ? "DS" : "NS", f->jz->ev.apex_text,
	    f->jz->ev.view[0] != '\0' ? " in view " : "", f->jz->ev.view,
	    f->whom);
	if (name == NULL)
		return error_memory(x->e);
	json_put(x->w->facts, json_string_value(name), set_text(&set, f->type),
	    &x->w->failed);
	json_decref(name);
	return 0;
}

static int
ask_all(struct facts *x)
{
	const struct fact *f = x->fact.item;
	struct live_reply *a;
	size_t i, n = x->question.n;

	if (n == 0)
		return 0;
	a = arena_calloc(x->w->j.arena, n, sizeof(*a));
	if (a == NULL)
		return error_memory(x->e);
	if (live_keeper_ask(
		x->w->keeper, x->question.item, a, n, x->w->j.arena, x->e) != 0)
		return -1;
	for (i = 0; i < n; i++)
		if (take(x, &f[i], &a[i]) != 0)
			return -1;
	return 0;
}

int
watch_facts(struct watch_eye *w, struct error *e)
{
	struct facts x = {.w = w,
	    .e = e,
	    .question = VEC_INIT(struct live_question),
	    .fact = VEC_INIT(struct fact)};
	const struct judged_zone *jz = w->r.zones.item;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < w->r.zones.n; i++)
		if (jz[i].ev.new != NULL)
			rc = ask_about(&x, &jz[i]);
	if (rc == 0)
		rc = ask_all(&x);
	vec_free(&x.question);
	vec_free(&x.fact);
	return rc;
}
