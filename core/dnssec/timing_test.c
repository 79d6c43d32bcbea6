/* What the times of a key say: the table of cases is BIND's behaviour, which
 * testdata/differential/keys.py compares on many more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "timing.h"

#define NOW 1780272000 /* 2026-06-01 */
#define PAST "20260101000000"
#define FUTURE "20270101000000"

static void
test_states(void **state)
{
	static const struct {
		const char *label, *text;
		bool publish, sign, revoke, sync;
	} c[] = {
	    {"no times", "", true, true, false, false},
	    {"created only", "Created: " PAST "\n", true, true, false, false},
	    {"active", "Publish: " PAST "\nActivate: " PAST "\n", true, true,
		false, false},
	    {"published, active later",
		"Publish: " PAST "\nActivate: " FUTURE "\n", true, false, false,
		false},
	    {"both later", "Publish: " FUTURE "\nActivate: " FUTURE "\n", false,
		false, false, false},
	    {"active later, publication not planned", "Activate: " FUTURE "\n",
		false, false, false, false},
	    {"active, published later",
		"Publish: " FUTURE "\nActivate: " PAST "\n", false, false,
		false, false},
	    {"active, publication not planned", "Activate: " PAST "\n", true,
		true, false, false},
	    {"inactive, publication not planned",
		"Activate: " PAST "\nInactive: " PAST "\n", false, false, false,
		false},
	    {"inactive",
		"Publish: " PAST "\nActivate: " PAST "\nInactive: " PAST "\n",
		true, false, false, false},
	    {"inactive later",
		"Publish: " PAST "\nActivate: " PAST "\nInactive: " FUTURE "\n",
		true, true, false, false},
	    {"revoked",
		"Publish: " PAST "\nActivate: " PAST "\nRevoke: " PAST "\n",
		true, true, true, false},
	    {"revoked and inactive",
		"Publish: " PAST "\nRevoke: " PAST "\nInactive: " PAST "\n",
		true, true, true, false},
	    {"revoked, not published",
		"Publish: " FUTURE "\nRevoke: " PAST "\n", false, false, false,
		false},
	    {"deleted",
		"Publish: " PAST "\nActivate: " PAST "\nDelete: " PAST "\n",
		false, false, false, false},
	    {"revoked and deleted",
		"Publish: " PAST "\nRevoke: " PAST "\nDelete: " PAST "\n",
		false, false, false, false},
	    {"CDS",
		"Publish: " PAST "\nActivate: " PAST "\nSyncPublish: " PAST
		"\n",
		true, true, false, true},
	    {"CDS later",
		"Publish: " PAST "\nActivate: " PAST "\nSyncPublish: " FUTURE
		"\n",
		true, true, false, false},
	    {"CDS no more",
		"Publish: " PAST "\nActivate: " PAST "\nSyncPublish: " PAST
		"\nSyncDelete: " PAST "\n",
		true, true, false, false},
	};
	struct timing_state s;
	struct timing t;
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		if (timing_parse(&t, c[i].text, &e) != 0)
			fail_msg("%s: %s", c[i].label, e.message);
		s = timing_at(&t, NOW);
		if (s.publish != c[i].publish || s.sign != c[i].sign ||
		    s.revoke != c[i].revoke || s.sync != c[i].sync)
			fail_msg("%s: %d %d %d %d", c[i].label, s.publish,
			    s.sign, s.revoke, s.sync);
	}
}

static void
test_text(void **state)
{
	static const struct {
		const char *label, *text;
		int rc;
	} c[] = {
	    {"another field", "PrivateKey: x\nComment: Publish\n", 0},
	    {"no line feed", "Publish: " PAST, 0},
	    {"carriage return", "Publish: " PAST "\r\n", 0},
	    {"no time", "Publish: soon\n", -1},
	    {"nothing", "Publish:\n", -1},
	    {"too short", "Activate: 2026010100000\n", -1},
	    {"too long", "Activate: 202601010000000\n", -1},
	    {"month 13", "Activate: 20261301000000\n", -1},
	    {"twice", "Delete: " PAST "\nDelete: " FUTURE "\n", -1},
	    {"before 1970", "Delete: 19690101000000\n", -1},
	};
	struct timing t;
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if (timing_parse(&t, c[i].text, &e) != c[i].rc)
			fail_msg("%s", c[i].label);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
