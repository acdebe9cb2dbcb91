/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/tree.h"

#include "base/text.h"
#include "check.h"
#include "read/limits_conf.h"
#include "read/lines.h"
#include "read/modules.h"
#include "read/sysctld.h"
#include "read/systemd_conf.h"
#include "read/systemd_unit.h"

struct world {
	char dir[64];
	int root;
};

static void world_make(struct world *w)
{
	scratch_make(w->dir);
	assert_ok(root_open(w->dir, &w->root, NULL));
}

static void world_done(struct world *w)
{
	(void)close(w->root);
	scratch_remove(w->dir);
}

static void link_in(const struct world *w, const char *to, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", w->dir, path);
	assert_ok(symlink(to, full));
}

static void read_is(struct tree t, const char *path, const char *text)
{
	auto_free char *got = NULL;

	assert_ok(tree_read(t, path, 4096, &got, NULL, NULL));
	assert_string_equal(got, text);
}

static void an_overlay_goes_by_the_real_name(void **state)
{
	struct overlay_file over[] = {{"/etc/sysctl.conf", "new", 3}};
	struct overlay overlay = {.items = over, .len = 1};
	auto_free char *real = NULL;
	enum node_kind kind;
	struct world w;

	world_make(&w);
	scratch_file(w.dir, "etc/sysctl.conf", "old");
	scratch_file(w.dir, "etc/sysctl.d/a.conf", "a");
	link_in(&w, "../sysctl.conf", "etc/sysctl.d/99-sysctl.conf");

	read_is(tree_of(w.root), "/etc/sysctl.d/99-sysctl.conf", "old");
	read_is((struct tree){w.root, &overlay}, "/etc/sysctl.d/99-sysctl.conf", "new");
	read_is((struct tree){w.root, &overlay}, "/etc/sysctl.d/a.conf", "a");
	assert_ok(tree_resolve((struct tree){w.root, &overlay}, "/etc/sysctl.d/99-sysctl.conf",
			       &kind, &real, NULL));
	assert_int_equal(kind, NODE_FILE);
	assert_string_equal(real, "/etc/sysctl.conf");
	world_done(&w);
}

/* A file renamed over a link replaces the link, not what it leads to. */
static void an_overlay_stands_in_the_place_of_a_link(void **state)
{
	struct overlay_file over[] = {{"/d/mask.conf", "new", 3}};
	struct overlay overlay = {.items = over, .len = 1};
	struct world w;

	world_make(&w);
	scratch_file(w.dir, "d/a.conf", "");
	link_in(&w, "/dev/null", "d/mask.conf");
	read_is((struct tree){w.root, &overlay}, "/d/mask.conf", "new");
	world_done(&w);
}

static void what_is_taken_away_is_missing(void **state)
{
	struct overlay_file over[] = {{"/d/b.conf", NULL, 0}};
	struct overlay overlay = {.items = over, .len = 1};
	auto_call(names_done) struct names names = {0};
	auto_free char *text = NULL;
	char *real = NULL;
	enum node_kind kind;
	struct tree t;
	struct world w;

	world_make(&w);
	t = (struct tree){w.root, &overlay};
	scratch_file(w.dir, "d/a.conf", "");
	scratch_file(w.dir, "d/b.conf", "");
	assert_ok(tree_list(t, "/d", &names, NULL));
	assert_int_equal(names.len, 1);
	assert_string_equal(names.items[0], "a.conf");
	assert_ok(tree_resolve(t, "/d/b.conf", &kind, &real, NULL));
	assert_int_equal(kind, NODE_MISSING);
	assert_null(real);
	assert_fails(tree_read(t, "/d/b.conf", 10, &text, NULL, NULL), ENOENT);
	world_done(&w);
}

