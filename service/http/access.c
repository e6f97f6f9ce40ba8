#include "server_private.h"

#include "log.h"

void access_log_write(const struct request *r, unsigned status, int64_t duration_ns)
{
    int wanted = r->server->access_log;
    if (wanted == 0 || (wanted == 1 && status < 500))
        return;
    const struct log_field fields[] = {LOG_TEXT("method", r->x.method), LOG_TEXT("target", request_target(r)),
                                       LOG_NUMBER("status", status), LOG_NUMBER("microseconds", duration_ns / 1000),
                                       LOG_TEXT("request_id", r->request_id.p ? r->request_id : STR("-"))};
    log_write(LOG_LEVEL_INFO, "http.request", "Request answered", fields, sizeof fields / sizeof fields[0]);
}
