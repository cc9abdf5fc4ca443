#include "CRings.h"

int64_t systole_rings_rounded(int64_t value, int32_t shift) {
  if (shift == 0) return value;
  int64_t floor = value >> shift;
  uint64_t rest = (uint64_t)value & (((uint64_t)1 << shift) - 1), half = (uint64_t)1 << (shift - 1);
  return floor + (rest > half || (rest == half && (floor & 1)));
}

static int64_t quotient(int64_t numerator, int64_t denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

int64_t systole_rings_absorption(int64_t detuning) {
  return quotient((int64_t)1 << 36, ((int64_t)1 << 20) + detuning * detuning);
}

int64_t systole_rings_transmission(const systole_rings *rings, int64_t detuning) {
  return 65536 - systole_rings_rounded((65536 - rings->least) * systole_rings_absorption(detuning), 16);
}

// What passes the other rings, by the matrix.
static void mix(const systole_rings *rings, const int64_t *transmissions, int32_t *values) {
  int32_t count = rings->wavelengths;
  int64_t matrix[64];
  for (int32_t distance = 1; distance < count; ++distance)
    matrix[distance] = systole_rings_absorption(distance * rings->spacing);
  for (int32_t i = 0; i < count; ++i) {
    int64_t value = values[i];
    for (int32_t j = 0; j < count; ++j) {
      if (j == i) continue;
      int64_t taken = systole_rings_rounded(matrix[i > j ? i - j : j - i] * (65536 - transmissions[j]), 16);
      value = systole_rings_rounded(value * (65536 - taken), 16);
    }
    values[i] = (int32_t)value;
  }
}

void systole_rings_weights(const systole_rings *rings, const int32_t *codes, const int64_t *detunings, int32_t *weights) {
  int32_t count = rings->wavelengths;
  int64_t shifts[64], transmissions[64];
  for (int32_t j = 0; j < count; ++j) {
    if (rings->lorentzian) {
      shifts[j] = systole_rings_rounded(codes[j] * rings->step, 16) + (detunings ? detunings[j] : 0);
      transmissions[j] = systole_rings_transmission(rings, shifts[j]);
      weights[j] = (int32_t)systole_rings_rounded(transmissions[j] * rings->unit, 16);
    } else {
      weights[j] = codes[j] << (16 - rings->fraction_bits);
      transmissions[j] = quotient(weights[j], rings->greatest);
    }
  }
  if (rings->crosstalk == systole_crosstalk_matrix) mix(rings, transmissions, weights);
  if (rings->crosstalk == systole_crosstalk_spectral)
    for (int32_t i = 0; i < count; ++i) {
      int64_t value = weights[i];
      for (int32_t j = 0; j < count; ++j)
        if (j != i)
          value = systole_rings_rounded(
            value * systole_rings_transmission(rings, (i - j) * rings->spacing - shifts[j]), 16);
      weights[i] = (int32_t)value;
    }
}

void systole_rings_activations(const systole_rings *rings, const int32_t *codes, int32_t *activations) {
  int64_t transmissions[64];
  for (int32_t j = 0; j < rings->wavelengths; ++j) {
    activations[j] = codes[j] << (16 - rings->fraction_bits);
    transmissions[j] = quotient(activations[j], rings->greatest);
  }
  if (rings->imprint) mix(rings, transmissions, activations);
}

int64_t systole_rings_sum(const int32_t *activations, const int32_t *weights, int32_t count) {
  int64_t sum = 0;
  for (int32_t i = 0; i < count; ++i) sum += (int64_t)activations[i] * weights[i];
  return sum;
}

static int64_t gaussian(uint64_t index, const int32_t *magnitudes) {
  int64_t magnitude = magnitudes[index & 511];
  return index >> 9 & 1 ? -magnitude : magnitude;
}

int64_t systole_rings_current(
  const systole_rings *rings, int64_t sum, uint64_t random, int32_t arm, const int32_t *magnitudes) {
  int64_t current = systole_rings_rounded(sum, 16);
  current = systole_rings_rounded(current * rings->loss, 16);
  current = systole_rings_rounded(current * rings->gain, 16);
  uint64_t word = random >> (32 * arm);
  if (rings->relative_noise) {
    int64_t deviation = systole_rings_rounded(current * rings->relative_noise, 16);
    current += systole_rings_rounded(deviation * gaussian(word, magnitudes), 12);
  }
  if (rings->detector_noise)
    current += systole_rings_rounded(rings->detector_noise * gaussian(word >> 16, magnitudes), 12);
  return current;
}

int64_t systole_rings_code(const systole_rings *rings, int64_t current) {
  int64_t code = systole_rings_rounded(current, 16 + rings->converter_shift);
  int64_t top = ((int64_t)1 << (rings->separate ? rings->converter_bits : rings->converter_bits - 1)) - 1;
  int64_t bottom = rings->separate ? 0 : -top - 1;
  return code > top ? top : code < bottom ? bottom : code;
}

uint64_t systole_rings_word(uint64_t start, uint32_t first, uint32_t second) {
  uint64_t z = start + UINT64_C(0x9E3779B97F4A7C15) * ((uint64_t)first << 32 | second);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

// The difference of the arms of a row in steps of the converter.
static int64_t converted(
  const systole_rings *rings, int64_t positive, int64_t negative, uint64_t random, const int32_t *magnitudes) {
  if (!rings->separate)
    return systole_rings_code(rings, systole_rings_current(rings, positive - negative, random, 0, magnitudes));
  return systole_rings_code(rings, systole_rings_current(rings, positive, random, 0, magnitudes))
    - systole_rings_code(rings, systole_rings_current(rings, negative, random, 1, magnitudes));
}

void systole_rings_products(
  const systole_rings *rings, const int32_t *weights, int32_t outputs, int32_t tiles, const int32_t *activations,
  const uint8_t *passes, uint32_t event, int32_t vectors, int32_t vector, const uint64_t *starts, int32_t banks,
  int32_t optical, const int32_t *magnitudes, int64_t *products) {
  int32_t count = rings->wavelengths, width = tiles * count;
  for (int32_t output = 0; output < outputs; ++output) {
    const int32_t *arms[2] = {weights + (int64_t)output * width, weights + ((int64_t)outputs + output) * width};
    int32_t group = output / rings->rows, row = output % rings->rows;
    int64_t total = 0;
    for (int32_t polarity = 0; polarity < 2; ++polarity) {
      int64_t held[2] = {0, 0}, codes = 0;
      const int32_t *values = activations + polarity * width;
      int32_t last = -1;
      for (int32_t tile = 0; tile < tiles; ++tile) {
        if (!passes[polarity * tiles + tile]) continue;
        int64_t sums[2];
        for (int32_t arm = 0; arm < 2; ++arm)
          sums[arm] = systole_rings_sum(values + tile * count, arms[arm] + tile * count, count);
        last = tile;
        if (optical) {
          held[0] += sums[0];
          held[1] += sums[1];
          continue;
        }
        int32_t place = group * tiles + tile;
        uint64_t random = systole_rings_word(
          starts[place % banks], event + (uint32_t)((place * vectors + vector) * 2 + polarity), (uint32_t)row);
        codes += converted(rings, sums[0], sums[1], random, magnitudes);
      }
      if (optical && last >= 0) {
        int32_t place = group * tiles + last;
        uint64_t random = systole_rings_word(
          starts[place % banks], event + (uint32_t)((place * vectors + vector) * 2 + polarity), (uint32_t)row);
        codes += converted(rings, held[0], held[1], random, magnitudes);
      }
      total += polarity ? -codes : codes;
    }
    products[output] = total * ((int64_t)1 << rings->converter_shift);
  }
}

void systole_rings_codes(
  const systole_rings *rings, const systole_calibration *calibration, const int32_t *magnitudes, int32_t *codes) {
  int32_t count = rings->wavelengths;
  for (int32_t i = 0; i < count; ++i) {
    int64_t code = (int64_t)magnitudes[i] << rings->fraction_bits;
    if (calibration->predistorts) {
      int64_t factor = calibration->base + calibration->constants[i];
      for (int32_t j = 0; j < count; ++j)
        if (j != i) factor -= calibration->taps[i > j ? i - j : j - i] * magnitudes[j];
      code = systole_rings_rounded(magnitudes[i] * factor, systole_predistortion_bits);
      if (code > calibration->top) code = calibration->top;
    }
    codes[i] = calibration->table ? calibration->table[code] : (int32_t)code;
  }
}

void systole_rings_program(
  const systole_rings *rings, const systole_calibration *calibration, const int8_t *matrix, int32_t outputs, int32_t inputs,
  int64_t output_stride, int64_t input_stride, const int64_t *detunings, int32_t banks, int32_t *weights) {
  int32_t count = rings->wavelengths, tiles = (inputs + count - 1) / count, width = tiles * count;
  int32_t magnitudes[64], codes[64];
  for (int32_t output = 0; output < outputs; ++output)
    for (int32_t tile = 0; tile < tiles; ++tile) {
      int32_t bank = (output / rings->rows * tiles + tile) % banks;
      for (int32_t arm = 0; arm < 2; ++arm) {
        for (int32_t i = 0; i < count; ++i) {
          int32_t input = tile * count + i;
          int32_t value = input < inputs ? matrix[output * output_stride + input * input_stride] : 0;
          magnitudes[i] = arm ? (value < 0 ? -value : 0) : (value > 0 ? value : 0);
        }
        systole_rings_codes(rings, calibration, magnitudes, codes);
        const int64_t *own =
          detunings ? detunings + (((int64_t)bank * 2 + arm) * rings->rows + output % rings->rows) * count : 0;
        systole_rings_weights(
          rings, codes, own, weights + ((int64_t)arm * outputs + output) * width + (int64_t)tile * count);
      }
    }
}

void systole_rings_imprint(
  const systole_rings *rings, const systole_calibration *calibration, const int32_t *vector, int32_t inputs,
  int32_t *activations, uint8_t *passes) {
  int32_t count = rings->wavelengths, tiles = (inputs + count - 1) / count;
  int32_t magnitudes[64], codes[64];
  // Rings that imprint are set without a spectrum: there is no table.
  systole_calibration own = {0};
  if (rings->imprint) {
    own = *calibration;
    own.table = 0;
  }
  for (int32_t polarity = 0; polarity < 2; ++polarity)
    for (int32_t tile = 0; tile < tiles; ++tile) {
      int32_t any = 0;
      for (int32_t i = 0; i < count; ++i) {
        int32_t input = tile * count + i;
        int32_t value = input < inputs ? vector[input] : 0;
        magnitudes[i] = polarity ? (value < 0 ? -value : 0) : (value > 0 ? value : 0);
        any |= magnitudes[i];
      }
      passes[polarity * tiles + tile] = any != 0;
      systole_rings_codes(rings, &own, magnitudes, codes);
      systole_rings_activations(rings, codes, activations + ((int64_t)polarity * tiles + tile) * count);
    }
}
