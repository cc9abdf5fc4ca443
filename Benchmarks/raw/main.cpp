// A bench written by hand around a Verilated model, without any harness: the speed that a harness is compared with.
//
// usage: bench pins|streams ROWS-FOLDER [repetitions] [stall probability] [seed]
//
// `pins` writes every input pin and checks every output in each cycle, without stalls. `streams` stalls both ends of
// every stream at random, checks the handshake (an offer stays, with its payload, until it is taken) and compares in
// order with what is expected. Both take the rows of `binding.h`. One JSON object is printed; any difference ends the
// program with 1. The clock is that of this thread's processor time.

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "binding.h"
#include "verilated.h"

double sc_time_stamp() { return 0; }

namespace {

[[noreturn]] void fail(const std::string &message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  std::exit(1);
}

double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

/// xorshift64*: one multiplication a number.
struct Random {
  uint64_t state;
  uint32_t next() {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return uint32_t((state * 0x2545F4914F6CDD1Dull) >> 32);
  }
};

std::vector<uint32_t> readRows(const std::string &path, size_t words) {
  std::vector<uint32_t> rows(words);
  FILE *file = std::fopen(path.c_str(), "rb");
  if (!file || std::fread(rows.data(), sizeof(uint32_t), words, file) != words) fail("cannot read " + path);
  std::fclose(file);
  return rows;
}

/// The rows of one stream and how far they have come.
template <class S>
struct Rows : S {
  std::vector<uint32_t> all;
  const uint32_t *next = nullptr, *end = nullptr;
  bool offered = false;
  bool held = false;
  std::array<uint32_t, S::fields> payload{};

