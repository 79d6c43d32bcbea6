/*
 * libcurl, loaded when it is first used. Most runs of zonegate speak to
 * nobody; libcurl brings twenty libraries along, which take longer to load than
 * a zone of some thousand records to judge. Include this and not
 * <curl/curl.h>: the functions keep their names.
 */
#ifndef LIVE_CURL_H
#define LIVE_CURL_H

#include <curl/curl.h>

/* Every function of libcurl that this room calls. */
#define LIVE_CURL_CALLS(call)                                                  \
	call(easy_cleanup) call(easy_getinfo) call(easy_init) call(            \
	    easy_perform) call(easy_setopt) call(easy_strerror) call(free)     \
	    call(global_cleanup) call(global_init) call(multi_add_handle)      \
		call(multi_cleanup) call(multi_info_read) call(multi_init)     \
		    call(multi_perform) call(multi_poll)                       \
			call(multi_remove_handle) call(multi_setopt)           \
			    call(slist_append) call(slist_free_all) call(url)  \
				call(url_cleanup) call(url_get) call(url_set)

/* The types are those of <curl/curl.h>, whose macros would hide them. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

struct live_curl {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): it declares a member */
#define LIVE_CURL_MEMBER(name) __typeof__(curl_##name) *name;
	LIVE_CURL_CALLS(LIVE_CURL_MEMBER)
#undef LIVE_CURL_MEMBER
};

/*
 * The library's functions. To be called once before a process gives up opening
 * files. A machine without libcurl can ask nobody: the process says so and ends
 * with status 3.
 */
const struct live_curl *live_curl(void);

#define curl_easy_cleanup (live_curl()->easy_cleanup)
#define curl_easy_getinfo (live_curl()->easy_getinfo)
#define curl_easy_init (live_curl()->easy_init)
#define curl_easy_perform (live_curl()->easy_perform)
#define curl_easy_setopt (live_curl()->easy_setopt)
#define curl_easy_strerror (live_curl()->easy_strerror)
#define curl_free (live_curl()->free)
#define curl_global_cleanup (live_curl()->global_cleanup)
#define curl_global_init (live_curl()->global_init)
#define curl_multi_add_handle (live_curl()->multi_add_handle)
#define curl_multi_cleanup (live_curl()->multi_cleanup)
#define curl_multi_info_read (live_curl()->multi_info_read)
#define curl_multi_init (live_curl()->multi_init)
#define curl_multi_perform (live_curl()->multi_perform)
#define curl_multi_poll (live_curl()->multi_poll)
#define curl_multi_remove_handle (live_curl()->multi_remove_handle)
#define curl_multi_setopt (live_curl()->multi_setopt)
#define curl_slist_append (live_curl()->slist_append)
#define curl_slist_free_all (live_curl()->slist_free_all)
#define curl_url (live_curl()->url)
#define curl_url_cleanup (live_curl()->url_cleanup)
#define curl_url_get (live_curl()->url_get)
#define curl_url_set (live_curl()->url_set)

#endif
