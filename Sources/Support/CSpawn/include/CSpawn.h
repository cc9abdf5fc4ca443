#ifndef SYSTOLE_CSPAWN_H
#define SYSTOLE_CSPAWN_H

#include <stddef.h>
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

/// Writes what the C library still holds of standard output. Returns 0, or the errno value when that or an earlier write
/// has failed.
int systole_finish_output(void);

/// Makes a pipe of which both ends are closed in programs started later. Returns 0, or the errno value.
int systole_pipe(int ends[2]);

/// From here on SIGINT, SIGTERM and SIGHUP end the process with code 128 + the signal's number and a word on standard
/// error; a write beyond a limit of file sizes fails in place of ending the process.
void systole_watch_endings(void);

/// From here on the first of these signals is only kept for ``systole_ending``, so that work can be ended in order; the
/// next one, 0.3 s later or more, ends the process.
void systole_take_over_endings(void);

/// The signal that asked the process to end; 0 while none has.
int systole_ending(void);

/// The descriptor that stands for standard output from here on, while descriptor 1 is lent to somebody else.
void systole_move_results(int descriptor);

/// From here on an abort (SIGABRT) ends the process with `code` and `words` on standard error, while no verdict is kept.
void systole_explain_abort(int code, const char *words);

/// From here on the process ends with `code`, and `text` on standard output, when it crashes or is ended by a signal.
void systole_keep_verdict(int code, const char *text, size_t length);

#endif
