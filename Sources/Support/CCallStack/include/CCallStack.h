#ifndef SYSTOLE_CCALLSTACK_H
#define SYSTOLE_CCALLSTACK_H

#include <stdint.h>

/// Stores at most `count` return addresses of the calling thread, innermost first. Returns how many were stored.
int systole_call_stack(void **addresses, int count);

/// The file that `address` was loaded from, and where it was loaded. Returns 0 when it belongs to no file.
int systole_image(uintptr_t address, const char **path, uintptr_t *base);

#endif
