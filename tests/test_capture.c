/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "model/catalogue.h"
#include "read/capture.h"
#include "read/capture_rows.h"

struct tree {
	char dir[64];
	int root;
	struct capture capture;
};

static void make_link(const struct tree *t, const char *path, const char *target)
{
	const char *slash = strrchr(path, '/');
	char full[512], keep[512];

	if (slash) {
		snprintf(keep, sizeof(keep), "%.*s/.keep", (int)(slash - path), path);
		scratch_file(t->dir, keep, "");
	}
	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	assert_int_equal(symlink(target, full), 0);
}

static void set_mode(const struct tree *t, const char *path, mode_t mode)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	assert_int_equal(chmod(full, mode), 0);
}

static int begin(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	scratch_make(t->dir);
	assert_ok(root_open(t->dir, &t->root, NULL));
	*state = t;
	return 0;
}

static int end(void **state)
{
	struct tree *t = *state;

	capture_done(&t->capture);
	(void)close(t->root);
	scratch_remove(t->dir);
	free(t);
	return 0;
}

static void list(struct tree *t)
{
	struct host host = {.online = true, .captured = true};
	auto_close int proc_sys = root_openat(t->root, "proc/sys", O_PATH);

	host.online = proc_sys >= 0;
	capture_done(&t->capture);
	assert_ok(capture_list(&host, t->root, &t->capture, NULL));
	for (size_t i = 1; i < t->capture.len; i++)
		assert_true(strcmp(t->capture.items[i - 1].path, t->capture.items[i].path) < 0);
}

static struct capture_item *find(struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->capture.len; i++) {
		if (strcmp(t->capture.items[i].path, path) == 0)
			return &t->capture.items[i];
	}
	return NULL;
}

static char *read_item(struct tree *t, const char *path)
{
	struct capture_item *item = find(t, path);
	char *bytes = NULL;
	size_t len;

	if (!item)
		fail_msg("%s is not in the list", path);
	assert_ok(capture_read(&t->capture, t->root, item, NULL, &bytes, &len));
	assert_int_equal(len, strlen(bytes));
	return bytes;
}

static void assert_bytes(struct tree *t, const char *path, const char *expected)
{
	auto_free char *bytes = read_item(t, path);

	if (strcmp(bytes, expected) != 0)
		fail_msg("%s: \"%s\"", path, bytes);
}

static void assert_link(struct tree *t, const char *path, const char *target)
{
	const struct capture_item *item = find(t, path);

	if (!item)
		fail_msg("%s is not in the list", path);
	assert_int_equal(item->kind, CAPTURE_LINK);
	assert_string_equal(item->text, target);
}

static void assert_left_out(const struct tree *t, const char *words)
{
	for (size_t i = 0; i < t->capture.left_out.len; i++) {
		if (strstr(t->capture.left_out.items[i], words))
			return;
	}
	fail_msg("nothing was said of \"%s\"", words);
}

/* ---- what is in it ----------------------------------------------------- */

static void keys_of_the_catalogue_have_values_and_others_names(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "proc/sys/net/core/somaxconn", "4096\n");
	scratch_file(t->dir, "proc/sys/net/ipv4/conf/eth0.7/rp_filter", "2\n");
	scratch_file(t->dir, "proc/sys/kernel/core_pattern", "|/opt/hunter2\n");
	scratch_file(t->dir, "proc/sys/kernel/hostname", "web1\n");
	list(t);

	assert_bytes(t, "/proc/sys/net/core/somaxconn", "4096\n");
	assert_bytes(t, "/proc/sys/kernel/core_pattern", "");
	assert_bytes(t, "/proc/sys/kernel/hostname", "web1\n");
	assert_non_null(find(t, "/proc/sys/net/ipv4/conf/eth0.7/rp_filter"));
	assert_int_equal(find(t, "/proc/sys/net/core/somaxconn")->mtime, 0);
}

