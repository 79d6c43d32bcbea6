/* zonegate attest verify: does the note of a revision hold? */
#include <string.h>

#include "../attest/key.h"
#include "attest.h"
#include "print.h"
#include "supervise.h"

static void
escaped(struct text *out, const char *s)
{
	if (s != NULL)
		text_escaped(out, s, strlen(s));
}

static void
print_zones(const struct statement *s, struct text *out)
{
	const struct statement_zone *z;
	size_t i;

	for (i = 0; i < s->nzones; i++) {
		z = &s->zone[i];
		text_str(out, "  ");
		escaped(out, z->name);
		if (z->view[0] != '\0') {
			text_str(out, " ");
			escaped(out, z->view);
		}
		text_printf(
		    out, " serial %u sha384:%.16s ", z->serial, z->digest);
		escaped(out, z->file);
		text_char(out, '\n');
	}
}

static void
print(const struct gate_options *o, const struct attested *a, struct text *out)
{
	const struct statement *s = &a->statement;

	if (o->format != NULL && strcmp(o->format, "json") == 0) {
		text_add(out, a->payload.data, a->payload.len);
		text_char(out, '\n');
		return;
	}
	text_printf(out, "ATTESTED %.7s ", s->commit);
	escaped(out, s->time);
	text_str(out, " by ");
	escaped(out, s->tool);
	text_printf(out, ", key %.16s\n", a->keyid);
	if (o->quiet)
		return;
	text_str(out, "policy ");
	escaped(out, s->policy_source);
	text_str(out, " (sha256:");
	escaped(out, s->policy_digest);
	text_printf(out, "), %zu finding%s waived\n", s->waived,
	    s->waived == 1 ? "" : "s");
	if (s->audit_head != NULL) {
		text_str(out, "audit log at sha256:");
		escaped(out, s->audit_head);
		text_char(out, '\n');
	}
	print_zones(s, out);
}

struct verify {
	const struct gate_attest *args;
	struct repo *repo;
	struct attest_public *keys;
	struct attested attested;
};

static int
look(struct verify *v, const struct gate_options *o, struct error *e)
{
	const char *rev = v->args->rev == NULL ? "HEAD" : v->args->rev;
	char commit[REPO_HEX];
	int rc;

	if (attest_public_load(&v->keys, v->args->public_key, e) != 0 ||
	    repo_open(&v->repo, o->repo, false, e) != 0)
		return -1;
	if ((rc = repo_commit(v->repo, rev, commit, e)) != 0) {
		if (rc == 1)
			error_set(e, ERROR_USAGE,
			    "%.200s is no revision of this repository", rev);
		return -1;
	}
	if (gate_confine(e) != 0)
		return -1;
	rc = attested_read(&v->attested, v->repo, commit, v->keys, e);
	if (rc == 1) {
		error_set(e, ERROR_SYSTEM, "%.12s is not attested", commit);
		error_hint(e, "notes are fetched apart: git fetch origin "
			      "refs/notes/zonegate:refs/notes/zonegate");
	}
	return rc;
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct verify *v = ctx;
	struct report_style style;
	struct error e = {0};
	int rc = look(v, o, &e), status;

	print_style(o, &style);
	if (rc == 0) {
		print(o, &v->attested, out);
		status = 0;
	} else {
		report_error_text(&e, &style, err);
		/* No attestation, or one that does not hold: that is known. */
		status = rc > 0 ? 1 : e.code == ERROR_USAGE ? 2 : 3;
	}
	attested_free(&v->attested);
	attest_public_free(v->keys);
	repo_free(v->repo);
	return status;
}

int
gate_attest_verify(const struct gate_options *o, const struct gate_attest *args)
{
	struct verify v = {.args = args};

	return gate_supervise(o, job, &v);
}
