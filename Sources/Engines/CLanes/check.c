#include "lanes.h"

void systole_check_statement(const systole_statement *statement) {
  if (statement->reset && *statement->reset == statement->reset_level) return;
  for (uint64_t lane = 0; lane < statement->lanes; lane++) {
    if (statement->enable && !statement->enable[lane]) continue;
    const int holds = statement->condition[lane] != 0;
    if (!statement->failure) {
      *statement->count += (uint64_t)holds;
    } else if (!holds && !statement->failure[0]) {
      statement->failure[0] = statement->number;
      statement->failure[1] = lane;
    }
  }
}
