/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <arpa/inet.h>

#include "base/root.h"
#include "read/cgroups.h"
#include "read/socket_units.h"

/* --- cgroup2, the real one ---------------------------------------------- */

static const char *const mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};

/* A cgroup of our own; false where none can be made. */
static bool make_cgroup(char dir[static 256], char rest[static 256])
{
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		snprintf(rest, 256, "/tcptune-test-%d.scope", (int)getpid());
		snprintf(dir, 256, "%s%s", mounts[i], rest);
		if (mkdir(dir, 0755) == 0)
			return true;
	}
	return false;
}

static void a_number_becomes_the_name_of_its_unit(void **state)
{
	char dir[256], rest[256];
	auto_call(cgroups_done) struct cgroups list = {0};
	auto_free char *name = NULL, *gone = NULL, *unknown = NULL;
	auto_close int root = -1;
	struct stat st;

	if (!make_cgroup(dir, rest))
		skip_because("no cgroup can be made here");

	assert_int_equal(stat(dir, &st), 0);
	assert_ok(vec_push(&list, (struct cgroup){.id = st.st_ino}));
	assert_ok(vec_push(&list, (struct cgroup){.id = 1000000007}));
	assert_ok(root_open("/", &root, NULL));
	assert_ok(cgroups_find(root, &list));
	assert_int_equal(rmdir(dir), 0);

	assert_string_equal(list.items[0].path, rest);
	assert_ok(cgroups_name(&list, st.st_ino, &name));
	assert_string_equal(name, rest + 1);
	assert_ok(cgroups_name(&list, 1000000007, &gone));
	assert_string_equal(gone, list.complete ? "(gone)" : "(unknown)");
	assert_ok(cgroups_name(&list, 0, &unknown));
	assert_string_equal(unknown, "(unknown)");
}

static void what_is_hidden_is_not_called_gone(void **state)
{
	auto_call(cgroups_done) struct cgroups list = {0};
	auto_free char *name = NULL;
	auto_close int root = -1;
	char dir[64];

	scratch_make(dir);
	assert_ok(vec_push(&list, (struct cgroup){.id = 7}));
	assert_ok(root_open(dir, &root, NULL));
	assert_ok(cgroups_find(root, &list)); /* there is no cgroup2 */
	scratch_remove(dir);
	assert_null(list.mount);
	assert_ok(cgroups_name(&list, 7, &name));
	assert_string_equal(name, "(unknown)");
}

static const struct {
	const char *path, *name;
} named[] = {
	{"/", "-.slice"},
	{"/system.slice/nginx.service", "nginx.service"},
	{"/system.slice/nginx.service/worker", "nginx.service"},
	{"/user.slice/user-1000.slice/session-3.scope", "session-3.scope"},
	{"/docker/0123abcd", "/docker/0123abcd"}, /* no unit: then by its path */
};

static void a_path_is_called_by_its_unit(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		auto_call(cgroups_done) struct cgroups list = {0};
		auto_free char *name = NULL;

		assert_ok(vec_push(&list, (struct cgroup){.id = 5, .path = strdup(named[i].path)}));
		assert_ok(cgroups_name(&list, 5, &name));
		assert_string_equal(name, named[i].name);
	}
}

/* --- ListenStream= ------------------------------------------------------ */

static const struct {
	const char *value, *address; /* NULL: none */
	uint16_t port;
} streams[] = {
	{"22", "::", 22},
	{"192.0.2.1:80", "::ffff:192.0.2.1", 80},
	{"[::1]:631", "::1", 631},
	{"0.0.0.0:80", "::ffff:0.0.0.0", 80},
	{"/run/x.sock", NULL, 0},
	{"@abstract", NULL, 0},
	{"vsock::22", NULL, 0},
	{"0", NULL, 0},
	{"65536", NULL, 0},
	{"[::1:80", NULL, 0},
	{"[]:80", NULL, 0},
	{"[:80", NULL, 0},
	{":80", NULL, 0},
	{"host:80", NULL, 0},
	{"", NULL, 0},
	{"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:80", NULL, 0},
};

static void a_listen_stream_is_an_address_and_a_port(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
		struct address got, want = {0};
		uint16_t port = 0;
		bool good = listen_stream_parse(streams[i].value, &got, &port);

		if (good != (streams[i].address != NULL))
			fail_msg("\"%s\"", streams[i].value);
		if (!good)
			continue;
		assert_int_equal(inet_pton(AF_INET6, streams[i].address, want.bytes), 1);
		assert_memory_equal(&got, &want, sizeof(got));
		assert_int_equal(port, streams[i].port);
	}
}

static void expect_unit(int root, struct socket_units *list, const char *address, uint16_t port,
			const char *unit)
{
	struct address a;
	auto_free char *got = NULL;

	assert_int_equal(inet_pton(AF_INET6, address, a.bytes), 1);
	assert_ok(socket_units_find(root, list, &a, port, &got));
	if ((got == NULL) != (unit == NULL) || (got && strcmp(got, unit) != 0))
		fail_msg("%s port %u: %s, expected %s", address, port, got ? got : "none",
			 unit ? unit : "none");
}

static void the_unit_that_names_the_address_is_found(void **state)
{
	auto_call(socket_units_done) struct socket_units list = {0};
	auto_close int root = -1;
	char dir[64];

	scratch_make(dir);
	scratch_file(dir, "usr/lib/systemd/system/ssh.socket", "[Socket]\nListenStream=22\n");
	scratch_file(dir, "etc/systemd/system/ssh.socket.d/port.conf",
		     "[Socket]\nListenStream=\nListenStream=2222\n");
	scratch_file(dir, "usr/lib/systemd/system/cups.socket",
		     "[Socket]\nListenStream=/run/cups.sock\nListenStream=[::1]:631\n");
	scratch_file(dir, "usr/lib/systemd/system/web.socket", "[Socket]\nListenStream=80\n");
	scratch_file(dir, "etc/systemd/system/web.socket",
		     "[Unit]\nListenStream=82\n[Socket]\nListenStream=127.0.0.1:81\n");
	assert_ok(root_open(dir, &root, NULL));

	expect_unit(root, &list, "::", 22, NULL); /* taken back by the drop-in */
	expect_unit(root, &list, "::", 2222, "ssh.socket");
	expect_unit(root, &list, "::ffff:0.0.0.0", 2222, "ssh.socket");
	expect_unit(root, &list, "::1", 631, "cups.socket");
	expect_unit(root, &list, "::", 80, NULL); /* /etc has another file of the name */
	expect_unit(root, &list, "::ffff:127.0.0.1", 81, "web.socket");
	expect_unit(root, &list, "::ffff:127.0.0.2", 81, NULL);
	expect_unit(root, &list, "::", 82, NULL); /* not in its section */
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_becomes_the_name_of_its_unit),
		cmocka_unit_test(what_is_hidden_is_not_called_gone),
		cmocka_unit_test(a_path_is_called_by_its_unit),
		cmocka_unit_test(a_listen_stream_is_an_address_and_a_port),
		cmocka_unit_test(the_unit_that_names_the_address_is_found),
	};

	return cmocka_run_group_tests_name("cgroups", tests, NULL, NULL);
}
