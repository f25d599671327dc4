#include "CSystem.h"

#ifndef TINTYPE_COMMIT
#define TINTYPE_COMMIT ""
#endif

const char *tintype_commit(void) { return TINTYPE_COMMIT; }
