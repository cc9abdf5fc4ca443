#define _GNU_SOURCE
#include "CCallStack.h"

#include <dlfcn.h>
#include <execinfo.h>

int systole_call_stack(void **addresses, int count) { return backtrace(addresses, count); }

int systole_image(uintptr_t address, const char **path, uintptr_t *base) {
  Dl_info info;
  if (dladdr((const void *)address, &info) == 0 || info.dli_fname == 0) return 0;
  *path = info.dli_fname;
  *base = (uintptr_t)info.dli_fbase;
  return 1;
}

__attribute__((weak)) char *systole_symbolize(const char *image, const char *offsets) {
  (void)image;
  (void)offsets;
  return 0;
}