static void a_new_file_makes_its_directories(void **state)
{
	struct overlay_file over[] = {
		{"/x/y/c.conf", "c", 1}, {"/linked/d.conf", "d", 1}, {"/real/d.conf", "e", 1}};
	struct overlay overlay = {.items = over, .len = ARRAY_LEN(over)};
	auto_call(names_done) struct names names = {0}, linked = {0};
	auto_free char *real = NULL;
	enum node_kind kind;
	struct tree t;
	struct world w;

	world_make(&w);
	t = (struct tree){w.root, &overlay};
	scratch_file(w.dir, "real/z", "");
	link_in(&w, "real", "linked");

	assert_ok(tree_list(t, "/x/y", &names, NULL));
	assert_int_equal(names.len, 1);
	assert_string_equal(names.items[0], "c.conf");
	assert_ok(tree_resolve(t, "/x", &kind, &real, NULL));
	assert_int_equal(kind, NODE_DIR);
	read_is(t, "/x/y/c.conf", "c");

	/* What leads to a directory has what was put into it, by its real name. */
	assert_ok(tree_list(t, "/linked", &linked, NULL));
	assert_int_equal(linked.len, 2);
	read_is(t, "/linked/d.conf", "e");
	assert_fails(tree_list(t, "/none", &linked, NULL), ENOENT);
	world_done(&w);
}

/* ---- every reader of the boot says of an overlay what it says of files ---- */

static const struct {
	const char *path, *text;
} given[] = {
	{"etc/sysctl.d/50-a.conf", "net.core.somaxconn = 1\n"},
	{"usr/lib/sysctl.d/90-x.conf", "net.core.somaxconn = 2\n"},
	{"etc/security/limits.conf", "* soft nofile 2000\n"},
	{"etc/systemd/system/a.service", "[Service]\nLimitNOFILE=3000\n"},
	{"etc/systemd/system.conf", "[Manager]\n"},
	{"etc/modules-load.d/one.conf", "one\n"},
};

static const struct overlay_file laid[] = {
	{"/etc/sysctl.d/50-a.conf", NULL, 0},
	{"/etc/sysctl.d/90-x.conf", "\nnet.core.somaxconn = 3", 23},
	{"/etc/security/limits.d/90-x.conf", "* hard nofile 5000\n* soft nofile 4000", 37},
	{"/etc/systemd/system/a.service.d/90-x.conf", "[Service]\nLimitNOFILE=6000\n", 27},
	{"/etc/systemd/system.conf.d/90-x.conf", "[Manager]\nDefaultLimitNOFILE=1:7000\n", 36},
	{"/etc/systemd/user.conf.d/90-x.conf", "[Manager]\nDefaultLimitNOFILE=1:8000\n", 36},
	{"/etc/modules-load.d/one.conf", "two\nthree", 9},
};

static void tell_sysctl(struct tree files, struct text *t)
{
	const struct sysctld_want want = {.reader = reader_find("sd252"), .hidden = true};
	auto_call(boot_lines_done) struct boot_lines lines = {0};

	assert_ok(sysctld_read(files, &want, &lines, NULL));
	for (size_t i = 0; i < lines.items.len; i++)
		text_addf(t, "%s:%u %d %s\n", boot_file_of(&lines, i)->real,
			  boot_item(&lines, i)->line, boot_file_of(&lines, i)->state,
			  boot_item(&lines, i)->text);
}

static void tell_limit(const struct systemd_limit *l, struct text *t)
{
	text_addf(t, "%s:%u %llu:%llu\n", l->file ? l->file : "-", l->hard_line,
		  (unsigned long long)l->soft, (unsigned long long)l->hard);
}

static void tell_limits(struct tree files, struct text *t)
{
	const struct systemd_reader *reader = systemd_reader_find("sd252");
	auto_call(limits_conf_done) struct limits_conf conf = {0};
	auto_call(systemd_conf_done) struct systemd_conf system = {0}, user = {0};
	auto_call(systemd_unit_done) struct systemd_unit unit = {0};

	assert_ok(limits_conf_read(files, pam_reader_find("deb12"), NULL, &conf, NULL));
	for (size_t i = 0; i < conf.rules.len; i++)
		text_addf(t, "%s:%u %llu\n", conf.files.items[conf.rules.items[i].file],
			  conf.rules.items[i].line, (unsigned long long)conf.rules.items[i].value);
	assert_ok(systemd_conf_read_system(files, reader, &system, NULL));
	assert_ok(systemd_conf_read_user(files, reader, NULL, &user, NULL));
	assert_ok(systemd_unit_read(files, reader, "a", &unit, NULL));
	tell_limit(&system.nofile, t);
	tell_limit(&user.nofile, t);
	tell_limit(&unit.nofile, t);
}

