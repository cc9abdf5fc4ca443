#include "lanes.h"

// A word past the end reads as the port has it and cannot be written.

static uint8_t *word_of(const systole_memory_port *port, uint64_t lane, uint64_t address) {
  const uint64_t instance = port->which ? port->which[lane] : lane;
  return port->words + (instance * port->instance_words + address) * port->word_bytes;
}

void systole_read(const systole_memory_port *port) {
  const uint64_t bytes = port->word_bytes;
  for (uint64_t lane = 0; lane < port->lanes; lane++) {
    if (port->enable && !port->enable[lane]) continue;
    const uint64_t address = port->address[lane];
    uint8_t *data = port->data + lane * bytes;
    if (address < port->depth) {
      __builtin_memcpy(data, word_of(port, lane, address), bytes);
    } else if (port->outside) {
      __builtin_memcpy(data, port->outside, bytes);
    } else {
      __builtin_memset(data, 0, bytes);
    }
  }
}

void systole_write(const systole_memory_port *port) {
  const uint64_t bytes = port->word_bytes;
  for (uint64_t lane = 0; lane < port->lanes; lane++) {
    if (port->enable && !port->enable[lane]) continue;
    const uint64_t address = port->address[lane];
    if (address >= port->depth) continue;
    __builtin_memcpy(word_of(port, lane, address), port->data + lane * bytes, bytes);
  }
}

static uint64_t ones(uint64_t width) { return width < 64 ? (UINT64_C(1) << width) - 1 : ~UINT64_C(0); }

// A word of at most eight bytes, which may be kept extended.
static void insert_narrow(const systole_memory_port *port, uint8_t *word, const uint8_t *data) {
  uint64_t value = 0, part;
  __builtin_memcpy(&value, word, port->word_bytes);
  __builtin_memcpy(&part, data, sizeof part);
  const uint64_t mask = ones(port->width);
  value = (value & ~(mask << port->low)) | (part & mask) << port->low;
  if (port->signed_width) {
    const uint64_t unused = 64 - port->signed_width;
    value = (uint64_t)((int64_t)(value << unused) >> unused);
  }
  __builtin_memcpy(word, &value, port->word_bytes);
}

static void insert_wide(const systole_memory_port *port, uint64_t *word, const uint64_t *data) {
  for (uint64_t done = 0; done < port->width;) {
    const uint64_t to = port->low + done;
    uint64_t count = port->width - done;
    if (count > 64 - to % 64) count = 64 - to % 64;
    if (count > 64 - done % 64) count = 64 - done % 64;
    const uint64_t mask = ones(count);
    word[to / 64] = (word[to / 64] & ~(mask << to % 64)) | (data[done / 64] >> done % 64 & mask) << to % 64;
    done += count;
  }
}

void systole_write_bits(const systole_memory_port *port) {
  for (uint64_t lane = 0; lane < port->lanes; lane++) {
    if (port->enable && !port->enable[lane]) continue;
    const uint64_t address = port->address ? port->address[lane] : 0;
    if (address >= port->depth) continue;
    uint8_t *word = word_of(port, lane, address);
    const uint8_t *data = port->data + lane * port->data_bytes;
    if (port->word_bytes <= 8) {
      insert_narrow(port, word, data);
    } else {
      insert_wide(port, (uint64_t *)word, (const uint64_t *)data);
    }
  }
}
