/* Tells systemd how the service does (sd_notify), without its library: one datagram to the socket that it names. */
#pragma once

/* state: "READY=1" and the like. Does nothing when nobody asked (no NOTIFY_SOCKET). */
void notify_service_manager(const char *state);
