/*
 * The CNAMEs and DNAMEs of a zone as a value of the memo. Always the way they
 * go into the index, remembered or not, so that both give the same answers.
 */
#ifndef MEMO_ALIAS_LIST_H
#define MEMO_ALIAS_LIST_H

#include "../base/text.h"
#include "../resolve/alias.h"
#include "../source/source.h"
#include "../zone/load.h"
#include "memo.h"

/*
 * The key: everything the list depends on, but for the contents of included
 * files. 0; 1 when the zone's file has no object id and is not remembered; -1
 * when it could not be computed.
 */
int alias_list_key(char key[HASH_HEX], const struct zone_load_args *);

/*
 * The list of Z, with the paths and ids of the files it includes. 0 it may be
 * remembered, 1 it may not (an include without an id, or a broken zone that
 * could be mended by another file). Without memory OUT is lost. Broken zones
 * have no aliases.
 */
int alias_list_encode(
    struct text *out, const struct zone *z, const struct zone_load_args *);

/*
 * Add the list in DATA to the index. 0; 1 when it is no list, or when an
 * included file is another one now: nothing was added; -1 without memory.
 */
int alias_list_add(struct alias_index *, const char *view,
    const struct zone_load_args *, const void *data, size_t len);

#endif
