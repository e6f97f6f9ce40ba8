/* The handlers, one file per resource; named in routes.c only. */
#pragma once

#include "exchange.h"
#include "route.h"

enum handler_result handle_root(struct exchange *x);
enum handler_result handle_no_associations(struct exchange *x);
enum handler_result handle_metadata_id(struct exchange *x);
enum handler_result handle_metadata_version(struct exchange *x);
enum handler_result handle_metadata_deployment(struct exchange *x);
enum handler_result handle_live(struct exchange *x);
enum handler_result handle_ready(struct exchange *x);
enum handler_result handle_metrics(struct exchange *x);
enum handler_result handle_openapi(struct exchange *x);

enum handler_result handle_list_contexts(struct exchange *x);
enum handler_result handle_list_subjects(struct exchange *x);
enum handler_result handle_look_up(struct exchange *x);
enum handler_result handle_delete_subject(struct exchange *x);
enum handler_result handle_read_by_metadata(struct exchange *x);

enum handler_result handle_list_versions(struct exchange *x);
enum handler_result handle_register(struct exchange *x);
enum handler_result handle_read_version(struct exchange *x);
enum handler_result handle_read_version_text(struct exchange *x);
enum handler_result handle_read_referrers(struct exchange *x);
enum handler_result handle_delete_version(struct exchange *x);

enum handler_result handle_list_schemas(struct exchange *x);
enum handler_result handle_list_types(struct exchange *x);
enum handler_result handle_read_id(struct exchange *x);
enum handler_result handle_read_id_text(struct exchange *x);
enum handler_result handle_read_id_subjects(struct exchange *x);
enum handler_result handle_read_id_versions(struct exchange *x);
enum handler_result handle_read_guid(struct exchange *x);
enum handler_result handle_read_guid_ids(struct exchange *x);

enum handler_result handle_check_version(struct exchange *x);
enum handler_result handle_check_all(struct exchange *x);

enum handler_result handle_read_config(struct exchange *x);
enum handler_result handle_put_config(struct exchange *x);
enum handler_result handle_delete_config(struct exchange *x);
enum handler_result handle_read_mode(struct exchange *x);
enum handler_result handle_put_mode(struct exchange *x);
enum handler_result handle_delete_mode(struct exchange *x);
