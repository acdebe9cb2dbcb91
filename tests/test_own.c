/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/own.h"

#include "base/root.h"
#include "base/text.h"
#include "check.h"
#include "model/order.h"
#include "read/own_files.h"
#include "render/own_text.h"

static const struct {
	const char *key, *path;
	enum own_kind kind;
} places[] = {
	{"net.core.somaxconn", "/etc/sysctl.d/90-tcptune.conf", OWN_SYSCTL},
	{"nofile.pam:*.soft", "/etc/security/limits.d/90-tcptune.conf", OWN_PAM},
	{"nofile.pam:@a.b.hard", "/etc/security/limits.d/90-tcptune.conf", OWN_PAM},
	{"nofile.systemd.hard", "/etc/systemd/system.conf.d/90-tcptune.conf", OWN_SYSTEM},
	{"nofile.systemd-user.soft", "/etc/systemd/user.conf.d/90-tcptune.conf", OWN_USER},
	{"nofile.unit:a@b.service.hard", "/etc/systemd/system/a@b.service.d/90-tcptune.conf",
	 OWN_UNIT},
	{"nofile.unit:x.socket.soft", "/etc/systemd/system/x.socket.d/90-tcptune.conf", OWN_UNIT},
	{"module.nf_conntrack", "/etc/modules-load.d/90-tcptune.conf", OWN_MODULES},
};

static void every_entry_has_its_file(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		auto_free char *path = own_path(places[i].key);
		enum own_kind kind;

		assert_string_equal(path, places[i].path);
		assert_int_equal(own_kind_of(places[i].key), places[i].kind);
		assert_true(own_path_kind(path, &kind));
		assert_int_equal(kind, places[i].kind);
	}
}

static void other_paths_are_not_ours(void **state)
{
	static const char *const others[] = {
		"/etc/sysctl.conf",
		"/etc/sysctl.d/90-tcptune.conf~",
		"/run/sysctl.d/90-tcptune.conf",
		"/etc/systemd/system/90-tcptune.conf",
		"/etc/systemd/system/a/b.d/90-tcptune.conf",
		"/etc/systemd/system/.d/90-tcptune.conf",
	};
	enum own_kind kind;

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(own_path_kind(others[i], &kind));
}

static void entries_are_sorted_and_each_there_once(void **state)
{
	auto_call(own_entries_done) struct own_entries list = {0};

	assert_ok(own_entries_put(&list, "c", "1"));
	assert_ok(own_entries_put(&list, "a", "2"));
	assert_ok(own_entries_put(&list, "c", "3"));
	assert_int_equal(list.len, 2);
	assert_string_equal(list.items[0].key, "a");
	assert_string_equal(own_entries_find(&list, "c"), "3");
	own_entries_drop(&list, "a");
	own_entries_drop(&list, "none");
	assert_int_equal(list.len, 1);
	assert_null(own_entries_find(&list, "a"));
}

/* ---- the order of writing ---- */

static void ports_are_written_in_the_direction_that_works(void **state)
{
	const char *start = "net.ipv4.ip_unprivileged_port_start",
		   *range = "net.ipv4.ip_local_port_range";

	assert_true(write_order(start, range, port_order_of("1024", "80")) < 0);
	assert_true(write_order(start, range, port_order_of("1024", "1024")) < 0);
	assert_true(write_order(start, range, port_order_of("1024", "20000")) > 0);
	assert_true(write_order(start, range, port_order_of(NULL, NULL)) < 0);
	assert_true(write_order("net.ipv4.ip_local_reserved_ports", range, PORTS_START_FIRST) < 0);
}

static void what_resets_others_comes_first(void **state)
{
	assert_true(write_order("net.ipv4.ip_forward", "net.core.somaxconn", 0) < 0);
	assert_true(write_order("net.ipv4.tcp_timestamps", "net.ipv4.tcp_tw_reuse", 0) < 0);
	assert_true(write_order("fs.nr_open", "net.ipv4.ip_forward", 0) < 0);
	assert_true(write_order("net.core.somaxconn", "net.ipv4.tcp_rmem", 0) < 0);
}

/* ---- bytes ---- */

static void put(struct own_entries *list, const char *key, const char *value)
{
	assert_ok(own_entries_put(list, key, value));
}

static void fill(struct own_entries *list)
{
	put(list, "net.ipv4.tcp_rmem", "4096 131072 6291456");
	put(list, "net.ipv4.ip_local_reserved_ports", "");
	put(list, "net.core.somaxconn", "4096");
	put(list, "nofile.pam:*.soft", "65536");
	put(list, "nofile.pam:root.hard", "524288");
	put(list, "nofile.systemd.soft", "1024");
	put(list, "nofile.systemd.hard", "524288");
	put(list, "nofile.systemd-user.soft", "2048");
	put(list, "nofile.systemd-user.hard", "4096");
	put(list, "nofile.unit:x.socket.soft", "10");
	put(list, "nofile.unit:x.socket.hard", "20");
	put(list, "module.nf_conntrack", "");
}

