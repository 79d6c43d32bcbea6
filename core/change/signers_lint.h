/* Is a proposed file of allowed signers one that ssh-keygen can use, and does
 * every line name one person? */
#ifndef CHANGE_SIGNERS_LINT_H
#define CHANGE_SIGNERS_LINT_H

#include <stddef.h>

#include "../base/finding.h"

/* Every fault of the LEN bytes of DATA goes to FAULTS, as of the policy's; a
 * file without any signer is one. PATH is how they call it. */
void signers_lint(
    const char *data, size_t len, const char *path, struct findings *faults);

#endif
