#include "CSpawn.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// The first signal that asked the process to end; 0 while none has.
static volatile sig_atomic_t asked;
static volatile sig_atomic_t takes_over;
static struct timespec asked_at;

/// What a process that ends early owes its caller: an exit code, and text for standard output.
static volatile sig_atomic_t has_verdict;
static int verdict_code;
static char *verdict_text;
static size_t verdict_length;
static volatile sig_atomic_t result_descriptor = 1;

/// What is said of an abort while there is no verdict, and the exit code then.
static volatile sig_atomic_t explains_abort;
static int abort_code;
static char abort_words[4096];

static void say(int descriptor, const char *text, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, text, length);
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

/// Ends the process from a handler: only calls that are allowed there.
static _Noreturn void leave(int code, const char *words) {
  say(2, words, strlen(words));
  if (!has_verdict) _exit(code);
  say(result_descriptor, verdict_text, verdict_length);
  _exit(verdict_code);
}

static void on_ending(int number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (takes_over && !asked) {
    asked_at = now;
    asked = number;
    return;
  }
  // A terminal and the parent may both pass one wish on.
  if (asked) {
    long long passed = (now.tv_sec - asked_at.tv_sec) * 1000LL + (now.tv_nsec - asked_at.tv_nsec) / 1000000;
    if (passed < 300) return;
  }
  leave(128 + number, has_verdict ? "systole: interrupted; the verdict stands\n"
                                  : "systole: error: interrupted; nothing half-written is left where a later run would"
                                    " trust it\n");
}

static void on_crash(int number) {
  signal(number, SIG_DFL);
  if (has_verdict) leave(verdict_code, "systole: the search for an explanation crashed; the verdict stands\n");
  if (number == SIGABRT && explains_abort) leave(abort_code, abort_words);
  raise(number);
}

static void watch_crashes(void) {
  // A stack that has run over has no room for a handler.
  static char room[1 << 16];
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&stack, NULL);
  struct sigaction action = {0};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
  for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) sigaction(crashes[index], &action, NULL);
}

void systole_move_results(int descriptor) { result_descriptor = descriptor; }

void systole_explain_abort(int code, const char *words) {
  explains_abort = 0;
  abort_code = code;
  strncpy(abort_words, words, sizeof abort_words - 1);
  explains_abort = 1;
  watch_crashes();
}

void systole_watch_endings(void) {
  struct sigaction action = {0};
  action.sa_handler = on_ending;
  sigemptyset(&action.sa_mask);
  sigset_t watched;
  sigemptyset(&watched);
  const int endings[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t index = 0; index < sizeof endings / sizeof *endings; index++) {
    struct sigaction before;
    sigaction(endings[index], NULL, &before);
    // Whoever starts a program with nohup wants it to go on.
    if (endings[index] == SIGHUP && before.sa_handler == SIG_IGN) continue;
    sigaction(endings[index], &action, NULL);
    sigaddset(&watched, endings[index]);
  }
  // A limit on the size of files is an error of the write, which is told then.
  signal(SIGXFSZ, SIG_IGN);
  // Whoever started this process may have left the signals blocked, and the mask is inherited.
  pthread_sigmask(SIG_UNBLOCK, &watched, NULL);
}

void systole_take_over_endings(void) { takes_over = 1; }

int systole_ending(void) { return asked; }

void systole_keep_verdict(int code, const char *text, size_t length) {
  has_verdict = 0;
  free(verdict_text);
  verdict_text = malloc(length ? length : 1);
  if (!verdict_text) return;
  memcpy(verdict_text, text, length);
  verdict_length = length;
  verdict_code = code;
  has_verdict = 1;
  watch_crashes();
}