static void every_file_says_its_entries_and_is_read_back(void **state)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{"/etc/sysctl.d/90-tcptune.conf", "\nnet.ipv4.ip_local_reserved_ports = \n"
						  "net.core.somaxconn = 4096\n"
						  "net.ipv4.tcp_rmem = 4096 131072 6291456\n"},
		{"/etc/security/limits.d/90-tcptune.conf", "\n* soft nofile 65536\n"
							   "root hard nofile 524288\n"},
		{"/etc/systemd/system.conf.d/90-tcptune.conf",
		 "\n[Manager]\nDefaultLimitNOFILE=1024:524288\n"},
		{"/etc/systemd/user.conf.d/90-tcptune.conf",
		 "\n[Manager]\nDefaultLimitNOFILE=2048:4096\n"},
		{"/etc/systemd/system/x.socket.d/90-tcptune.conf",
		 "\n[Socket]\nLimitNOFILE=10:20\n"},
		{"/etc/modules-load.d/90-tcptune.conf", "\nnf_conntrack\n"},
	};
	auto_call(own_entries_done) struct own_entries list = {0}, back = {0};

	fill(&list);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct bytes b;

		assert_ok(own_text(&list, "server", files[i].path, &b));
		assert_has(b.data, files[i].text);
		assert_true(text_ends(b.data, files[i].text));
		assert_has(b.data, "# Profile \"server\".\n");
		assert_int_equal(strlen(b.data), b.len);
		assert_int_equal(own_text_state(&b), OWN_UNTOUCHED);
		assert_ok(own_text_parse(&b, files[i].path, &back));
		bytes_done(&b);
	}
	assert_int_equal(back.len, list.len);
	for (size_t i = 0; i < list.len; i++) {
		assert_string_equal(back.items[i].key, list.items[i].key);
		assert_string_equal(back.items[i].value, list.items[i].value);
	}
}

static void every_line_is_short_and_every_comment_begins_with_a_hash(void **state)
{
	auto_call(own_entries_done) struct own_entries list = {0};
	struct bytes b;
	char *save = NULL;

	put(&list, "net.core.somaxconn", "4096");
	assert_ok(own_text(&list, "a", "/etc/sysctl.d/90-tcptune.conf", &b));
	assert_int_equal(b.data[b.len - 1], '\n');
	for (char *line = strtok_r(b.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_true(strlen(line) < 1000);
		assert_true(*line == '#' || strcmp(line, "net.core.somaxconn = 4096") == 0);
	}
	bytes_done(&b);
}

static void without_entries_there_is_no_file(void **state)
{
	auto_call(own_entries_done) struct own_entries list = {0};
	struct bytes b;

	put(&list, "net.core.somaxconn", "4096");
	assert_ok(own_text(&list, "a", "/etc/security/limits.d/90-tcptune.conf", &b));
	assert_null(b.data);
	assert_ok(own_text(&list, "a", "/etc/passwd", &b));
	assert_null(b.data);
	assert_int_equal(own_text_state(&b), OWN_ABSENT);
}

static void a_strange_profile_name_stays_out_of_the_file(void **state)
{
	static const char *const names[] = {"a\nnet.core.somaxconn = 1", "\033[1m", "a b"};
	auto_call(own_entries_done) struct own_entries list = {0};
	struct bytes b;

	put(&list, "net.core.somaxconn", "4096");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_ok(own_text(&list, names[i], "/etc/sysctl.d/90-tcptune.conf", &b));
		assert_null(strstr(b.data, "Profile"));
		bytes_done(&b);
	}
}

/* Whatever byte is changed, the file is not as we wrote it. */
static void any_edit_is_seen(void **state)
{
	auto_call(own_entries_done) struct own_entries list = {0};
	struct bytes b;

	put(&list, "net.core.somaxconn", "4096");
	assert_ok(own_text(&list, "a", "/etc/sysctl.d/90-tcptune.conf", &b));
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 1;
		assert_int_not_equal(own_text_state(&b), OWN_UNTOUCHED);
		b.data[i] ^= 1;
	}
	b.data[--b.len] = '\0';
	assert_int_equal(own_text_state(&b), OWN_EDITED);
	bytes_done(&b);
}