static void tell_modules(struct tree files, struct text *t)
{
	static char kernel[] = "";
	const struct host host = {.kernel = kernel};
	auto_call(strings_done) struct strings modules = {0};

	assert_ok(modules_at_boot(files, &host, &modules, NULL));
	for (size_t i = 0; i < modules.len; i++)
		text_addf(t, "%s\n", modules.items[i]);
}

static void tell(struct tree files, struct text *t)
{
	tell_sysctl(files, t);
	tell_limits(files, t);
	tell_modules(files, t);
}

static void predictions_of_an_overlay_are_those_of_its_files(void **state)
{
	struct overlay overlay = {.len = ARRAY_LEN(laid)};
	auto_text struct text before = {0}, over = {0}, after = {0}, again = {0};
	auto_call(seen_done) struct seen seen = {0};
	struct world w;

	world_make(&w);
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		scratch_file(w.dir, given[i].path, given[i].text);
	overlay.items = memcpy(malloc(sizeof(laid)), laid, sizeof(laid));
	tell(tree_of(w.root), &before);
	tell((struct tree){w.root, &overlay}, &over);
	tell((struct tree){w.root, &overlay, &seen}, &again);
	assert_string_equal(again.str, over.str);
	text_clear(&again);
	tell((struct tree){w.root, NULL, &seen}, &again);
	assert_string_equal(again.str, before.str);

	for (size_t i = 0; i < ARRAY_LEN(laid); i++) {
		char full[256];

		snprintf(full, sizeof(full), "%s%s", w.dir, laid[i].path);
		if (laid[i].data)
			scratch_bytes(w.dir, laid[i].path + 1, laid[i].data, laid[i].len);
		else
			assert_ok(unlink(full));
	}
	tell(tree_of(w.root), &after);
	assert_string_equal(over.str, after.str);
	assert_string_not_equal(over.str, before.str);
	assert_has(over.str, "/etc/systemd/system/a.service.d/90-x.conf:2 6000:6000");
	assert_has(over.str, "two\nthree\n");
	free(overlay.items);
	world_done(&w);
}

/* Links, names and what is missing, whatever is laid over it. */
static void what_was_seen_stays_so_until_somebody_looks_anew(void **state)
{
	struct overlay_file over[] = {{"/etc/sysctl.d/x.conf", "new", 3}};
	struct overlay overlay = {.items = over, .len = 1};
	auto_call(seen_done) struct seen seen = {0}, anew = {0};
	struct tree t = {.over = &overlay, .seen = &seen};

	for (int again = 0; again < 2; again++) {
		auto_call(names_done) struct names names = {0}, none = {0};
		auto_free char *real = NULL, *missing = NULL;
		enum node_kind kind;
		struct world w;

		world_make(&w);
		scratch_file(w.dir, "etc/sysctl.conf", "old");
		scratch_file(w.dir, again ? "etc/sysctl.d/b.conf" : "etc/sysctl.d/a.conf", "a");
		link_in(&w, "../sysctl.conf", "etc/sysctl.d/99-sysctl.conf");
		t.root = w.root;
		assert_ok(tree_list(t, "/etc/sysctl.d", &names, NULL));
		assert_int_equal(names.len, 3);
		assert_string_equal(names.items[1], "a.conf");
		assert_ok(tree_resolve(t, "/etc/sysctl.d/99-sysctl.conf", &kind, &real, NULL));
		assert_string_equal(real, "/etc/sysctl.conf");
		assert_ok(tree_resolve(t, "/etc/sysctl.d/b.conf", &kind, &missing, NULL));
		assert_int_equal(kind, NODE_MISSING);
		assert_null(missing);
		assert_fails(tree_list(t, "/run/sysctl.d", &none, NULL), ENOENT);
		if (again) {
			t.seen = &anew;
			assert_ok(tree_resolve(t, "/etc/sysctl.d/b.conf", &kind, &missing, NULL));
			assert_int_equal(kind, NODE_FILE);
		}
		world_done(&w);
	}
}

