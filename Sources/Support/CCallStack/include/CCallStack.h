#ifndef SYSTOLE_CCALLSTACK_H
#define SYSTOLE_CCALLSTACK_H

#include <stdint.h>

/// Stores at most `count` return addresses of the calling thread, innermost first. Returns how many were stored.
int systole_call_stack(void **addresses, int count);

/// The file that `address` was loaded from, and where it was loaded. Returns 0 when it belongs to no file.
int systole_image(uintptr_t address, const char **path, uintptr_t *base);

/// Asks a symbolizer for the lines behind offsets into a file, given in hexadecimal with a space between them.
///
/// Returns what LLVM's symbolizer prints as JSON, to be freed by the caller, or null when nothing is known. A program
/// gets its symbolizer by being linked with one, which replaces the definition here: that one knows nothing.
char *systole_symbolize(const char *image, const char *offsets);

#endif
