// What the files of this target share.
#ifndef SYSTOLE_LANES_INTERNAL_H
#define SYSTOLE_LANES_INTERNAL_H

#include "CLanes.h"

void systole_execute_wide(const systole_wide_operation *operation);
void systole_check_statement(const systole_statement *statement);
void systole_read(const systole_memory_port *port);
void systole_write(const systole_memory_port *port);
void systole_write_bits(const systole_memory_port *port);

#endif