static void a_file_of_somebody_else_is_told_from_ours(void **state)
{
	static char other[] = "net.core.somaxconn = 1\n", old[] = "# Made by tcptune, long ago\n",
		    empty[] = "";
	const struct bytes files[] = {
		{other, sizeof(other) - 1}, {old, sizeof(old) - 1}, {empty, 0}, {NULL, 0}};
	static const enum own_state states[] = {OWN_NOT_OURS, OWN_EDITED, OWN_MASKED, OWN_ABSENT};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		assert_int_equal(own_text_state(&files[i]), states[i]);
}

static void what_makes_no_sense_in_an_edited_file_is_passed_over(void **state)
{
	static char text[] = "# Made by tcptune\n[x]\nnet.core.somaxconn=1\nnet.core.somaxconn\n"
			     "no.such.key = 1\nnet.ipv4.tcp_fastopen_key = 1\n"
			     "net.core.somaxconn = \033\nnet.ipv4.tcp_sack = 1\n";
	const struct bytes b = {text, sizeof(text) - 1};
	auto_call(own_entries_done) struct own_entries list = {0};

	assert_ok(own_text_parse(&b, "/etc/sysctl.d/90-tcptune.conf", &list));
	assert_int_equal(list.len, 1);
	assert_string_equal(list.items[0].key, "net.ipv4.tcp_sack");
}

/* ---- on the host ---- */

static void hard_link(const char *dir, const char *from, const char *to)
{
	char a[256], b[256];

	snprintf(a, sizeof(a), "%s/%s", dir, from);
	snprintf(b, sizeof(b), "%s/%s", dir, to);
	assert_ok(link(a, b));
}

static void soft_link(const char *dir, const char *to, const char *name)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", dir, name);
	assert_ok(symlink(to, full));
}

static enum own_state state_at(const struct own_files *f, const char *path)
{
	const struct own_file *file = own_files_find(f, path);

	assert_non_null(file);
	return file->state;
}

static void what_stands_in_our_place_is_told(void **state)
{
	auto_call(own_files_done) struct own_files f = {0};
	auto_close int root = -1;
	char dir[64];

	scratch_make(dir);
	assert_ok(root_open(dir, &root, NULL));
	scratch_file(dir, "etc/sysctl.d/x", "");
	soft_link(dir, "/dev/null", "etc/sysctl.d/90-tcptune.conf");
	scratch_file(dir, "etc/security/limits.d/90-tcptune.conf", "# Made by tcptune\n");
	hard_link(dir, "etc/security/limits.d/90-tcptune.conf", "etc/security/other");
	scratch_file(dir, "etc/modules-load.d/x", "");
	soft_link(dir, "x", "etc/modules-load.d/90-tcptune.conf");
	scratch_file(dir, "etc/systemd/system.conf.d/90-tcptune.conf/x", "");
	scratch_file(dir, "etc/systemd/system/a.service.d/90-tcptune.conf", "x");
	scratch_file(dir, "etc/systemd/system/b.service.d/other.conf", "x");

	assert_ok(own_files_read(root, NULL, own_text_state, &f, NULL));
	assert_int_equal(state_at(&f, "/etc/sysctl.d/90-tcptune.conf"), OWN_MASKED);
	assert_int_equal(state_at(&f, "/etc/security/limits.d/90-tcptune.conf"), OWN_HARD_LINKED);
	assert_int_equal(state_at(&f, "/etc/modules-load.d/90-tcptune.conf"), OWN_LINK);
	assert_int_equal(state_at(&f, "/etc/systemd/system.conf.d/90-tcptune.conf"), OWN_NO_FILE);
	assert_int_equal(state_at(&f, "/etc/systemd/user.conf.d/90-tcptune.conf"), OWN_ABSENT);
	assert_int_equal(state_at(&f, "/etc/systemd/system/a.service.d/90-tcptune.conf"),
			 OWN_NOT_OURS);
	assert_int_equal(f.len, 6);
	scratch_remove(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_has_its_file),
		cmocka_unit_test(other_paths_are_not_ours),
		cmocka_unit_test(entries_are_sorted_and_each_there_once),
		cmocka_unit_test(ports_are_written_in_the_direction_that_works),
		cmocka_unit_test(what_resets_others_comes_first),
		cmocka_unit_test(every_file_says_its_entries_and_is_read_back),
		cmocka_unit_test(every_line_is_short_and_every_comment_begins_with_a_hash),
		cmocka_unit_test(without_entries_there_is_no_file),
		cmocka_unit_test(a_strange_profile_name_stays_out_of_the_file),
		cmocka_unit_test(any_edit_is_seen),
		cmocka_unit_test(a_file_of_somebody_else_is_told_from_ours),
		cmocka_unit_test(what_makes_no_sense_in_an_edited_file_is_passed_over),
		cmocka_unit_test(what_stands_in_our_place_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
