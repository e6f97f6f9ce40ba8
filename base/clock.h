/* The time. Any thread. Tests may freeze the wall clock. */
#pragma once

#include "str.h"

/* Milliseconds since 1970 (UTC). */
int64_t clock_wall_ms(void);
/* Nanoseconds of a clock that only goes forward. */
int64_t clock_mono_ns(void);
/* The same, but it also goes on while the machine sleeps: for promises to others. */
int64_t clock_boot_ns(void);
/* CPU-cheap milliseconds of the same clock (resolution of a few ms). */
int64_t clock_coarse_ms(void);
void clock_sleep_ms(unsigned ms);
/* RFC 3339 with milliseconds and Z, 24 characters and NUL. */
void clock_rfc3339(int64_t wall_ms, char ret_text[25]);
/* Freezes clock_wall_ms at wall_ms; -1 lets it run again. For tests, before other threads start. */
void clock_freeze(int64_t wall_ms);
