/* What the name servers of a changed zone say. */
#include "live.h"

int
live_servers(struct judge_run *r, struct live_keeper *keeper, struct error *e)
{
	(void)r;
	(void)keeper;
	(void)e;
	return 0;
}
