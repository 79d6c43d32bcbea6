/* Inside of this room: which way each key of the policy works. */
#ifndef CHANGE_EFFECT_TABLE_H
#define CHANGE_EFFECT_TABLE_H

enum effect_way {
	WAY_DOUBT,       /* any change may loosen */
	WAY_WORDS,       /* for people */
	WAY_MORE_LOOSE,  /* a number: more allows more; none is no limit */
	WAY_MORE_TIGHT,  /* a number: more asks for more; none is nothing */
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

#endif
