/* Notes: git reads what was written, no writer loses one, none is written
 * while a push is not accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>

#include "note.h"
#include "repo.h"
#include "reading_test.h"
#include "sandbox_test.h"

#define REF "refs/notes/zonegate"
#define COMMITS 24
#define WRITERS 6

struct history {
	char hex[COMMITS][REPO_HEX];
};

static void
make_history(const struct sandbox *box, struct history *h)
{
	FILE *f;
	int i;

	sandbox_sh(box,
	    "git init -q n; cd n; for i in $(seq %d); do git commit -q "
	    "--allow-empty -m $i; done; git log --format=%%H >../ids",
	    COMMITS);
	f = fopen(sandbox_path(box, "ids"), "r");
	assert_non_null(f);
	for (i = 0; i < COMMITS; i++)
		assert_int_equal(fscanf(f, "%64s", h->hex[i]), 1);
	fclose(f);
}

static int
put(const struct sandbox *box, const char *hex, const char *text)
{
	struct repo *r = must_open(box, "n", false);
	struct error e = {0};
	int rc = note_write(r, REF, hex, text, strlen(text), 1790000000, &e);

	repo_free(r);
	return rc;
}

static void
test_git_reads_it(void **state)
{
	const struct sandbox *box = *state;
	struct error e = {0};
	struct history h;
	struct repo *r;
	size_t len;
	char *text;

	make_history(box, &h);
	r = must_open(box, "n", false);
	assert_int_equal(note_read(r, REF, h.hex[0], &text, &len, &e), 1);
	repo_free(r);
	/* Git's own, flat, comes first and is replaced. */
	sandbox_sh(box,
	    "cd n; git notes --ref=zonegate add -m old %s; "
	    "git notes --ref=zonegate add -m other %s",
	    h.hex[0], h.hex[1]);
	assert_int_equal(put(box, h.hex[0], "one\n"), 0);
	assert_int_equal(put(box, h.hex[2], "two\n"), 0);
	assert_int_equal(put(box, h.hex[2], "three\n"), 0);
	sandbox_sh(box,
	    "cd n; n() { git notes --ref=zonegate show $1; }; "
	    "test \"$(n %s)\" = one; test \"$(n %s)\" = other; "
	    "test \"$(n %s)\" = three; git fsck --strict; "
	    "test $(git notes --ref=zonegate list | wc -l) = 3; "
	    "test $(git log --oneline " REF " | wc -l) = 5",
	    h.hex[0], h.hex[1], h.hex[2]);
	r = must_open(box, "n", false);
	assert_int_equal(note_read(r, REF, h.hex[2], &text, &len, &e), 0);
	assert_int_equal(len, 6);
	assert_string_equal(text, "three\n");
	free(text);
	assert_int_equal(note_read(r, REF, "1234", &text, &len, &e), -1);
	repo_free(r);
}

static void
test_writers(void **state)
{
	const struct sandbox *box = *state;
	struct history h;
	pid_t pid[WRITERS];
	int i, j, status;

	make_history(box, &h);
	for (i = 0; i < WRITERS; i++) {
		if ((pid[i] = fork()) == 0) {
			for (j = i; j < COMMITS; j += WRITERS)
				if (put(box, h.hex[j], "x\n") != 0)
					_exit(1);
			_exit(0);
		}
		assert_true(pid[i] > 0);
	}
	for (i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	sandbox_sh(box,
	    "cd n; git fsck --strict; "
	    "test $(git notes --ref=zonegate list | wc -l) = %d; "
	    "test $(git log --oneline " REF " | wc -l) = %d",
	    COMMITS, COMMITS);
}

static void
test_refused(void **state)
{
	const struct sandbox *box = *state;
	struct history h;

	make_history(box, &h);
	setenv("GIT_QUARANTINE_PATH", "/tmp", 1);
	assert_int_equal(put(box, h.hex[0], "x\n"), -1);
	unsetenv("GIT_QUARANTINE_PATH");
	assert_int_equal(put(box, "12", "x\n"), -1);
	sandbox_sh(box, "cd n; ! git rev-parse -q --verify " REF);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_git_reads_it, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_writers, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_refused, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
