#include "lanes.h"

// One machine code for every generation of vector units; the loader picks the one that fits the machine.
#if defined(__x86_64__) && defined(__linux__)
#define EVERY_MACHINE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EVERY_MACHINE
#endif

// Lanes of one instruction never depend on each other: a destination is an operand as it stands, or apart from it.
#define LANES _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < n; i++)

#define U_8 uint8_t
#define U_16 uint16_t
#define U_32 uint32_t
#define U_64 uint64_t
#define S_8 int8_t
#define S_16 int16_t
#define S_32 int32_t
#define S_64 int64_t

#define CASE(kind, variant) case (kind) * 32 + (variant):

// d = expression over x, y of type T.
#define MAP(kind, variant, T, R, expression)                                                                           \
  CASE(kind, variant) {                                                                                                \
    R *d = (R *)p->d;                                                                                                  \
    const T *a = (const T *)p->a, *b = (const T *)p->b;                                                                \
    const size_t n = p->count;                                                                                         \
    const T m = (T)p->mask;                                                                                            \
    const unsigned s = (unsigned)p->shift;                                                                             \
    (void)a, (void)b, (void)m, (void)s;                                                                                \
    LANES d[i] = (R)(expression);                                                                                      \
    break;                                                                                                             \
  }

// The three ways to bring a result into its width.
#define WRAPPED(kind, t, bits, U, S, expression)                                                                       \
  MAP(kind, t, U, U, expression)                                                                                       \
  MAP(kind, 4 + t, U, U, (U)(expression) & m)                                                                          \
  MAP(kind, 8 + t, U, U, (S)((U)(expression) << s) >> s)

#define TYPE(t, bits, U, S)                                                                                            \
  CASE(systole_fill, t) {                                                                                              \
    U *d = (U *)p->d;                                                                                                  \
    const U x = *(const U *)p->a;                                                                                      \
    const size_t n = p->count;                                                                                         \
    LANES d[i] = x;                                                                                                    \
    break;                                                                                                             \
  }                                                                                                                    \
  MAP(systole_not, t, U, U, ~a[i] & m)                                                                                 \
  MAP(systole_and, t, U, U, a[i] & b[i])                                                                               \
  MAP(systole_or, t, U, U, a[i] | b[i])                                                                                \
  MAP(systole_xor, t, U, U, a[i] ^ b[i])                                                                               \
  WRAPPED(systole_add, t, bits, U, S, a[i] + b[i])                                                                     \
  WRAPPED(systole_subtract, t, bits, U, S, a[i] - b[i])                                                                \
  WRAPPED(systole_multiply, t, bits, U, S, (uint64_t)a[i] * (uint64_t)b[i])                                            \
  MAP(systole_equal, t, U, uint8_t, a[i] == b[i])                                                                      \
  MAP(systole_less, t, U, uint8_t, a[i] < b[i])                                                                        \
  MAP(systole_less_signed, t, S, uint8_t, a[i] < b[i])                                                                 \
  WRAPPED(systole_shift_left, t, bits, U, S, b[i] >= bits ? (U)0 : (U)(a[i] << (b[i] & (bits - 1))))                   \
  MAP(systole_shift_right, t, U, U, b[i] >= bits ? (U)0 : (U)(a[i] >> (b[i] & (bits - 1))))                            \
  MAP(systole_shift_right_signed, t, S, S, a[i] >> ((U)b[i] >= bits ? bits - 1 : b[i]))                                \
  CASE(systole_mux, t) {                                                                                               \
    U *d = (U *)p->d;                                                                                                  \
    const U *a = (const U *)p->a, *b = (const U *)p->b;                                                                \
    const uint8_t *c = p->c;                                                                                           \
    const size_t n = p->count;                                                                                         \
    LANES d[i] = c[i] ? a[i] : b[i];                                                                                   \
    break;                                                                                                             \
  }                                                                                                                    \
  CASE(systole_hold, t) {                                                                                              \
    U *d = (U *)p->d;                                                                                                  \
    const U *a = (const U *)p->a;                                                                                      \
    const uint8_t *c = p->c;                                                                                           \
    const size_t n = p->count;                                                                                         \
    LANES d[i] = c[i] ? a[i] : d[i];                                                                                   \
    break;                                                                                                             \
  }                                                                                                                    \
  CASE(systole_select, t) {                                                                                            \
    U *d = (U *)p->d;                                                                                                  \
    const U *const *list = (const U *const *)p->a;                                                                     \
    const uint32_t *c = (const uint32_t *)p->c;                                                                        \
    for (size_t i = 0, n = p->count; i < n; i++) d[i] = list[c[i] < p->shift ? c[i] : p->shift][i];                    \
    break;                                                                                                             \
  }                                                                                                                    \
  MAP(systole_place, t, U, U, (a[i] & m) << s)                                                                         \
  MAP(systole_join, t, U, U, b[i] | (U)((a[i] & m) << s))                                                              \
  MAP(systole_sign, t, U, U, (S)((U)(a[i] << s)) >> s)                                                                 \
  MAP(systole_mask, t, U, U, a[i] & m)                                                                                 \
  MAP(systole_reduce_and, t, U, uint8_t, (a[i] & m) == m)                                                              \
  MAP(systole_reduce_or, t, U, uint8_t, a[i] != 0)                                                                     \
  MAP(systole_reduce_xor, t, U, uint8_t, __builtin_parityll(a[i] & m))

