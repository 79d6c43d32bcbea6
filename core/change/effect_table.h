/* Inside of this room: which way each key of the policy works. */
#ifndef CHANGE_EFFECT_TABLE_H
#define CHANGE_EFFECT_TABLE_H

enum effect_way {
	WAY_DOUBT,       /* any change may loosen */
	WAY_WORDS,       /* for people */
	WAY_MORE_LOOSE,  /* a number: more allows more; none is no limit */
	WAY_MORE_TIGHT,  /* a number: more asks for more; none is nothing */
	WAY_INNER_LOOSE, /* as MORE_LOOSE, in a part that may be absent */
	WAY_RANK,        /* words in order, see RANK */
	WAY_SET_LOOSE,   /* one value more allows more */
	WAY_SET_TIGHT,   /* one value more asks for more */
	WAY_SET_OPEN,    /* as SET_LOOSE, but no value at all allows any */
	WAY_ENTRY_LOOSE, /* an entry more allows more */
	WAY_ENTRY_TIGHT, /* an entry more asks for more */
	WAY_ENTRY_WORDS, /* an entry does nothing by itself */
};

struct effect_key {
	const char *key;
	enum effect_way way;
	const char *label; /* what a value is called */
	/* for WAY_RANK: words from loose to tight, "/" between, "," between
	 * those of one rank; for entries: words when it came, and when it went
	 */
	const char *rank, *came, *went;
};

/* The entry for KEY, identity endpoints as failover names; NULL: unknown. */
const struct effect_key *effect_key_find(const char *key);

struct policy_fact;

/* <0 when the new value is less, >0 more, 0 when nobody can tell. */
int effect_order(const struct policy_fact *old, const struct policy_fact *new);

/* Place of WORD in "a,b/c": the higher, the tighter; -1 not there. */
int effect_rank(const char *ranks, const char *word);

#endif