/* A setting without a w bit for its owner is one that the kernel lets nobody set. */
static void keys_keep_their_modes(void **state)
{
	static const mode_t modes[] = {0644, 0444, 0600, 0200};
	struct tree *t = *state;

	scratch_file(t->dir, "proc/sys/net/core/somaxconn", "4096\n");
	scratch_file(t->dir, "proc/sys/kernel/core_pattern", "core\n");
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		set_mode(t, "proc/sys/net/core/somaxconn", modes[i]);
		set_mode(t, "proc/sys/kernel/core_pattern", modes[i]);
		list(t);
		assert_int_equal(find(t, "/proc/sys/net/core/somaxconn")->mode, modes[i]);
		assert_int_equal(find(t, "/proc/sys/kernel/core_pattern")->mode, modes[i]);
	}
}

static void assert_no_value(struct tree *t, const char *path)
{
	char *bytes = NULL;
	size_t len;

	if (!find(t, path))
		fail_msg("%s is not in the list", path);
	assert_ok(capture_read(&t->capture, t->root, find(t, path), NULL, &bytes, &len));
	assert_int_equal(len, 1);
	assert_int_equal(bytes[0], '\0');
	free(bytes);
}

/* Whoever reads the copy as root can read a file of mode 0, so the mode cannot tell. */
static void keys_that_cannot_be_read_stay_so(void **state)
{
	const size_t n = CAPTURE_FILE_MAX + 1;
	struct tree *t = *state;
	char *bytes = malloc(n), path[128];

	assert_non_null(bytes);
	memset(bytes, '7', n);
	scratch_bytes(t->dir, "proc/sys/net/core/rmem_max", bytes, n);
	free(bytes);
	scratch_file(t->dir, "proc/sys/net/core/somaxconn/x", "");
	scratch_file(t->dir, "proc/sys/net/core/wmem_max", "1\n");
	make_link(t, "proc/sys/net/core/rmem_default", "wmem_max");
	snprintf(path, sizeof(path), "%s/proc/sys/net/core/wmem_default", t->dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	list(t);

	assert_no_value(t, "/proc/sys/net/core/rmem_max");
	assert_no_value(t, "/proc/sys/net/core/rmem_default");
	assert_no_value(t, "/proc/sys/net/core/wmem_default");
	assert_int_equal(find(t, "/proc/sys/net/core/wmem_default")->mode, 0644);
	assert_int_equal(find(t, "/proc/sys/net/core/somaxconn")->kind, CAPTURE_DIR);
	assert_bytes(t, "/proc/sys/net/core/wmem_max", "1\n");
}

static void a_key_that_is_not_readable_for_us_keeps_its_mode(void **state)
{
	struct tree *t = *state;

	if (geteuid() == 0)
		skip_because("root can read every file");
	scratch_file(t->dir, "proc/sys/net/core/somaxconn", "4096\n");
	set_mode(t, "proc/sys/net/core/somaxconn", 0200);
	list(t);
	assert_no_value(t, "/proc/sys/net/core/somaxconn");
	assert_int_equal(find(t, "/proc/sys/net/core/somaxconn")->mode, 0200);
	assert_left_out(t, "/proc/sys/net/core/somaxconn could not be read");
}

/* With the families' rows in the catalogue, each of them for every interface. */
static void interface_families_have_values(void **state)
{
	struct tree *t = *state;
	size_t families = 0;

	for (size_t i = 0; i < catalogue_size(); i++) {
		const struct tunable *row = catalogue_at(i);
		char path[256] = "proc/sys/", *p = path + strlen(path);

		if (!tunable_is_pattern(row) || catalogue_denies(row->key))
			continue;
		for (const char *k = row->key; *k; k++) {
			if (*k == '*')
				p = stpcpy(p, "eth0.7");
			else
				*p++ = (char)(*k == '.' ? '/' : *k);
		}
		*p = '\0';
		scratch_file(t->dir, path, "23\n");
		families++;
		list(t);
		memmove(path + 1, path, strlen(path) + 1);
		path[0] = '/';
		assert_bytes(t, path, "23\n");
	}
	assert_true(families > 0);
}

static void what_must_not_be_read_is_not_even_named(void **state)
{
	static const char *const paths[] = {
		"proc/sys/net/ipv4/tcp_fastopen_key",
		"proc/sys/net/ipv6/conf/all/stable_secret",
		"proc/sys/net/ipv4/route/flush",
		"proc/sys/net/netfilter/nf_hooks_lwtunnel",
	};
	struct tree *t = *state;

	scratch_file(t->dir, "proc/sys/net/core/somaxconn", "4096\n");
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		scratch_file(t->dir, paths[i], "hunter2\n");
	list(t);

	assert_non_null(find(t, "/proc/sys/net/core/somaxconn"));
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		char path[128];

		snprintf(path, sizeof(path), "/%s", paths[i]);
		assert_null(find(t, path));
	}
}

