#include "nsec3.h"

#include "../dns/name.h"

bool
nsec3_owner(const uint8_t *apex, const uint8_t *name, uint8_t hash[NSEC3_HASH])
{
	unsigned have = 0, bits = 0, i, v;
	size_t at = 0;

	if (name[0] != NSEC3_HASH_TEXT || !name_equal(name_parent(name), apex))
		return false;
	for (i = 1; i <= NSEC3_HASH_TEXT; i++) {
		if (name[i] >= '0' && name[i] <= '9')
			v = name[i] - '0';
		else if (name[i] >= 'a' && name[i] <= 'v')
			v = name[i] - 'a' + 10u;
		else
			return false;
		bits = bits << 5 | v;
		if ((have += 5) >= 8) {
			have -= 8;
			hash[at++] = (uint8_t)(bits >> have);
		}
	}
	return true;
}

int
nsec3_hash(EVP_MD_CTX *md, const EVP_MD *sha1, const struct nsec3_params *p,
    const uint8_t *name, uint8_t hash[NSEC3_HASH])
{
	unsigned k, len;

	for (k = 0; k <= p->iterations; k++)
		if (EVP_DigestInit_ex2(md, sha1, NULL) != 1 ||
		    EVP_DigestUpdate(md, k == 0 ? name : hash,
			k == 0 ? name_len(name) : NSEC3_HASH) != 1 ||
		    EVP_DigestUpdate(md, p->salt, p->salt_len) != 1 ||
		    EVP_DigestFinal_ex(md, hash, &len) != 1)
			return -1;
	return 0;
}
