// What light does in a bank of microrings, in integers: the equations behind the golden ring bank.
//
// Detunings are in 1/1024 of a ring's half linewidth. Transmissions and factors have 16 fraction bits, and so have weights and
// activations in steps of their codes. Shifts round to nearest, ties to even; quotients of what is not negative round half up.
#ifndef SYSTOLE_RINGS_H
#define SYSTOLE_RINGS_H

#include <stdint.h>

// What lets light of one ring's wavelength pass the others.
enum { systole_crosstalk_none, systole_crosstalk_matrix, systole_crosstalk_spectral };

// A bank and its physics.
typedef struct {
  int32_t rows, wavelengths;
  int32_t greatest;       // greatest magnitude of a code
  int32_t fraction_bits;  // of codes below a step, for operands that are set without a spectrum
  int32_t lorentzian;     // 1: weight codes are shifts of resonances
  int32_t crosstalk;      // of the weights
  int32_t imprint;        // 1: activations are set by rings, with the matrix of crosstalk
  int32_t separate;       // 1: a code for each arm; 0: one for their difference
  int32_t converter_bits, converter_shift;
  int64_t spacing;        // between neighbouring wavelengths
  int64_t least;          // transmission on resonance
  int64_t step;           // shift of a weight code, 16 more fraction bits
  int64_t unit;           // steps of a weight for the transmission 1, 16 fraction bits
  int64_t loss;           // factor of what all rings let through
  int64_t gain;           // factor of the receiver
  int64_t relative_noise; // standard deviation, as a factor of the current
  int64_t detector_noise; // standard deviation, in steps of the products, 16 fraction bits
} systole_rings;

// rne(value / 2^shift).
int64_t systole_rings_rounded(int64_t value, int32_t shift);

// The share of light that a ring takes on its resonance and loses nothing elsewhere: 1 / (1 + detuning²).
int64_t systole_rings_absorption(int64_t detuning);

// The transmission of a ring at a detuning.
int64_t systole_rings_transmission(const systole_rings *rings, int64_t detuning);

// The weights that the light of each wavelength sees in one arm of a row.
void systole_rings_weights(const systole_rings *rings, const int32_t *codes, const int64_t *detunings, int32_t *weights);

// The activations that leave the modulators.
void systole_rings_activations(const systole_rings *rings, const int32_t *codes, int32_t *activations);

// The current of an arm in steps of the products, 16 fraction bits, before loss and receiver, times 2^16.
int64_t systole_rings_sum(const int32_t *activations, const int32_t *weights, int32_t count);

// A current behind loss, receiver and noise; `random` is the word of the conversion, of which `arm` chooses bits.
int64_t systole_rings_current(
  const systole_rings *rings, int64_t sum, uint64_t random, int32_t arm, const int32_t *magnitudes);

// The code of a current.
int64_t systole_rings_code(const systole_rings *rings, int64_t current);

// The finaliser of splitmix64 over a start and two coordinates.
uint64_t systole_rings_word(uint64_t start, uint32_t first, uint32_t second);

// How magnitudes of operands become codes: a first order inverse of the matrix, and a table.
typedef struct {
  int32_t predistorts;  // 0: code = magnitude << fraction bits
  int64_t base;         // what a magnitude is multiplied with, `systole_predistortion_bits` fraction bits
  int64_t constants[64]; // added to it for each wavelength
  int64_t taps[64];     // taken off for each step of a neighbour, by distance
  int32_t top;          // greatest code before the table
  const int32_t *table; // from 0 to `top`; NULL for none
} systole_calibration;

enum { systole_predistortion_bits = 20 };

// The codes of one arm of a row, or of activations.
void systole_rings_codes(
  const systole_rings *rings, const systole_calibration *calibration, const int32_t *magnitudes, int32_t *codes);

// The weights of a matrix, laid out for `systole_rings_products`. Output o of input i is at o · output_stride + i · input_stride.
// Row r of an arm in bank b has its detunings at ((b · 2 + arm) · rows + r) · wavelengths; NULL for none.
void systole_rings_program(
  const systole_rings *rings, const systole_calibration *calibration, const int8_t *matrix, int32_t outputs, int32_t inputs,
  int64_t output_stride, int64_t input_stride, const int64_t *detunings, int32_t banks, int32_t *weights);

// The activations of a vector of codes, positive ones in the first half of `activations` and negative ones in the second, and
// whether each tile of both has anything but zeros.
void systole_rings_imprint(
  const systole_rings *rings, const systole_calibration *calibration, const int32_t *vector, int32_t inputs,
  int32_t *activations, uint8_t *passes);

// Products of one vector with a matrix that is laid out in tiles, each converted and added as integers.
//
// `weights` holds for both arms and each output the weights of all inputs, padded to whole tiles. Tile t of row group g stands in
// bank (g · tiles + t) mod banks, whose random words start at starts[bank]. Event of polarity p: event + ((g · tiles + t) ·
// vectors + vector) · 2 + p. With `optical` the tiles of an output are added before one conversion, which has the event of the last.
void systole_rings_products(
  const systole_rings *rings, const int32_t *weights, int32_t outputs, int32_t tiles, const int32_t *activations,
  const uint8_t *passes, uint32_t event, int32_t vectors, int32_t vector, const uint64_t *starts, int32_t banks,
  int32_t optical, const int32_t *magnitudes, int64_t *products);

#endif