static void an_offline_host_has_its_files_only(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "etc/sysctl.d/10-a.conf", "a = 1\n");
	scratch_file(t->dir, "proc/1/limits", "x\n");
	list(t);
	assert_bytes(t, "/etc/sysctl.d/10-a.conf", "a = 1\n");
}

static void processes_that_listen_come_with_their_sockets(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "proc/sys/net/core/somaxconn", "4096\n");
	scratch_file(t->dir, "proc/net/tcp",
		     "  sl  local_address\n   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 "
		     "00:00000000 00000000     0        0 11 1 0\n");
	scratch_file(t->dir, "proc/80/comm", "sshd\n");
	scratch_file(t->dir, "proc/80/cgroup", "0::/system.slice/ssh.service\n");
	scratch_file(t->dir, "proc/80/limits", "Max open files  1  2  files\n");
	scratch_file(t->dir, "proc/80/environ", "hunter2\n");
	scratch_file(t->dir, "proc/80/fd-count", "9\n");
	scratch_file(t->dir, "proc/81/comm", "other\n");
	make_link(t, "proc/80/fd/3", "socket:[11]");
	make_link(t, "proc/80/fd/4", "/home/bob/secret");
	list(t);

	assert_link(t, "/proc/80/fd/3", "socket:[11]");
	assert_bytes(t, "/proc/80/comm", "sshd\n");
	assert_bytes(t, "/proc/80/cgroup", "0::/system.slice/ssh.service\n");
	assert_bytes(t, "/proc/80/limits", "Max open files  1  2  files\n");
	assert_bytes(t, "/proc/80/fd-count", "9\n");
	assert_null(find(t, "/proc/80/fd/4"));
	assert_null(find(t, "/proc/80/environ"));
	assert_null(find(t, "/proc/81/comm"));
}

/* ---- links ------------------------------------------------------------- */

static void links_stay_links_and_bring_what_they_lead_to(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "etc/sysctl.conf", "a = 1\n");
	make_link(t, "etc/sysctl.d/99-sysctl.conf", "../sysctl.conf");
	make_link(t, "etc/sysctl.d/50-mask.conf", "/dev/null");
	make_link(t, "etc/sysctl.d/51-dangling.conf", "../nowhere");
	make_link(t, "etc/sysctl.d/52-loop.conf", "52-loop.conf");
	scratch_file(t->dir, "opt/b/tuning", "b = 2\npassword = hunter2\n");
	make_link(t, "opt/a", "b");
	make_link(t, "etc/sysctl.d/53-opt.conf", "/opt/a/./../a/tuning");
	scratch_file(t->dir, "usr/lib/sysctl.d/50-vendor.conf", "c = 3\n");
	make_link(t, "lib", "usr/lib");
	list(t);

	assert_link(t, "/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf");
	assert_bytes(t, "/etc/sysctl.conf", "a = 1\n");
	assert_link(t, "/etc/sysctl.d/50-mask.conf", "/dev/null");
	assert_link(t, "/etc/sysctl.d/51-dangling.conf", "../nowhere");
	assert_link(t, "/etc/sysctl.d/52-loop.conf", "52-loop.conf");
	assert_link(t, "/etc/sysctl.d/53-opt.conf", "/opt/a/./../a/tuning");
	assert_link(t, "/opt/a", "b");
	assert_bytes(t, "/opt/b/tuning", "b = 2\npassword = MASKED\n");
	assert_link(t, "/lib", "usr/lib");
	assert_bytes(t, "/usr/lib/sysctl.d/50-vendor.conf", "c = 3\n");
	assert_null(find(t, "/lib/sysctl.d/50-vendor.conf"));
	assert_null(find(t, "/dev/null"));
}

