/* Messages to the service manager, on sockets of the test's own.
 * covers: service/notify.c */
#include "notify.h"

#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[64], path[160];
static int receiver;

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/avouch-unit-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/notify", folder);
    receiver = -1;
}

static void tear_down(void)
{
    unsetenv("NOTIFY_SOCKET");
    if (receiver >= 0)
        close(receiver);
    unlink(path);
    rmdir(folder);
}

/* name: as NOTIFY_SOCKET has it, with an at sign before an abstract name. */
static void listen_at(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(name);
    ck_assert_uint_lt(n, sizeof address.sun_path);
    memcpy(address.sun_path, name, n);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(receiver, 0);
    ck_assert_int_eq(
        bind(receiver, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)), 0);
    ck_assert_int_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
}

/* The message that has come; empty when none has. A datagram is there as soon as it was sent. */
static const char *received(void)
{
    static char message[100];
    ssize_t n = recv(receiver, message, sizeof message - 1, MSG_DONTWAIT);
    message[n > 0 ? n : 0] = '\0';
    return message;
}

START_TEST(tells_a_socket_of_a_path)
{
    listen_at(path);
    notify_service_manager("READY=1");
    notify_service_manager("STOPPING=1");
    ck_assert_str_eq(received(), "READY=1");
    ck_assert_str_eq(received(), "STOPPING=1");
    ck_assert_str_eq(received(), "");
}
END_TEST

START_TEST(tells_an_abstract_socket)
{
    char name[100];
    snprintf(name, sizeof name, "@avouch-unit-%d", (int)getpid());
    listen_at(name);
    notify_service_manager("READY=1");
    ck_assert_str_eq(received(), "READY=1");
}
END_TEST

START_TEST(takes_the_longest_path)
{
    struct sockaddr_un address;
    size_t n = strlen(path);
    memset(path + n, 'x', sizeof address.sun_path - 1 - n);
    path[sizeof address.sun_path - 1] = '\0';
    listen_at(path);
    notify_service_manager("READY=1");
    ck_assert_str_eq(received(), "READY=1");
}
END_TEST

/* Nobody asked, or not so that it could be done: nothing is sent, and nothing stays open. */
START_TEST(is_silent_otherwise)
{
    static const char *const names[] = {"", "relative", "vsock:2:1234", "/nowhere/at/all"};
    char longer[200];
    listen_at(path);
    unsetenv("NOTIFY_SOCKET");
    int before = dup(0);
    close(before);
    notify_service_manager("READY=1");
    for (size_t i = 0; i < 4; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        notify_service_manager("READY=1");
    }
    memset(longer, 'x', sizeof longer);
    longer[0] = '/';
    longer[sizeof(((struct sockaddr_un *)NULL)->sun_path)] = '\0';
    setenv("NOTIFY_SOCKET", longer, 1);
    notify_service_manager("READY=1");
    ck_assert_str_eq(received(), "");
    int after = dup(0);
    close(after);
    ck_assert_int_eq(after, before);
}
END_TEST

/* A manager that has gone is no reason to end. */
START_TEST(survives_a_closed_socket)
{
    listen_at(path);
    close(receiver);
    receiver = -1;
    notify_service_manager("READY=1");
    ck_assert_int_eq(access(path, F_OK), 0); /* its name is still there */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notify");
    TCase *tests = tcase_create("notify");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, tells_a_socket_of_a_path);
    tcase_add_test(tests, tells_an_abstract_socket);
    tcase_add_test(tests, takes_the_longest_path);
    tcase_add_test(tests, is_silent_otherwise);
    tcase_add_test(tests, survives_a_closed_socket);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
