#include "verify_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

static const char *const rule_of[FAULT_COUNT] = {
    [FAULT_UNSIGNED] = "dnssec-unsigned",
    [FAULT_BOGUS] = "dnssec-bogus",
    [FAULT_EXPIRED] = "dnssec-expired",
    [FAULT_NOT_YET_VALID] = "dnssec-not-yet-valid",
    [FAULT_TTL] = "dnssec-ttl",
    [FAULT_CHAIN] = "dnssec-denial-chain",
    [FAULT_BITMAP] = "dnssec-denial-bitmap",
    [FAULT_ITERATIONS] = "dnssec-nsec3-iterations",
    [FAULT_ALGORITHM] = "dnssec-algorithm",
    [FAULT_INCOMPLETE] = "dnssec-algorithm-incomplete",
    [FAULT_COLLISION] = "dnssec-key-tag-collision",
    [FAULT_EXTRA] = "dnssec-extra-rrsig",
};

static void
fill(struct findings *fs, struct finding *f, struct verify_at at)
{
	const struct zone *z = at.zone;
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];
	const struct zone_owner *o;
	const struct zone_rr *rr = at.rr;

	o = at.owner < z->nowners ? &z->owner[at.owner] : NULL;
	if (rr == NULL && o != NULL && o->nrrsets != 0)
		rr = &z->rr[z->rrset[o->rrset].rr];
	/* About the zone as a whole: its SOA, so that the file is named. */
	if (rr == NULL && z->nrrs != 0)
		rr = &z->rr[z->soa == ZONE_NONE ? 0 : z->rrset[z->soa].rr];
	name_to_text(name, o != NULL ? o->name : z->apex);
	f->name = findings_text(fs, "%s", name);
	name_to_text(name, z->apex);
	f->zone = findings_text(fs, "%s", name);
	if (at.type != 0)
		f->type = findings_text(
		    fs, "%s", rrtype_to_text(type, at.type));
	if (rr != NULL)
		zone_place(z, rr, fs, &f->place);
}

void
verify_add(struct verify_list *l, enum verify_fault fault, struct verify_at at,
    const char *help, const char *fmt, ...)
{
	char message[1024];
	struct finding *f;
	va_list ap;

	if (l->fs.n >= l->max) {
		l->dropped[fault]++;
		return;
	}
	if (l->arena == NULL) {
		if ((l->arena = arena_new()) == NULL) {
			l->lost = true;
			return;
		}
		findings_init(&l->fs, l->arena);
	}
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	f = findings_add(&l->fs, rule_of[fault], "%s", message);
	f->help = help;
	fill(&l->fs, f, at);
}

void
verify_list_free(struct verify_list *l)
{
	findings_free(&l->fs);
	arena_free(l->arena);
	l->arena = NULL;
}

int
verify_lists_init(struct verify_lists *ls, size_t n, size_t max)
{
	size_t i;

	memset(ls, 0, sizeof(*ls));
	if (pthread_mutex_init(&ls->lock, NULL) != 0)
		return -1;
	ls->list = calloc(n, sizeof(*ls->list));
	ls->done = calloc(n, sizeof(*ls->done));
	if (ls->list == NULL || ls->done == NULL) {
		verify_lists_free(ls);
		return -1;
	}
	ls->n = n;
	ls->max = max;
	for (i = 0; i < n; i++)
		ls->list[i].max = max;
	return 0;
}

void
verify_lists_free(struct verify_lists *ls)
{
	size_t i;

	for (i = 0; ls->list != NULL && i < ls->n; i++)
		verify_list_free(&ls->list[i]);
	free(ls->list);
	free(ls->done);
	pthread_mutex_destroy(&ls->lock);
}

struct verify_list *
verify_lists_begin(struct verify_lists *ls, size_t i)
{
	struct verify_list *l = &ls->list[i];

	pthread_mutex_lock(&ls->lock);
	l->max = ls->kept >= ls->max ? 0 : ls->max - ls->kept;
	pthread_mutex_unlock(&ls->lock);
	return l;
}

void
verify_lists_end(struct verify_lists *ls, size_t i)
{
	pthread_mutex_lock(&ls->lock);
	ls->done[i] = true;
	for (; ls->prefix < ls->n && ls->done[ls->prefix]; ls->prefix++)
		ls->kept += ls->list[ls->prefix].fs.n;
	pthread_mutex_unlock(&ls->lock);
}

static enum verify_fault
fault_of(const char *rule)
{
	int i;

	for (i = 0; i < FAULT_COUNT; i++)
		if (strcmp(rule_of[i], rule) == 0)
			return (enum verify_fault)i;
	return FAULT_BOGUS;
}

static void
report_dropped(const size_t dropped[FAULT_COUNT], const struct zone *z,
    struct findings *fs)
{
	struct verify_at at = {.zone = z, .owner = ZONE_NONE};
	struct finding *f;
	int i;

	for (i = 0; i < FAULT_COUNT; i++) {
		if (dropped[i] == 0)
			continue;
		f = findings_add(fs, rule_of[i],
		    "%zu more faults of this kind are not listed", dropped[i]);
		f->help = "mend those that are listed, then check again";
		fill(fs, f, at);
	}
}

void
verify_lists_report(
    struct verify_lists *ls, const struct zone *z, struct findings *fs)
{
	size_t dropped[FAULT_COUNT] = {0}, left = ls->max, i, j;
	struct verify_list *l;

	for (i = 0; i < ls->n; i++) {
		l = &ls->list[i];
		for (j = 0; j < FAULT_COUNT; j++)
			dropped[j] += l->dropped[j];
		for (j = left; j < l->fs.n; j++)
			dropped[fault_of(l->fs.item[j].rule)]++;
		if (l->fs.n > left)
			l->fs.n = left;
		left -= l->fs.n;
		findings_append(fs, &l->fs);
		if (l->lost)
			fs->lost = true;
	}
	report_dropped(dropped, z, fs);
}