static void a_link_does_not_bring_what_not_everybody_may_read(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "etc/shadow", "root:hunter2\n");
	scratch_file(t->dir, "home/bob/x", "hunter2\n");
	scratch_file(t->dir, "opt/private", "hunter2\n");
	set_mode(t, "opt/private", 0640);
	make_link(t, "etc/sysctl.d/1.conf", "../shadow");
	make_link(t, "etc/sysctl.d/2.conf", "/home/bob/x");
	make_link(t, "etc/sysctl.d/3.conf", "/opt/private");
	make_link(t, "etc/sysctl.d/4.conf", "../../../../../etc/shadow");
	list(t);

	assert_link(t, "/etc/sysctl.d/1.conf", "../shadow");
	assert_null(find(t, "/etc/shadow"));
	assert_null(find(t, "/home/bob/x"));
	assert_null(find(t, "/opt/private"));
	assert_left_out(t, "/etc/shadow is where a link leads");
	assert_left_out(t, "/opt/private is where a link leads");
}

/* ---- files ------------------------------------------------------------- */

static void programs_and_libraries_are_names_only(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "usr/lib/systemd/systemd", "an ELF file");
	scratch_file(t->dir, "usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", "ELF");
	scratch_file(t->dir, "usr/lib/x86_64-linux-gnu/libpam.so.0.85.1", "ELF");
	scratch_file(t->dir, "usr/lib/x86_64-linux-gnu/libc.so.6", "ELF");
	list(t);

	assert_bytes(t, "/usr/lib/systemd/systemd", "");
	assert_bytes(t, "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", "");
	assert_bytes(t, "/usr/lib/x86_64-linux-gnu/libpam.so.0.85.1", "");
	assert_null(find(t, "/usr/lib/x86_64-linux-gnu/libc.so.6"));
}

static void each_file_is_redacted_by_its_kind(void **state)
{
	static const struct {
		const char *path, *text, *shown;
	} files[] = {
		{"etc/passwd", "a:hunter2:1:2:hunter2:/:/s\n", "a:x:1:2:::\n"},
		{"etc/group", "a:hunter2:1:b\n", "a:x:1:b\n"},
		{"etc/profile.d/x.sh", "TOKEN=hunter2\nulimit -n 5\n", "\nulimit -n 5\n"},
		{"etc/systemd/system/x.service", "[Service]\nExecStart=hunter2\nLimitNOFILE=5\n",
		 "[Service]\n\nLimitNOFILE=5\n"},
		{"etc/systemd/system/x.service.d/y.conf", "Environment=hunter2\n", "\n"},
		{"etc/systemd/system/x.service.d/90-tcptune.conf", "# ours\n", "# ours\n"},
		{"etc/sysctl.d/a.conf", "net.ipv4.tcp_fastopen_key = hunter2\n",
		 "net.ipv4.tcp_fastopen_key = MASKED\n"},
		{"etc/tcptune/profiles/p.conf", "{ key = \"a\" }\n", "{ key = \"a\" }\n"},
		{"var/lib/cloud/instance/user-data.txt", "password: hunter2\n- sysctl -w a=1\n",
		 "\n- sysctl -w a=1\n"},
	};
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		scratch_file(t->dir, files[i].path, files[i].text);
	list(t);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[128];

		snprintf(path, sizeof(path), "/%s", files[i].path);
		assert_bytes(t, path, files[i].shown);
	}
}

static void what_is_no_regular_file_is_said_and_not_opened(void **state)
{
	struct tree *t = *state;
	char fifo[128];

	scratch_file(t->dir, "etc/sysctl.d/directory.conf/x", "");
	snprintf(fifo, sizeof(fifo), "%s/etc/sysctl.d/fifo.conf", t->dir);
	assert_int_equal(mkfifo(fifo, 0644), 0);
	list(t);

	assert_null(find(t, "/etc/sysctl.d/fifo.conf"));
	assert_left_out(t, "/etc/sysctl.d/fifo.conf is not a regular file");
	assert_int_equal(find(t, "/etc/sysctl.d/directory.conf")->kind, CAPTURE_DIR);
}

