#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "curl.h"

#define LIBRARY "libcurl.so.4"

/* One library a process, as the loader has it: loaded once, never unloaded. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct live_curl calls;

static void
give_up(void)
{
	const char *why = dlerror();

	fprintf(stderr,
	    "zonegate: libcurl cannot be loaded: %s\n"
	    "hint: install the package libcurl4\n",
	    why != NULL ? why : LIBRARY);
	_exit(3);
}

static void
find(void *library, const char *name, void *member)
{
	void *at = dlsym(library, name);

	if (at == NULL)
		give_up();
	/* POSIX: a pointer to a function has the form of one to data. */
	memcpy(member, &at, sizeof(at));
}

static void
load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		give_up();
#define LIVE_CURL_FIND(name) find(library, "curl_" #name, &calls.name);
	LIVE_CURL_CALLS(LIVE_CURL_FIND)
#undef LIVE_CURL_FIND
}

const struct live_curl *
live_curl(void)
{
	pthread_once(&once, load);
	return &calls;
}
