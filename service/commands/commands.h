/* Commands of the program that do not serve: argc and argv hold what stands behind the command. Each returns the exit
 * status: 0, 1 = it failed, 2 = it was asked for wrongly. */
#pragma once

/* avouch copy --from STORE --to STORE */
int command_copy(int argc, char **argv);
/* avouch healthcheck [URL] */
int command_healthcheck(int argc, char **argv);
