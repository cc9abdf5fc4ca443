#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

int systole_pipe(int ends[2]) {
#if defined(__linux__)
  return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
#else
  if (pipe(ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}

/// Runs in the child; only calls that are allowed between fork and exec. Returns only when something failed.
static void become(const char *path, char *const arguments[], char *const environment[], const char *directory,
                   int output, int errors, pid_t parent) {
#if defined(__linux__)
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return;
  if (getppid() != parent) _exit(127);
#else
  (void)parent;
#endif
  struct sigaction usual = {0};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &usual, NULL);
  int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) return;
  if (input > 2) close(input);
  if (directory && chdir(directory) != 0) return;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(path, arguments, environment);
}

pid_t systole_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory,
                    int output, int errors, int *failure) {
  int report[2];
  *failure = systole_pipe(report);
  if (*failure) return -1;

  // No handler of the parent may run in the child.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    become(path, arguments, environment, directory, output, errors, parent);
    int code = errno;
    ssize_t written = write(report[1], &code, sizeof code);
    _exit(written == (ssize_t)sizeof code ? 127 : 126);
  }
  if (child < 0) *failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (child > 0) {
    // The pipe closes without a word when exec succeeds.
    ssize_t count;
    do { count = read(report[0], failure, sizeof *failure); } while (count < 0 && errno == EINTR);
    if (count <= 0) *failure = 0;
    else waitpid(child, NULL, 0);
  }
  close(report[0]);
  return *failure ? -1 : child;
}
