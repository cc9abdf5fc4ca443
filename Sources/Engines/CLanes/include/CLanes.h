// The instructions of the native simulator: each one works on all lanes of a vector, a lane being one instance of a module.
//
// A lane is an unsigned or two's complement number in 8, 16, 32 or 64 bits. It is kept extended: the bits above the width
// of the value are zero, or copies of the sign when the value is signed. Wide values are 64-bit words, least significant
// first, the bits above the width zero.
#ifndef SYSTOLE_LANES_H
#define SYSTOLE_LANES_H

#include <stddef.h>
#include <stdint.h>

// Types of lanes.
enum { systole_lane_8, systole_lane_16, systole_lane_32, systole_lane_64, systole_lane_wide };

// An instruction is its kind times 32 plus a variant: the type of the lanes, plus 4 times the way the result is brought
// back into its width (0: not at all, 1: by `mask`, 2: by shifting left and right by `shift` with the sign).
enum {
  systole_end,
  systole_copy,         // d = a, `count` bytes, may overlap
  systole_fill,         // d = a[0] in all lanes
  systole_widen,        // d = a without its sign at another type; variant: 4 × type of a + type of d
  systole_widen_signed, // the same with the sign
  systole_scatter,      // d[entry.index] = *entry.source; variant as systole_widen; entries at a
  systole_scatter_signed,
  systole_scatter_wide, // the same for wide lanes of `shift` bytes
  systole_not,          // d = ~a & mask
  systole_and,
  systole_or,
  systole_xor,
  systole_add,
  systole_subtract,
  systole_multiply,
  systole_equal, // results of comparisons have 8-bit lanes
  systole_less,
  systole_less_signed,
  systole_shift_left, // by b in lanes of the same type
  systole_shift_right,
  systole_shift_right_signed,
  systole_mux,           // d = c ? a : b; c has 8-bit lanes
  systole_choose,        // d = *(uint64_t *)c ? a : b, `count` bytes
  systole_select,        // d = list[min(c, shift)] lane by lane; list of pointers at a; c has 32-bit lanes
  systole_slice,         // d = (a >> shift) & mask; variant as systole_widen
  systole_place,         // d = (a & mask) << shift
  systole_join,          // d = b | (a & mask) << shift
  systole_sign,          // d = a brought into its width with the sign
  systole_mask,          // d = a & mask
  systole_reduce_and,    // d = a == mask
  systole_reduce_or,     // d = a != 0
  systole_reduce_xor,    // d = parity of a & mask
  systole_accumulate,    // d = c + a × b, signed; variant: type of a and b × 4 + type of c and d; `shift` as above
  systole_accumulate_unsigned, // the same, unsigned, `mask` as above
  systole_wide,          // any operation on values of any width: descriptor at a
  systole_hold,          // d = c ? a : d
  systole_skip_disabled, // skips `count` instructions unless *(uint64_t *)c
  systole_memory_read,   // descriptor at a
  systole_memory_write,  // descriptor at a
  systole_memory_write_bits, // descriptor at a
  systole_call,          // calls out of the program: descriptor at a
  systole_check,         // descriptor at a
  systole_skip_clock,    // skips `count` instructions unless bit `shift` of the clock mask is set
  systole_skip_reset,    // skips `count` instructions unless *(uint8_t *)a == shift
  systole_skip_released, // skips `count` instructions unless *(uint8_t *)a != shift
  systole_scalar = 64    // one value in a 64-bit lane, same kinds from here on; results of comparisons have 64 bits
};

typedef struct {
  uint32_t operation;
  uint32_t count;
  uint8_t *d;
  const uint8_t *a, *b, *c;
  uint64_t mask;
  uint64_t shift;
} systole_instruction;

typedef struct {
  uint64_t index;
  const uint8_t *source;
} systole_scatter_entry;

// An operand of any width: `stride` bytes from lane to lane.
typedef struct {
  const uint8_t *start;
  uint32_t type, width, is_signed, stride;
} systole_operand;

// One operation on values of any width. `operation`, `parameter`: raw values of the netlist's operation and of its
// number (lowest bit, reduction).
typedef struct {
  uint32_t operation, parameter, width, is_signed, lanes, operand_count;
  uint8_t *d;
  uint32_t type, stride;
  const systole_operand *operands;
  uint64_t *scratch; // (operand_count + 2) × scratch_words
  uint64_t scratch_words;
} systole_wide_operation;

// One port of a memory. Lanes of the port are instances `which[0]`, `which[1]`, … of the module, or all of them in order
// where `which` is null. An instance has `depth` words of `word_bytes` bytes, `instance_words` words after those of the
// one before it: 0 where all read one table.
typedef struct {
  uint8_t *words;
  uint8_t *data;           // read: destination; write: source
  const uint64_t *address; // lane by lane; null: word 0
  const uint64_t *enable;  // lane by lane; null: always
  const uint64_t *which;
  const uint8_t *outside; // read: what stands past the last word; null: zeros
  uint64_t depth, word_bytes, lanes, instance_words;
  // Of a write of some bits: the lowest one, their number, bytes from lane to lane of the source, and the width of a word
  // that is kept extended with its sign, else 0.
  uint64_t low, width, data_bytes, signed_width;
} systole_memory_port;

// A function outside the program, with what it reads and writes.
typedef struct {
  void (*function)(void *context, uint8_t *const *operands);
  void *context;
  uint8_t *const *operands;
} systole_callout;

// A statement about all instances of a module at a clock edge. `failure` takes its number, counted from 1, and the lane,
// when it fails and nothing failed before; where `failure` is null, `count` counts the lanes in which it holds.
typedef struct {
  const uint64_t *condition;
  const uint64_t *enable; // null: always
  const uint8_t *reset;   // null: none
  uint64_t *failure, *count;
  uint64_t reset_level, lanes, number;
} systole_statement;

// Runs instructions until systole_end. `clocks` has a bit for every clock that rises.
void systole_execute(const systole_instruction *program, uint64_t clocks);

#endif
