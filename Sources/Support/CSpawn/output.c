#include "CSpawn.h"

#include <errno.h>
#include <stdio.h>

int systole_finish_output(void) {
  errno = 0;
  int lost = fflush(stdout) != 0;
  if (!lost && !ferror(stdout)) return 0;
  // Of a write that failed earlier only that it did is known.
  return lost && errno ? errno : ENOSPC;
}
