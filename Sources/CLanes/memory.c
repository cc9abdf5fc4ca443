#include "lanes.h"

// A word past the end reads as zero and cannot be written.

void systole_read(const systole_memory_port *port) {
  const uint64_t bytes = port->word_bytes;
  for (uint64_t lane = 0; lane < port->lanes; lane++) {
    if (port->enable && !port->enable[lane]) continue;
    const uint64_t address = port->address[lane];
    uint8_t *data = port->data + lane * bytes;
    if (address < port->depth) {
      __builtin_memcpy(data, port->words + (lane * port->depth + address) * bytes, bytes);
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
    __builtin_memcpy(port->words + (lane * port->depth + address) * bytes, port->data + lane * bytes, bytes);
  }
}
