/* Commands that the design names and this version does not have yet. */
#include "command.h"

const struct command command_probe = {.name = "probe"};