/* By way of the directory, which is looked at before. */
static void what_is_seen_is_what_is_there(void **state)
{
	static const char *const paths[] = {
		"/",
		"/lib",
		"/lib/",
		"/lib/d",
		"/lib/d/x.conf",
		"/lib/d/no.conf",
		"/lib/d/link",
		"/lib/d/null",
		"/lib/d/gone/x",
		"/lib/d/x.conf/y",
		"/lib/d/../d/x.conf",
		"/lib/./d/x.conf",
		"/lib//d/x.conf",
		"/loop",
		"/loop/x",
		"/abs/d/x.conf",
		"/out/d/x.conf",
		"/no/such/dir/x",
		"/gone",
		"/gone/x",
		"lib/d/x.conf",
		"",
	};
	auto_call(seen_done) struct seen seen = {0};
	struct world w;

	world_make(&w);
	scratch_file(w.dir, "usr/lib/d/x.conf", "x");
	scratch_file(w.dir, "usr/lib/x", "x");
	link_in(&w, "usr/lib", "lib");
	link_in(&w, "../x", "usr/lib/d/link");
	link_in(&w, "/dev/null", "usr/lib/d/null");
	link_in(&w, "loop", "loop");
	link_in(&w, "/usr/lib", "abs");
	link_in(&w, "../../../usr/lib", "out");
	link_in(&w, "/nowhere", "gone");
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		auto_free char *real = NULL, *known = NULL;
		enum node_kind kind = NODE_FILE, as = NODE_FILE;
		int r = root_resolve(w.root, paths[i], &kind, &real, NULL);

		assert_int_equal(seen_resolve(&seen, w.root, paths[i], &as, &known, NULL), r);
		if (kind != as || !text_equal(real, known))
			fail_msg("'%s': %d %s, not %d %s", paths[i], as, known ? known : "-", kind,
				 real ? real : "-");
	}
	world_done(&w);
}

/* What is small is read once; what is not is not kept, whoever made it so large. */
static void a_file_that_was_seen_is_not_read_again(void **state)
{
	enum { LARGE = 64 * 1024 + 1 };
	auto_call(seen_done) struct seen seen = {0};
	auto_free char *large = malloc(LARGE + 1), *got = NULL;
	struct tree t = {.seen = &seen};
	const char *data;
	struct world w;
	size_t len;

	world_make(&w);
	t.root = w.root;
	memset(large, 'x', LARGE);
	large[LARGE] = '\0';
	scratch_file(w.dir, "etc/a", "old");
	scratch_file(w.dir, "etc/large", large);
	scratch_bytes(w.dir, "etc/nul", "a\0b", 3);

	read_is(t, "/etc/a", "old");
	assert_fails(tree_read(t, "/etc/b", 4096, &got, NULL, NULL), ENOENT);
	assert_fails(tree_read(t, "/etc", 4096, &got, NULL, NULL), EISDIR);
	assert_int_equal(tree_bytes(t, "/etc/large", &data, &len, NULL), 1);

	scratch_file(w.dir, "etc/a", "new");
	scratch_file(w.dir, "etc/b", "made");
	read_is(t, "/etc/a", "old");
	assert_fails(tree_read(t, "/etc/b", 4096, &got, NULL, NULL), ENOENT);
	assert_fails(tree_read(t, "/etc/a", 2, &got, NULL, NULL), EFBIG);
	assert_fails(tree_read(t, "/etc/nul", 4096, &got, NULL, NULL), EBADMSG);
	read_is(tree_of(w.root), "/etc/a", "new");

	assert_ok(tree_read(t, "/etc/large", LARGE, &got, &len, NULL));
	assert_int_equal(len, LARGE);
	scratch_file(w.dir, "etc/large", "small");
	read_is(t, "/etc/large", "small");
	world_done(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_overlay_goes_by_the_real_name),
		cmocka_unit_test(an_overlay_stands_in_the_place_of_a_link),
		cmocka_unit_test(what_is_taken_away_is_missing),
		cmocka_unit_test(a_new_file_makes_its_directories),
		cmocka_unit_test(predictions_of_an_overlay_are_those_of_its_files),
		cmocka_unit_test(what_was_seen_stays_so_until_somebody_looks_anew),
		cmocka_unit_test(what_is_seen_is_what_is_there),
		cmocka_unit_test(a_file_that_was_seen_is_not_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
