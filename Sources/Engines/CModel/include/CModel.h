#ifndef SYSTOLE_CMODEL_H
#define SYSTOLE_CMODEL_H

#include <stdint.h>

/// Declares what follows, and keeps its text for the C++ side of the contract, so that both sides read one declaration.
#define SYSTOLE_DECLARE(...)                                                                                           \
  __VA_ARGS__                                                                                                          \
  static inline const char *systole_declaration(void) { return #__VA_ARGS__; }

/// What a compiled model offers. Status 0 means that all is well, 1 that the design called $finish, 2 that it called
/// $stop or $fatal or failed an assertion, 3 that its logic does not settle, 4 that the instance has failed before.
/// `pin` counts the data ports first and then one reset per clock. `cycles` is where the rising edges of clock 0 are counted.
/// `start_trace` is null in a model that cannot write waves, and `write_coverage` in one that counts no coverage.
/// `trace_failure` is the reason why the wave that was stopped last is not whole, where its writer gave one, else empty.
SYSTOLE_DECLARE(
struct systole_model {
  uint32_t version;
  uint32_t pin_count;
  void *(*create)(uint64_t seed, int32_t randomises);
  void (*destroy)(void *instance);
  void *(*pin)(void *instance, uint32_t index);
  int32_t (*settle)(void *instance);
  int32_t (*step)(void *instance, uint64_t clocks);
  int32_t (*run)(void *instance, uint64_t cycles);
  const uint64_t *(*cycles)(void *instance);
  void (*start_trace)(void *instance, const char *path);
  void (*stop_trace)(void *instance);
  const char *(*failure_file)(void *instance);
  int32_t (*failure_line)(void *instance);
  const char *(*failure_message)(void *instance);
  void (*write_coverage)(void *instance, const char *path);
  const char *(*trace_failure)(void *instance);
};
)

enum {
  systole_model_version = 3,
  systole_ok = 0,
  systole_finished = 1,
  systole_stopped = 2,
  systole_not_converging = 3,
  systole_dead = 4
};

#endif
