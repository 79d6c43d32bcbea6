#include "approve.h"

#include <string.h>
#include <strings.h>

/* The address in "Bob <bob@example.com>", or the text itself; its length. */
static size_t
address_of(const char *text, const char **out)
{
	const char *open = strrchr(text, '<'), *close;
	size_t len;

	if (open != NULL && (close = strchr(open, '>')) != NULL) {
		*out = open + 1;
		return (size_t)(close - open - 1);
	}
	while (*text == ' ' || *text == '\t')
		text++;
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	*out = text;
	return len;
}

/* Is TEXT a name of the signer? */
static bool
names(const struct change_signer *s, const char *text)
{
	const char *word;
	size_t len = address_of(text, &word), i;

	for (i = 0; s->other != NULL && s->other[i] != NULL; i++)
		if (strlen(s->other[i]) == len &&
		    strncasecmp(s->other[i], word, len) == 0)
			return true;
	return false;
}

static bool
same_person(const struct change_signer *a, const struct change_signer *b)
{
	size_t i;

	if (strcmp(a->key, b->key) == 0)
		return true;
	for (i = 0; b->other != NULL && b->other[i] != NULL; i++)
		if (names(a, b->other[i]))
			return true;
	return false;
}

/* Did the signer make a commit of the change that is more than a word? */
static bool
took_part(const struct change_set *set, const struct change_signer *s)
{
	const struct change_commit *c;
	size_t i;

	for (i = 0; i < set->n; i++) {
		c = &set->commit[i];
		if (c->adds_nothing)
			continue;
		if (names(s, c->author) || names(s, c->committer) ||
		    (c->seal == SEAL_GOOD && same_person(s, &c->signer)))
			return true;
	}
	return false;
}

/* Why the approval C does not count, or NULL. */
static const char *
fault_of(const struct change_set *set, const struct change_commit *c)
{
	size_t i;

	if (c->seal != SEAL_GOOD)
		return c->why != NULL ? c->why
				      : "nobody verified its signature";
	for (i = 0; c->approved_by[i] != NULL; i++)
		if (names(&c->signer, c->approved_by[i]))
			break;
	if (c->approved_by[i] == NULL)
		return "it names somebody else than its signer";
	if (!c->adds_nothing)
		return "it changes something itself";
	if (strcmp(c->tree, set->tip_tree) != 0)
		return "it was given over another state than the one that is "
		       "pushed";
	if (!c->over_base)
		return "it does not stand on what is there now";
	if (took_part(set, &c->signer))
		return "its signer made a part of the change";
	return NULL;
}

static bool
counted(const struct change_approvals *a, const struct change_signer *s)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (same_person(s, &a->approver[i].commit->signer))
			return true;
	return false;
}

int
change_approvals_count(
    struct change_approvals *out, const struct change_set *set)
{
	const struct change_commit *c;
	const char *why;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->approver = arena_calloc(
	    set->arena, set->n + 1, sizeof(*out->approver));
	out->refused = arena_calloc(
	    set->arena, set->n + 1, sizeof(*out->refused));
	if (out->approver == NULL || out->refused == NULL)
		return -1;
	for (i = 0; i < set->n; i++) {
		c = &set->commit[i];
		if (!c->adds_nothing && c->seal != SEAL_GOOD &&
		    out->unknown == NULL)
			out->unknown = c;
		if (c->approved_by[0] == NULL)
			continue;
		if ((why = fault_of(set, c)) != NULL)
			out->refused[out->nrefused++] = (struct change_refusal){
			    c, why};
		else if (!counted(out, &c->signer))
			out->approver[out->n++] = (struct change_approver){
			    c->signer.principal, c};
	}
	return 0;
}
