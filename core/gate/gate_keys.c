#include "gate_keys.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dnssec/dnssec.h"
#include "common.h"

#define CONFIG_DIRECTORY "zonegate.keyDirectory"
#define INCEPTION 3600 /* clocks differ */

static bool
is_there(const struct gate_keys *k, const char *name)
{
	const char *const *have = k->name.item;
	size_t i;

	for (i = 0; i < k->name.n; i++)
		if (strcmp(have[i], name) == 0)
			return true;
	return false;
}

int
gate_keys_add(struct gate_keys *k, const struct policy *p, struct error *e)
{
	const struct policy_dnssec *d;
	const char **name;
	size_t i, j;

	if (k->name.size == 0)
		k->name = (struct vec)VEC_INIT(const char *);
	for (i = 0; i < p->nzones; i++) {
		d = &p->zone[i].dnssec;
		if (d->mode != POLICY_DNSSEC_GATE)
			continue;
		k->wanted = true;
		if (d->validity > k->validity_max)
			k->validity_max = d->validity;
		for (j = 0; j < d->nkeys; j++) {
			if (is_there(k, d->key[j]))
				continue;
			if ((name = vec_add(&k->name)) == NULL)
				return error_memory(e);
			*name = d->key[j];
		}
	}
	return 0;
}

/* Is PATH the folder OUTER or in it? OUTER NULL: no. */
static bool
is_inside(const char *path, const char *outer)
{
	char real[PATH_MAX];
	size_t n;

	if (outer == NULL || realpath(outer, real) == NULL)
		return false;
	n = strcmp(real, "/") == 0 ? 0 : strlen(real);
	return strncmp(path, real, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0');
}

/*
 * The key directory. One below the repository could be written to by a push, or
 * be published with it.
 */
static int
find_directory(char out[PATH_MAX], struct repo *repo, struct error *e)
{
	char value[PATH_MAX];
	struct stat st;
	int rc;

	rc = repo_config(repo, CONFIG_DIRECTORY, value, sizeof(value), e);
	if (rc < 0)
		return -1;
	if (rc == 1) {
		error_set(e, ERROR_USAGE,
		    "a zone of the policy is in mode gate, and git "
		    "config " CONFIG_DIRECTORY
		    " does not say where its keys are");
		return error_hint(e,
		    "git -C %.100s config " CONFIG_DIRECTORY
		    " /etc/zonegate/keys",
		    repo_path(repo));
	}
	if (value[0] != '/')
		return error_set(e, ERROR_USAGE,
		    "git config " CONFIG_DIRECTORY
		    " must be an absolute path: %.200s",
		    value);
	if (realpath(value, out) == NULL || stat(out, &st) != 0)
		return error_set(e, ERROR_USAGE, CONFIG_DIRECTORY " %.200s: %s",
		    value, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_set(e, ERROR_USAGE,
		    CONFIG_DIRECTORY " %.200s is no directory", value);
	if (is_inside(out, repo_path(repo)) ||
	    is_inside(out, repo_workdir(repo))) {
		error_set(e, ERROR_USAGE,
		    "the key directory %.200s is inside of the repository",
		    value);
		return error_hint(
		    e, "move it away, then: git config " CONFIG_DIRECTORY);
	}
	if (st.st_mode & S_IWOTH) {
		error_set(e, ERROR_USAGE,
		    "everybody can write to the key directory %.200s", value);
		return error_hint(e, "chmod 700 %.200s", value);
	}
	return 0;
}

/* A file of the server's configuration; NULL in *OUT: not set. */
static int
find_file(const char **out, struct repo *repo, const char *key,
    char value[PATH_MAX], struct error *e)
{
	int rc = repo_config(repo, key, value, PATH_MAX, e);

	*out = rc == 0 ? value : NULL;
	if (rc == 0 && value[0] != '/')
		return error_set(e, ERROR_USAGE,
		    "git config %s must be an absolute path: %.200s", key,
		    value);
	return rc < 0 ? -1 : 0;
}

static int
start(struct holder **out, const struct gate_keys *k, struct repo *repo,
    const struct gate_options *o, struct error *e)
{
	char directory[PATH_MAX], module[PATH_MAX], pin[PATH_MAX];
	struct holder_config c = {
	    .key = k->name.item,
	    .nkeys = k->name.n,
	    .directory = directory,
	    .now = gate_now(o),
	    .validity_max = k->validity_max,
	    .lanes = o->jobs,
	};

	if (c.nkeys == 0)
		return error_set(e, ERROR_USAGE,
		    "zones in mode gate name no keys in the policy");
	if (find_directory(directory, repo, e) != 0 ||
	    find_file(&c.module, repo, "zonegate.pkcs11Module", module, e) !=
		0 ||
	    find_file(&c.pin_file, repo, "zonegate.pinFile", pin, e) != 0)
		return -1;
	return holder_start(out, &c, e);
}

int
gate_keys_start(struct holder **out, struct gate_keys *k, struct repo *repo,
    const struct gate_options *o, struct error *e)
{
	int rc = 0;

	*out = NULL;
	if (k->wanted)
		rc = start(out, k, repo, o, e);
	vec_free(&k->name);
	return rc;
}

int
gate_keys_open(struct holder **out, const struct policy *p, struct repo *repo,
    const struct gate_options *o, struct error *e)
{
	struct gate_keys k = {.wanted = false};

	*out = NULL;
	if (gate_keys_add(&k, p, e) == 0)
		return gate_keys_start(out, &k, repo, o, e);
	vec_free(&k.name);
	return -1;
}

int
gate_keys_sign(struct zone **out, const struct zone *z,
    const struct policy_zone *entry, struct holder *holder, int64_t now,
    unsigned jobs, struct error *e)
{
	static const enum dnssec_denial denial[] = {
	    [POLICY_DENIAL_NSEC] = DNSSEC_NSEC,
	    [POLICY_DENIAL_NSEC3] = DNSSEC_NSEC3,
	    [POLICY_DENIAL_NSEC3_OPTOUT] = DNSSEC_NSEC3_OPTOUT,
	};
	const struct policy_dnssec *d = &entry->dnssec;
	struct dnssec_sign_params p = {.now = now,
	    .inception = INCEPTION,
	    .expiration = d->validity,
	    .jitter = d->jitter,
	    .denial = denial[d->denial],
	    .zonemd = d->zonemd ? ZONE_SHA384 : 0,
	    .jobs = jobs};
	struct dnssec_keys *keys = NULL;
	int rc;

	*out = NULL;
	rc = dnssec_keys_held(&keys, z->apex, holder, d->key, d->nkeys, now, e);
	if (rc == 0)
		rc = dnssec_sign(out, z, keys, &p, e);
	dnssec_keys_free(keys);
	return rc;
}
