#ifndef SYSTOLE_CSPAWN_H
#define SYSTOLE_CSPAWN_H

#include <sys/types.h>

/// Starts a program in the caller's process group, so that Ctrl-C reaches it; on Linux it also dies with the calling
/// thread. Standard input is /dev/null; all signals act as usual.
///
/// A C function, because Swift offers neither fork nor the non-standard extensions of posix_spawn.
///
/// @param directory Working directory; NULL for the caller's.
/// @param output    Descriptor that becomes standard output.
/// @param errors    Descriptor that becomes standard error.
/// @param failure   Set to the errno value when the result is -1.
/// @return The process identifier, or -1.
pid_t systole_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory,
                    int output, int errors, int *failure);

/// Makes a pipe of which both ends are closed in programs started later. Returns 0, or the errno value.
int systole_pipe(int ends[2]);

#endif
