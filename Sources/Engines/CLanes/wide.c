#include "lanes.h"

// Operations on values of any width: lane by lane, operands as 64-bit words with zeros above the width.

// Raw values of the netlist's operations.
enum {
  op_constant, op_signal, op_not, op_and, op_or, op_xor, op_add, op_subtract, op_multiply, op_equal, op_less,
  op_shift_left, op_shift_right, op_mux, op_select, op_concatenate, op_slice, op_extend, op_reduce, op_reinterpret
};
enum { reduction_and, reduction_or, reduction_xor };

static inline uint64_t words_of(uint64_t width) { return (width + 63) / 64; }

static inline uint64_t mask_of(uint64_t width) { return width % 64 ? (UINT64_C(1) << width % 64) - 1 : ~UINT64_C(0); }

static void load(const systole_operand *x, uint64_t lane, uint64_t *to, uint64_t words) {
  const uint8_t *from = x->start + lane * x->stride;
  for (uint64_t i = 1; i < words; i++) to[i] = 0;
  switch (x->type) {
  case systole_lane_8: to[0] = *from; break;
  case systole_lane_16: to[0] = *(const uint16_t *)from; break;
  case systole_lane_32: to[0] = *(const uint32_t *)from; break;
  case systole_lane_64: to[0] = *(const uint64_t *)from; break;
  default: __builtin_memcpy(to, from, words_of(x->width) * 8); return;
  }
  if (x->width < 64) to[0] &= mask_of(x->width);
}

static int bit(const uint64_t *x, uint64_t index) { return x[index / 64] >> index % 64 & 1; }

// Copies of the sign from `width` to the end of the words.
static void sign_extend(uint64_t *x, uint64_t width, uint64_t words) {
  if (!bit(x, width - 1)) return;
  if (width % 64) x[width / 64] |= ~mask_of(width);
  for (uint64_t i = words_of(width); i < words; i++) x[i] = ~UINT64_C(0);
}

// The value as a count, at most `limit`.
static uint64_t distance(const uint64_t *x, uint64_t words, uint64_t limit) {
  for (uint64_t i = 1; i < words; i++)
    if (x[i]) return limit;
  return x[0] < limit ? x[0] : limit;
}

static void shift_left(uint64_t *r, const uint64_t *x, uint64_t by, uint64_t words) {
  const uint64_t jump = by / 64, bits = by % 64;
  for (uint64_t i = 0; i < words; i++) {
    uint64_t word = i >= jump ? x[i - jump] << bits : 0;
    if (bits && i > jump) word |= x[i - jump - 1] >> (64 - bits);
    r[i] = word;
  }
}

static void shift_right(uint64_t *r, const uint64_t *x, uint64_t by, uint64_t words, uint64_t fill) {
  const uint64_t jump = by / 64, bits = by % 64;
  for (uint64_t i = 0; i < words; i++) {
    const uint64_t low = i + jump < words ? x[i + jump] : fill;
    const uint64_t high = i + jump + 1 < words ? x[i + jump + 1] : fill;
    r[i] = bits ? low >> bits | high << (64 - bits) : low;
  }
}

static void multiply(uint64_t *r, const uint64_t *x, const uint64_t *y, uint64_t words) {
  for (uint64_t i = 0; i < words; i++) r[i] = 0;
  for (uint64_t i = 0; i < words; i++) {
    unsigned __int128 carry = 0;
    for (uint64_t j = 0; i + j < words; j++) {
      carry += (unsigned __int128)x[i] * y[j] + r[i + j];
      r[i + j] = (uint64_t)carry;
      carry >>= 64;
    }
  }
}

static int less(const uint64_t *x, const uint64_t *y, uint64_t width, int is_signed) {
  if (is_signed && bit(x, width - 1) != bit(y, width - 1)) return bit(x, width - 1);
  for (uint64_t i = words_of(width); i-- > 0;)
    if (x[i] != y[i]) return x[i] < y[i];
  return 0;
}

static int reduce(const uint64_t *x, uint64_t width, uint32_t kind) {
  const uint64_t words = words_of(width);
  int all = 1, any = 0, odd = 0;
  for (uint64_t i = 0; i < words; i++) {
    all &= x[i] == (i + 1 == words ? mask_of(width) : ~UINT64_C(0));
    any |= x[i] != 0;
    odd ^= __builtin_parityll(x[i]);
  }
  return kind == reduction_and ? all : kind == reduction_or ? any : odd;
}

