#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

/* Debian 12's C library has no functions for these calls. */

/* Everything that the first version of Landlock knows is denied; what reading
 * needs is given back below the paths. */
#define HANDLED                                                                \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |          \
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |       \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |   \
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |       \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |       \
	    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |     \
	    LANDLOCK_ACCESS_FS_MAKE_SYM)

static int
fail(const char *what, struct error *e)
{
	error_set(e, ERROR_SYSTEM, "Landlock: %s: %s", what, strerror(errno));
	return error_hint(e,
	    "a filter around zonegate that knows Landlock should allow it, or "
	    "answer ENOSYS");
}

bool
sandbox_knows_files(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		   LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/* What is not there, or closed to this user, cannot be read without us. */
static int
allow(int rules, const char *path, struct error *e)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};
	struct stat st;
	int rc;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			return 0;
		return fail(path, e);
	}
	rc = fstat(rule.parent_fd, &st);
	if (rc == 0 && S_ISDIR(st.st_mode))
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_add_rule, rules,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (rc != 0)
		fail(path, e);
	close(rule.parent_fd);
	return rc;
}

int
sandbox_files(const char *const *path, size_t n, struct error *e)
{
	const struct landlock_ruleset_attr attr = {
	    .handled_access_fs = HANDLED};
	size_t i;
	int rules, rc = 0;

	rules = (int)syscall(
	    SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0) {
		/* Not built in, not switched on at boot; EPERM is what the
		 * filters of older container engines say to calls they do not
		 * know. */
		if (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM)
			return 0;
		return fail("no rules can be made", e);
	}
	for (i = 0; rc == 0 && i < n; i++)
		rc = allow(rules, path[i], e);
	if (rc == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			   syscall(SYS_landlock_restrict_self, rules, 0) != 0))
		rc = fail("the rules cannot be entered", e);
	close(rules);
	return rc;
}