  explicit Rows(const std::string &folder) : all(readRows(folder + "/" + S::file, S::count * S::fields)) {}
  void rewind() {
    next = all.data();
    end = next + all.size();
    offered = held = false;
  }
  bool done() const { return next == end; }
  size_t index() const { return size_t(next - all.data()) / S::fields; }
};

template <class Tuple>
struct AllRows;
template <class... S>
struct AllRows<std::tuple<S...>> {
  std::tuple<Rows<S>...> rows;
  explicit AllRows(const std::string &folder) : rows(Rows<S>(folder)...) {}
  template <class Body>
  void each(Body body) {
    std::apply([&](auto &...row) { (body(row), ...); }, rows);
  }
};

struct Count {
  uint64_t cycles = 0;
  uint64_t transactions = 0;
};

constexpr uint64_t patience = 100000;  // cycles without any transaction

template <class R>
void expectMatch(const R &row, const Model &model) {
  if (!row.matches(model, row.next)) fail(std::string(row.name) + " row " + std::to_string(row.index()) + " differs");
}

void reset(Model &model, AllRows<Inputs> &inputs, AllRows<Outputs> &outputs) {
  inputs.each([&](auto &row) {
    row.rewind();
    row.setValid(model, false);
  });
  outputs.each([&](auto &row) {
    row.rewind();
    row.setReady(model, false);
  });
  setReset(model, true);
  for (int cycle = 0; cycle < 4; ++cycle) {
    setClock(model, false);
    model.eval();
    setClock(model, true);
    model.eval();
  }
  setReset(model, false);
}

Count runPins(Model &model, AllRows<Inputs> &inputs, AllRows<Outputs> &outputs) {
  Count count;
  outputs.each([&](auto &row) { row.setReady(model, true); });
  uint64_t last = 0;
  for (bool busy = true; busy; ++count.cycles) {
    inputs.each([&](auto &row) {
      row.setValid(model, !row.done());
      if (!row.done()) row.put(model, row.next);
    });
    setClock(model, false);
    model.eval();
    inputs.each([&](auto &row) {
      if (!row.done() && row.ready(model)) row.next += row.fields;
    });
    busy = false;
    outputs.each([&](auto &row) {
      if (row.valid(model)) {
        if (row.done()) fail(std::string(row.name) + " gives more rows than expected");
        expectMatch(row, model);
        row.next += row.fields;
        ++count.transactions;
        last = count.cycles;
      }
      busy |= !row.done();
    });
    setClock(model, true);
    model.eval();
    if (count.cycles - last > patience) fail("no row for " + std::to_string(patience) + " cycles");
  }
  return count;
}

Count runStreams(Model &model, AllRows<Inputs> &inputs, AllRows<Outputs> &outputs, uint32_t stall, Random random) {
  Count count;
  uint64_t last = 0;
  for (bool busy = true; busy; ++count.cycles) {
    inputs.each([&](auto &row) {
      if (row.offered) return;
      row.offered = !row.done() && random.next() >= stall;
      row.setValid(model, row.offered);
      if (row.offered) row.put(model, row.next);
    });
    outputs.each([&](auto &row) {
      row.offered = random.next() >= stall;
      row.setReady(model, row.offered);
    });
    setClock(model, false);
    model.eval();
    inputs.each([&](auto &row) {
      if (row.offered && row.ready(model)) {
        row.next += row.fields;
        row.offered = false;
      }
    });
    busy = false;
    outputs.each([&](auto &row) {
      const bool valid = row.valid(model);
      if (row.held) {
        auto now = row.payload;
        row.get(model, now.data());
        if (!valid || now != row.payload) fail(std::string(row.name) + " changed an offer before it was taken");
      }
      row.held = valid && !row.offered;
      if (row.held) row.get(model, row.payload.data());
      if (valid && row.offered) {
        if (row.done()) fail(std::string(row.name) + " gives more rows than expected");
        expectMatch(row, model);
        row.next += row.fields;
        ++count.transactions;
        last = count.cycles;
      }
      busy |= !row.done();
    });
    setClock(model, true);
    model.eval();
    if (count.cycles - last > patience) fail("no row for " + std::to_string(patience) + " cycles");
  }
  return count;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 3) fail("usage: bench pins|streams ROWS-FOLDER [repetitions] [stall probability] [seed]");
  const std::string mode = argv[1];
  const int repetitions = argc > 3 ? std::max(1, std::atoi(argv[3])) : 1;
  const double probability = mode == "pins" ? 0 : argc > 4 ? std::atof(argv[4]) : 0.25;
  const uint64_t seed = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 1;
  if (mode != "pins" && mode != "streams") fail("unknown mode " + mode);
  if (!(probability >= 0 && probability < 1)) fail("the stall probability must be at least 0 and below 1");

  AllRows<Inputs> inputs(argv[2]);
  AllRows<Outputs> outputs(argv[2]);
  VerilatedContext context;
  context.randReset(2);
  context.randSeed(int(seed));
  auto model = std::make_unique<Model>(&context);

  std::vector<double> rates;
  Count total;
  double seconds = 0;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    reset(*model, inputs, outputs);
    const double start = processorSeconds();
    const Count count =
        mode == "pins" ? runPins(*model, inputs, outputs)
                       : runStreams(*model, inputs, outputs, uint32_t(probability * 4294967296.0),
                                    Random{seed * 0x9E3779B97F4A7C15ull + uint64_t(repetition) + 1});
    const double elapsed = processorSeconds() - start;
    rates.push_back(double(count.cycles) / elapsed);
    total.cycles += count.cycles;
    total.transactions += count.transactions;
    seconds += elapsed;
  }
  std::sort(rates.begin(), rates.end());
  std::printf(
      "{\"mode\": \"%s\", \"stall\": %g, \"repetitions\": %d, \"cycles\": %llu, \"transactions\": %llu, "
      "\"processor_s\": %.6f, \"cycles_per_s\": %.0f, \"median_cycles_per_s\": %.0f, \"transactions_per_s\": %.0f}\n",
      mode.c_str(), probability, repetitions, (unsigned long long)total.cycles,
      (unsigned long long)total.transactions, seconds, double(total.cycles) / seconds, rates[rates.size() / 2],
      double(total.transactions) / seconds);
  return 0;
}