static void a_file_too_long_is_cut_behind_a_line_and_said(void **state)
{
	struct tree *t = *state;
	size_t n = CAPTURE_FILE_MAX + 100;
	char *bytes = malloc(n);
	auto_free char *got = NULL;

	assert_non_null(bytes);
	memset(bytes, 'x', n);
	for (size_t i = 99; i < n; i += 1000)
		bytes[i] = '\n';
	scratch_bytes(t->dir, "etc/sysctl.d/long.conf", bytes, n);
	free(bytes);
	list(t);

	got = read_item(t, "/etc/sysctl.d/long.conf");
	assert_true(strlen(got) <= CAPTURE_FILE_MAX);
	assert_true(strlen(got) > CAPTURE_FILE_MAX - 1001);
	assert_int_equal(got[strlen(got) - 1], '\n');
	assert_left_out(t, "/etc/sysctl.d/long.conf is cut after");
}

static void the_whole_is_bounded_too(void **state)
{
	struct tree *t = *state;

	scratch_file(t->dir, "etc/sysctl.d/a.conf", "a = 1\nb = 2\n");
	list(t);
	t->capture.total_left = 8;
	assert_bytes(t, "/etc/sysctl.d/a.conf", "a = 1\n");
	assert_int_equal(t->capture.total_left, 2);
	assert_left_out(t, "is cut after 6 bytes");
}

static void what_cannot_be_read_stays_unreadable(void **state)
{
	struct tree *t = *state;

	if (geteuid() == 0)
		skip_because("root can read every file");
	scratch_file(t->dir, "etc/sysctl.d/a.conf", "a = 1\n");
	set_mode(t, "etc/sysctl.d/a.conf", 0);
	list(t);
	assert_bytes(t, "/etc/sysctl.d/a.conf", "");
	assert_int_equal(find(t, "/etc/sysctl.d/a.conf")->mode, 0);
	assert_left_out(t, "could not be read");
}

static void what_is_gone_meanwhile_is_no_failure(void **state)
{
	struct tree *t = *state;
	char full[128], *bytes = NULL;
	size_t len;

	scratch_file(t->dir, "etc/sysctl.d/a.conf", "a = 1\n");
	list(t);
	snprintf(full, sizeof(full), "%s/etc/sysctl.d/a.conf", t->dir);
	assert_int_equal(unlink(full), 0);
	assert_fails(capture_read(&t->capture, t->root, find(t, "/etc/sysctl.d/a.conf"), NULL,
				  &bytes, &len),
		     ENOENT);
}

/* ---- the table --------------------------------------------------------- */

static void every_pattern_is_absolute_and_named_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < capture_rows_size(); i++) {
		const char *p = capture_row_at(i)->pattern;

		assert_int_equal(p[0], '/');
		assert_null(strstr(p, "//"));
		assert_null(strpbrk(p, "[]"));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(p, capture_row_at(j)->pattern);
	}
}

static void a_star_does_not_span_directories_when_paths_are_matched(void **state)
{
	(void)state;
	assert_non_null(capture_row_match("/etc/sysctl.d/x.conf"));
	assert_null(capture_row_match("/etc/sysctl.d/deep/x.conf"));
	assert_int_equal(capture_row_match("/etc/sysctl.d/90-tcptune.conf")->redaction, REDACT_OWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_of_the_catalogue_have_values_and_others_names),
		TEST(keys_keep_their_modes),
		TEST(keys_that_cannot_be_read_stay_so),
		TEST(interface_families_have_values),
		TEST(what_must_not_be_read_is_not_even_named),
		TEST(an_offline_host_has_its_files_only),
		TEST(processes_that_listen_come_with_their_sockets),
		TEST(links_stay_links_and_bring_what_they_lead_to),
		TEST(a_link_does_not_bring_what_not_everybody_may_read),
		TEST(programs_and_libraries_are_names_only),
		TEST(each_file_is_redacted_by_its_kind),
		TEST(what_is_no_regular_file_is_said_and_not_opened),
		TEST(a_file_too_long_is_cut_behind_a_line_and_said),
		TEST(the_whole_is_bounded_too),
		TEST(what_cannot_be_read_stays_unreadable),
		TEST(a_key_that_is_not_readable_for_us_keeps_its_mode),
		TEST(what_is_gone_meanwhile_is_no_failure),
		cmocka_unit_test(every_pattern_is_absolute_and_named_once),
		cmocka_unit_test(a_star_does_not_span_directories_when_paths_are_matched),
	};

	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