static void store(const systole_wide_operation *o, uint64_t lane, uint64_t *r) {
  uint8_t *to = o->d + lane * o->stride;
  r[words_of(o->width) - 1] &= mask_of(o->width);
  if (o->type != systole_lane_wide && o->is_signed) sign_extend(r, o->width, 1);
  switch (o->type) {
  case systole_lane_8: *to = (uint8_t)r[0]; break;
  case systole_lane_16: *(uint16_t *)to = (uint16_t)r[0]; break;
  case systole_lane_32: *(uint32_t *)to = (uint32_t)r[0]; break;
  case systole_lane_64: *(uint64_t *)to = r[0]; break;
  default: __builtin_memcpy(to, r, words_of(o->width) * 8);
  }
}

void systole_execute_wide(const systole_wide_operation *o) {
  const uint64_t words = o->scratch_words;
  uint64_t *const r = o->scratch;
  uint64_t *const x = r + words, *const y = x + words;
  const systole_operand *in = o->operands;
  for (uint64_t lane = 0; lane < o->lanes; lane++) {
    if (o->operation == op_concatenate) {
      for (uint64_t i = 0; i < words; i++) r[i] = 0;
      uint64_t low = o->width;
      for (uint32_t k = 0; k < o->operand_count; k++) {
        const uint64_t count = words_of(in[k].width);
        load(&in[k], lane, x, count);
        low -= in[k].width;
        // Only the words that the part touches: a vector may have as many parts as bits.
        const uint64_t jump = low / 64, bits = low % 64;
        for (uint64_t i = 0; i < count; i++) {
          r[jump + i] |= x[i] << bits;
          if (bits && jump + i + 1 < words) r[jump + i + 1] |= x[i] >> (64 - bits);
        }
      }
      store(o, lane, r);
      continue;
    }
    if (o->operation == op_slice && in[0].type == systole_lane_wide) {
      const uint64_t jump = o->parameter / 64, rest = words_of(in[0].width) - jump, most = words_of(o->width) + 1;
      const uint64_t count = most < rest ? most : rest;
      __builtin_memcpy(x, in[0].start + lane * in[0].stride + 8 * jump, count * 8);
      shift_right(r, x, o->parameter % 64, count, 0);
      store(o, lane, r);
      continue;
    }
    load(&in[0], lane, x, words);
    if (o->operation == op_select) {
      load(&in[1 + distance(x, words, o->operand_count - 2)], lane, r, words);
      store(o, lane, r);
      continue;
    }
    if (o->operation == op_mux) {
      load(&in[x[0] ? 1 : 2], lane, r, words);
      store(o, lane, r);
      continue;
    }
    if (o->operand_count > 1) load(&in[1], lane, y, words);
    switch (o->operation) {
    case op_not:
      for (uint64_t i = 0; i < words; i++) r[i] = ~x[i];
      break;
    case op_and:
      for (uint64_t i = 0; i < words; i++) r[i] = x[i] & y[i];
      break;
    case op_or:
      for (uint64_t i = 0; i < words; i++) r[i] = x[i] | y[i];
      break;
    case op_xor:
      for (uint64_t i = 0; i < words; i++) r[i] = x[i] ^ y[i];
      break;
    case op_add:
    case op_subtract: {
      const uint64_t flip = o->operation == op_subtract ? ~UINT64_C(0) : 0;
      unsigned __int128 carry = flip & 1;
      for (uint64_t i = 0; i < words; i++) {
        carry += (unsigned __int128)x[i] + (y[i] ^ flip);
        r[i] = (uint64_t)carry;
        carry >>= 64;
      }
      break;
    }
    case op_multiply:
      if (o->is_signed) {
        sign_extend(x, in[0].width, words);
        sign_extend(y, in[1].width, words);
      }
      multiply(r, x, y, words);
      break;
    case op_equal:
      r[0] = 1;
      for (uint64_t i = 0; i < words; i++) r[0] &= x[i] == y[i];
      break;
    case op_less: r[0] = (uint64_t)less(x, y, in[0].width, (int)in[0].is_signed); break;
    case op_shift_left: shift_left(r, x, distance(y, words, 64 * words), words); break;
    case op_shift_right: {
      const uint64_t by = distance(y, words, 64 * words);
      uint64_t fill = 0;
      if (in[0].is_signed && bit(x, in[0].width - 1)) {
        sign_extend(x, in[0].width, words);
        fill = ~UINT64_C(0);
      }
      shift_right(r, x, by, words, fill);
      break;
    }
    case op_slice: shift_right(r, x, o->parameter, words, 0); break;
    case op_extend:
      if (in[0].is_signed) sign_extend(x, in[0].width, words);
      for (uint64_t i = 0; i < words; i++) r[i] = x[i];
      break;
    case op_reduce: r[0] = (uint64_t)reduce(x, in[0].width, o->parameter); break;
    default:
      for (uint64_t i = 0; i < words; i++) r[i] = x[i];
    }
    store(o, lane, r);
  }
}