#define PAIR(t, T, u, V)                                                                                               \
  MAP(systole_widen, 4 * t + u, U_##T, U_##V, a[i])                                                                    \
  MAP(systole_widen_signed, 4 * t + u, S_##T, S_##V, a[i])                                                             \
  MAP(systole_slice, 4 * t + u, U_##T, U_##V, (a[i] >> s) & m)                                                         \
  CASE(systole_scatter, 4 * t + u) {                                                                                   \
    const systole_scatter_entry *e = (const systole_scatter_entry *)p->a;                                              \
    for (size_t i = 0, n = p->count; i < n; i++) ((U_##V *)p->d)[e[i].index] = (U_##V)*(const U_##T *)e[i].source;      \
    break;                                                                                                             \
  }                                                                                                                    \
  CASE(systole_scatter_signed, 4 * t + u) {                                                                            \
    const systole_scatter_entry *e = (const systole_scatter_entry *)p->a;                                              \
    for (size_t i = 0, n = p->count; i < n; i++) ((S_##V *)p->d)[e[i].index] = (S_##V)*(const S_##T *)e[i].source;      \
    break;                                                                                                             \
  }

#define PAIRS(t, T) PAIR(t, T, 0, 8) PAIR(t, T, 1, 16) PAIR(t, T, 2, 32) PAIR(t, T, 3, 64)

// Results may take the place of the summand, some lanes on: blocks go the way that reads each lane before it is
// written, and a block is read whole before it is written.
enum { block = 64 };
#define ACCUMULATE(kind, X, variant, T, A, bits_of_a, wrap)                                                            \
  CASE(kind, variant) {                                                                                                \
    A *d = (A *)p->d;                                                                                                  \
    const T *a = (const T *)p->a, *b = (const T *)p->b;                                                                \
    const A *c = (const A *)p->c;                                                                                      \
    const size_t total = p->count;                                                                                     \
    const unsigned s = (unsigned)p->shift;                                                                             \
    const A m = (A)p->mask;                                                                                            \
    (void)s, (void)m;                                                                                                  \
    const size_t blocks = (total + block - 1) / block;                                                                 \
    for (size_t k = 0; k < blocks; k++) {                                                                              \
      const size_t first = (d > c ? blocks - 1 - k : k) * block;                                                       \
      A sum[block];                                                                                                    \
      if (first + block <= total) {                                                                                    \
        for (size_t i = 0; i < block; i++) {                                                                           \
          const X x = (X)((X)c[first + i] + (X)((X)a[first + i] * (X)b[first + i]));                                   \
          sum[i] = (A)(wrap);                                                                                          \
        }                                                                                                              \
        __builtin_memcpy(d + first, sum, sizeof sum);                                                                  \
      } else {                                                                                                         \
        const size_t n = total - first;                                                                                \
        for (size_t i = 0; i < n; i++) {                                                                               \
          const X x = (X)((X)c[first + i] + (X)((X)a[first + i] * (X)b[first + i]));                                   \
          sum[i] = (A)(wrap);                                                                                          \
        }                                                                                                              \
        for (size_t i = 0; i < n; i++) d[first + i] = sum[i];                                                          \
      }                                                                                                                \
    }                                                                                                                  \
    break;                                                                                                             \
  }
#define ACCUMULATES(t, T, u, V)                                                                                        \
  ACCUMULATE(systole_accumulate, U_##V, 4 * t + u, S_##T, S_##V, T, (S_##V)(U_##V)(x << s) >> s)                       \
  ACCUMULATE(systole_accumulate_unsigned, U_##V, 4 * t + u, U_##T, U_##V, T, x & m)

#define SCALAR(kind, S, expression)                                                                                    \
  CASE(systole_scalar + kind, 0) {                                                                                     \
    const S a = *(const S *)p->a;                                                                                      \
    *(uint64_t *)p->d = (uint64_t)(expression);                                                                        \
    break;                                                                                                             \
  }
#define SCALAR2(kind, S, expression)                                                                                   \
  CASE(systole_scalar + kind, 0) {                                                                                     \
    const S a = *(const S *)p->a, b = *(const S *)p->b;                                                                \
    *(uint64_t *)p->d = (uint64_t)(expression);                                                                        \
    break;                                                                                                             \
  }
// Variant 1: unsigned, variant 2: signed.
#define SCALAR_WRAPPED(kind, expression)                                                                               \
  CASE(systole_scalar + kind, 1) {                                                                                     \
    const uint64_t a = *(const uint64_t *)p->a, b = *(const uint64_t *)p->b;                                           \
    *(uint64_t *)p->d = (expression) & p->mask;                                                                        \
    break;                                                                                                             \
  }                                                                                                                    \
  CASE(systole_scalar + kind, 2) {                                                                                     \
    const uint64_t a = *(const uint64_t *)p->a, b = *(const uint64_t *)p->b;                                           \
    *(int64_t *)p->d = (int64_t)((expression) << p->shift) >> p->shift;                                                \
    break;                                                                                                             \
  }

EVERY_MACHINE
void systole_execute(const systole_instruction *program, uint64_t clocks) {
  for (const systole_instruction *p = program;; p++) {
    switch (p->operation) {
    case systole_end: return;
      CASE(systole_copy, 0) {
        __builtin_memmove(p->d, p->a, p->count);
        break;
      }
      CASE(systole_skip_disabled, 0) {
        if (!*(const uint64_t *)p->c) p += p->count;
        break;
      }
      CASE(systole_choose, 0) {
        __builtin_memmove(p->d, *(const uint64_t *)p->c ? p->a : p->b, p->count);
        break;
      }
      CASE(systole_scatter_wide, 0) {
        const systole_scatter_entry *e = (const systole_scatter_entry *)p->a;
        for (size_t i = 0; i < p->count; i++) __builtin_memcpy(p->d + e[i].index * p->shift, e[i].source, p->shift);
        break;
      }
      CASE(systole_wide, 0) {
        systole_execute_wide((const systole_wide_operation *)p->a);
        break;
      }
      CASE(systole_memory_read, 0) {
        systole_read((const systole_memory_port *)p->a);
        break;
      }
      CASE(systole_memory_write, 0) {
        systole_write((const systole_memory_port *)p->a);
        break;
      }
      CASE(systole_memory_write_bits, 0) {
        systole_write_bits((const systole_memory_port *)p->a);
        break;
      }
      CASE(systole_call, 0) {
        const systole_callout *c = (const systole_callout *)p->a;
        c->function(c->context, c->operands);
        break;
      }
      CASE(systole_check, 0) {
        systole_check_statement((const systole_statement *)p->a);
        break;
      }
      CASE(systole_skip_clock, 0) {
        if (!(clocks >> p->shift & 1)) p += p->count;
        break;
      }
      CASE(systole_skip_reset, 0) {
        if (*p->a != p->shift) p += p->count;
        break;
      }
      CASE(systole_skip_released, 0) {
        if (*p->a == p->shift) p += p->count;
        break;
      }
      TYPE(0, 8, uint8_t, int8_t)
      TYPE(1, 16, uint16_t, int16_t)
      TYPE(2, 32, uint32_t, int32_t)
      TYPE(3, 64, uint64_t, int64_t)
      PAIRS(0, 8)
      PAIRS(1, 16)
      PAIRS(2, 32)
      PAIRS(3, 64)
      ACCUMULATES(0, 8, 1, 16)
      ACCUMULATES(0, 8, 2, 32)
      ACCUMULATES(1, 16, 2, 32)
      ACCUMULATES(1, 16, 3, 64)
      SCALAR(systole_copy, uint64_t, a)
      SCALAR(systole_not, uint64_t, ~a & p->mask)
      SCALAR2(systole_and, uint64_t, a & b)
      SCALAR2(systole_or, uint64_t, a | b)
      SCALAR2(systole_xor, uint64_t, a ^ b)
      SCALAR_WRAPPED(systole_add, a + b)
      SCALAR_WRAPPED(systole_subtract, a - b)
      SCALAR_WRAPPED(systole_multiply, a *b)
      SCALAR_WRAPPED(systole_shift_left, b > 63 ? 0 : a << b)
      SCALAR2(systole_equal, uint64_t, a == b)
      SCALAR2(systole_less, uint64_t, a < b)
      SCALAR2(systole_less_signed, int64_t, a < b)
      SCALAR2(systole_shift_right, uint64_t, b > 63 ? 0 : a >> b)
      SCALAR2(systole_shift_right_signed, int64_t, a >> ((uint64_t)b > 63 ? 63 : b))
      SCALAR(systole_slice, uint64_t, a >> p->shift & p->mask)
      SCALAR(systole_place, uint64_t, (a & p->mask) << p->shift)
      SCALAR2(systole_join, uint64_t, b | (a & p->mask) << p->shift)
      SCALAR(systole_sign, int64_t, (int64_t)((uint64_t)a << p->shift) >> p->shift)
      SCALAR(systole_mask, uint64_t, a & p->mask)
      SCALAR(systole_reduce_and, uint64_t, (a & p->mask) == p->mask)
      SCALAR(systole_reduce_or, uint64_t, a != 0)
      SCALAR(systole_reduce_xor, uint64_t, __builtin_parityll(a & p->mask))
      CASE(systole_scalar + systole_mux, 0) {
        *(uint64_t *)p->d = *(const uint64_t *)(*(const uint64_t *)p->c ? p->a : p->b);
        break;
      }
      CASE(systole_scalar + systole_hold, 0) {
        if (*(const uint64_t *)p->c) *(uint64_t *)p->d = *(const uint64_t *)p->a;
        break;
      }
      CASE(systole_scalar + systole_select, 0) {
        const uint64_t c = *(const uint64_t *)p->c;
        *(uint64_t *)p->d = *((const uint64_t *const *)p->a)[c < p->shift ? c : p->shift];
        break;
      }
    default: __builtin_trap();
    }
  }
}
