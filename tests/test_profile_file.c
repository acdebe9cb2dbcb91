/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profile files, bad and good; where they are found; whom they may belong to.
 */
#include "read/profile_load.h"

#include "check.h"

#include "base/root.h"
#include "base/text.h"
#include "read/conf_file.h"
#include "read/profiles_embedded.h"
#include "read/tcptune_conf.h"

static bool only_this_gate(const char *id)
{
	return strcmp(id, "accept-queue-full") == 0;
}

/* --- one file --- */

struct bad {
	const char *text;
	unsigned line;
	const char *message;
};

#define SYSCTL(entry) "sysctl = (\n" entry "\n);"
#define SOMAXCONN "{ key = \"net.core.somaxconn\"; "
#define NOFILE(entry) "nofile = ( " entry " );"

static const struct bad bad_files[] = {
	/* what libconfig would let pass */
	{"@include \"/etc/passwd\"", 1, "@include"},
	{"summary = \"x\";\n \t @include \"/etc/passwd\"\n", 2, "@include"},
	{"\f\v\r@include \"/etc/passwd\"\n", 1, "@include"},
	{"@Include \"x\"", 1, "@include"},
	{"/* a\n * b\n */\n@include \"x\"", 4, "@include"},
	{"summary = \"x\"; /* and so on\n" SYSCTL(SOMAXCONN "exact = \"4096\"; }"), 1,
	 "comment that begins here is not closed"},
	{"summary = \"x", 1, "not closed"},
	{"summary = \"x\n\";", 1, "not closed on its line"},
	{"summary = \"a\\x00b\";", 1, "backslash"},
	{"summary = \"a\\nnet.ipv4.ip_forward = 1\";", 1, "backslash"},
	{"summary = \"a\tb\";", 1, "control character"},
	{"summary = \"\033[2J\";", 1, "control character"},
	{"\xef\xbb\xbfsummary = \"x\";", 1, "byte order mark"},
	{"\n\na = ((((((((((\"deep\"))))))))));", 3, "too many brackets"},
	{"summary = \"a\";\nsummary = \"b\";", 2, "duplicate"},
	{"summary = ;", 1, "syntax error"},
	/* an end too early, on the last line that has more than a comment */
	{"garbage", 1, "syntax error: the file ends inside a statement"},
	{"garbage\n\n# and\n", 1, "syntax error: the file ends inside a statement"},
	{"summary = \"x\";\nexcept = ( \"a\", ", 2,
	 "syntax error: the file ends inside a list or group"},
	{"summary = \"x\";\nsysctl = (\n{ key = \"net.core.somaxconn\";\n", 3,
	 "syntax error: the file ends inside a list or group"},
	{"summary = (\n);\n}\n", 3, "syntax error"},

	/* the top */
	{"sumary = \"x\";", 1, "unknown field \"sumary\"; did you mean \"summary\"?"},
	{"colour = \"x\";", 1, "known are summary, inherits, sysctl, nofile"},
	{"summary = ( \"x\" );", 1, "summary: expected a string in quotes, found a list"},
	{"summary = 7;", 1, "numbers are written in quotes"},
	{"inherits = \"base\";", 1, "inherits: expected a list"},
	{"inherits = ( 7 );", 1, "numbers are written in quotes"},
	{"inherits = ( \"../../etc/x\" );", 1, "is not the name of a profile"},
	{"inherits = ( \"base\", \"base\" );", 1, "inherited twice"},
	{"sysctl = { };", 1, "sysctl: expected a list"},
	{"sysctl = ( \"net.core.somaxconn\" );", 1, "item: expected a group"},

	/* keys */
	{SYSCTL("{ exact = \"1\"; }"), 2, "no \"key\""},
	{SYSCTL("{ key = 7; }"), 2, "numbers are written in quotes"},
	{SYSCTL("{ key = \"net.core.somaxcon\"; exact = \"4096\"; }"), 2,
	 "did you mean \"net.core.somaxconn\"?"},
	{SYSCTL("{ key = \"net/core/somaxconn\"; exact = \"4096\"; }"), 2,
	 "written with dots here: \"net.core.somaxconn\""},
	{SYSCTL("{ key = \"vm.swappiness\"; exact = \"1\"; }"), 2, "unknown key"},
	{SYSCTL("{ key = \"net.ipv4.tcp_fastopen_key\"; exact = \"1\"; }"), 2,
	 "never read or written"},
	{SYSCTL("{ key = \"net.ipv4.route.flush\"; exact = \"1\"; }"), 2, "never "},
	{SYSCTL("{ key = \"net.netfilter.nf_hooks_lwtunnel\"; exact = \"1\"; }"), 2, "never "},
	{SYSCTL("{ key = \"net.ipv4.conf.*.rp_filter\"; exact = \"1\"; }"), 2, "family"},
	{SYSCTL("{ key = \"net.ipv4.conf.eth0.rp_filter\"; exact = \"1\"; }"), 2,
	 "one interface's"},
	{SYSCTL("{ key = \"net.ipv4.tcp_tw_recycle\"; exact = \"1\"; }"), 2,
	 "was removed in Linux 4.12"},
	{SYSCTL("{ key = \"net.ipv4.tcp_low_latency\"; exact = \"1\"; }"), 2,
	 "has no effect since Linux 4.14"},
	{SYSCTL("{ key = \"net.ipv4.tcp_available_congestion_control\"; exact = \"bbr\"; }"), 2,
	 "can only be read"},
	{SYSCTL("{ key = \"nofile\"; exact = \"1\"; }"), 2, "list \"nofile\""},

	/* operators */
	{SYSCTL(SOMAXCONN "}"), 2, "expected one of exact, at_least, at_most, one_of"},
	{SYSCTL(SOMAXCONN "\n at_least = \"4096\";\n at_most = \"8192\"; }"), 4,
	 "at_least and at_most: an entry has one operator"},
	{SYSCTL(SOMAXCONN "at_leest = \"4096\"; }"), 2, "did you mean \"at_least\"?"},
	{SYSCTL(SOMAXCONN "value = \"4096\"; }"), 2, "unknown field \"value\"; known are key"},
	{SYSCTL(SOMAXCONN "at_least = 4096; }"), 2, "numbers are written in quotes"},
	{SYSCTL(SOMAXCONN "at_least = 4294967301; }"), 2, "numbers are written in quotes"},
	{SYSCTL(SOMAXCONN "at_least = true; }"), 2, "expected a string"},
	{SYSCTL(SOMAXCONN "at_least = ( \"4096\" ); }"), 2, "expected a string"},
	{SYSCTL(SOMAXCONN "one_of = \"4096\"; }"), 2, "expected a list"},
	{SYSCTL(SOMAXCONN "one_of = ( ); }"), 2, "takes 1 to 8 values"},
	{SYSCTL(SOMAXCONN "one_of = ( \"1000\", \"1000\" ); }"), 2, "names a value twice"},
	{SYSCTL(SOMAXCONN "one_of = (\"201\",\"202\",\"203\",\"204\",\"205\",\"206\",\"207\","
			  "\"208\",\"209\"); }"),
	 2, "takes 1 to 8 values"},
	{SYSCTL(SOMAXCONN "at_least = \"4096\"; set = \"4096\"; }"), 2, "goes with one_of only"},
	{SYSCTL(SOMAXCONN "one_of = ( \"4096\" ); set = \"8192\"; }"), 2, "must be one of"},
	{SYSCTL("{ key = \"net.ipv4.tcp_timestamps\"; at_least = \"1\"; }"), 2, "have no order"},
	{SYSCTL("{ key = \"net.ipv4.tcp_sack\"; at_most = \"1\"; }"), 2, "have no order"},

	/* values */
	{SYSCTL(SOMAXCONN "exact = \"010000\"; }"), 2, "octal"},
	{SYSCTL(SOMAXCONN "exact = \"0x1000\"; }"), 2, "hexadecimal"},
	{SYSCTL(SOMAXCONN "exact = \"4096 \\\"\"; }"), 2, "not a whole decimal number"},
	{SYSCTL(SOMAXCONN "exact = \"\"; }"), 2, "expected one number, found 0"},
	{SYSCTL(SOMAXCONN "exact = \"99999999999999999999\"; }"), 2, "does not fit"},
	{SYSCTL(SOMAXCONN "exact = \"2000000000\"; }"), 2, "outside the sane range"},
	{SYSCTL("{ key = \"net.ipv4.tcp_rmem\"; at_least = \"4096\"; }"), 2, "expected 3 numbers"},
	{SYSCTL("{ key = \"net.ipv4.tcp_rmem\"; at_least = \"8192 4096 4096\"; }"), 2,
	 "must not descend"},
	{SYSCTL("{ key = \"net.ipv4.ip_local_port_range\"; exact = \"40000 40000\"; }"), 2,
	 "must be below"},
	{SYSCTL("{ key = \"net.ipv4.tcp_fin_timeout\"; at_most = \"90\"; }"), 2, ": "},

	/* scaled values */
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"1\"; }; }"), 2, "min and max"},
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"1\"; per_cpu = \"1\"; min = \"200\"; "
			  "max = \"300\"; }; }"),
	 2, "either per_gib or per_cpu"},
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"0\"; min = \"200\"; max = \"300\"; }; }"), 2,
	 "above 0"},
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"-5\"; min = \"200\"; max = \"300\"; }; }"), 2,
	 "above 0"},
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"1\"; min = \"300\"; max = \"200\"; }; }"), 2,
	 "min is above max"},
	{SYSCTL(SOMAXCONN "at_least = { per_gib = \"1\"; min = \"1\"; max = \"300\"; }; }"), 2,
	 "outside the sane range"},
	{SYSCTL(SOMAXCONN "at_least = { per_mib = \"1\"; min = \"200\"; max = \"300\"; }; }"), 2,
	 "did you mean \"per_gib\"?"},
	{SYSCTL("{ key = \"net.ipv4.tcp_rmem\"; at_least = { per_gib = \"1\"; min = \"200\"; "
		"max = \"300\"; }; }"),
	 2, "cannot scale"},
	{SYSCTL("{ key = \"net.ipv4.tcp_fin_timeout\"; at_most = { per_cpu = \"10\"; min = \"20\"; "
		"max = \"60\"; }; }"),
	 2, "cannot scale"},
	{SYSCTL(SOMAXCONN "one_of = ( { per_gib = \"1\"; min = \"200\"; max = \"300\"; } ); }"), 2,
	 "expected a string"},

	/* the rest of an entry */
	{SYSCTL(SOMAXCONN "exact = \"4096\"; gate = \"no-such-rule\"; }"), 2,
	 "no diagnosis \"no-such-rule\""},
	{SYSCTL(SOMAXCONN "exact = \"4096\"; gate = \"Accept Queue\"; }"), 2, "no diagnosis"},
	{SYSCTL(SOMAXCONN "exact = \"4096\"; module = \"tcp_bbr\"; }"), 2, "needs no module"},
	{SYSCTL("{ key = \"net.netfilter.nf_conntrack_max\"; at_least = \"262144\"; "
		"module = \"ip_conntrack\"; }"),
	 2, "module of this key is \"nf_conntrack\""},
	{SYSCTL("{ key = \"net.ipv4.tcp_congestion_control\"; exact = \"bbr\"; "
		"module = \"../x\"; }"),
	 2, "not the name of a module"},
	{SYSCTL("{ key = \"fs.nr_open\"; at_least = \"1048576\"; }"), 2, "say accept_risk = true"},
	{SYSCTL("{ key = \"fs.nr_open\"; at_least = \"1048576\"; accept_risk = false; }"), 2,
	 "say accept_risk = true"},
	{SYSCTL("{ key = \"fs.nr_open\"; at_least = \"1048576\"; accept_risk = \"yes\"; }"), 2,
	 "accept_risk: expected true or false"},
	{SYSCTL(SOMAXCONN "drop = true; exact = \"4096\"; }"), 2, "drop = true has no \"exact\""},
	{SYSCTL(SOMAXCONN "drop = false; }"), 2, "expected one of exact"},
	{SYSCTL(SOMAXCONN "exact = \"4096\"; },\n" SOMAXCONN "exact = \"8192\"; }"), 3,
	 "second time (first: line 2)"},

	/* open files */
	{NOFILE("{ soft = \"65536\"; }"), 1, "no \"for\""},
	{NOFILE("{ for = \"*\"; soft = \"65536\"; }"), 1, "is none of pam:*"},
	{NOFILE("{ for = \"pam:\"; soft = \"65536\"; }"), 1, "is none of pam:*"},
	{NOFILE("{ for = \"pam:a b\"; soft = \"65536\"; }"), 1, "is none of pam:*"},
	{NOFILE("{ for = \"pam:@\"; soft = \"65536\"; }"), 1, "is none of pam:*"},
	{NOFILE("{ for = \"unit:nginx\"; soft = \"65536\"; }"), 1, "unit:NAME.service"},
	{NOFILE("{ for = \"unit:../x.service\"; soft = \"65536\"; }"), 1, "unit:NAME.service"},
	{NOFILE("{ for = \"unit:.service\"; soft = \"65536\"; }"), 1, "unit:NAME.service"},
	{NOFILE("{ for = \"pam:*\"; }"), 1, "expected soft, hard or both"},
	{NOFILE("{ for = \"pam:*\"; soft = \"unlimited\"; }"), 1, "fs.nr_open"},
	{NOFILE("{ for = \"pam:*\"; soft = \"065536\"; }"), 1, "not a whole decimal number"},
	{NOFILE("{ for = \"pam:*\"; soft = \"-1\"; }"), 1, "not a whole decimal number"},
	{NOFILE("{ for = \"pam:*\"; soft = 65536; }"), 1, "numbers are written in quotes"},
	{NOFILE("{ for = \"pam:*\"; soft = \"1\"; }"), 1, "outside 64 to"},
	{NOFILE("{ for = \"pam:*\"; hard = \"4294967296\"; }"), 1, "outside 64 to 2147483584"},
	{NOFILE("{ for = \"pam:*\"; soft = \"2048\"; hard = \"1024\"; }"), 1,
	 "soft 2048 is above hard 1024"},
	{NOFILE("{ for = \"systemd\"; soft = \"65536\"; }"), 1, "hard only"},
	{NOFILE("{ for = \"pam:*\"; drop = true; hard = \"1024\"; }"), 1, "has no \"hard\""},
	{NOFILE("{ for = \"pam:*\"; hard = \"1024\"; }, { for = \"pam:*\"; hard = \"2048\"; }"), 1,
	 "second time"},
	{NOFILE("{ for = \"pam:*\"; hard = \"1024\"; gate = \"x\"; }"), 1,
	 "unknown field \"gate\""},
};

static void each_mistake_is_reported_with_its_line(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_files); i++) {
		const struct bad *b = &bad_files[i];
		struct problems problems = {0};
		struct layer l = {0};
		struct error err = {0};

		assert_ok(layer_parse("x", "x.conf", b->text, strlen(b->text), only_this_gate, &l,
				      &problems));
		if (problems.len != 1 || problems.items[0].line != b->line ||
		    !strstr(problems.items[0].text, b->message))
			fail_msg("%s\n%zu problems, first: %u: %s; expected %u: %s", b->text,
				 problems.len, problems.len ? problems.items[0].line : 0,
				 problems.len ? problems.items[0].text : "", b->line, b->message);
		assert_string_equal(problems.items[0].file, "x.conf");
		assert_fails(problems_as_error(&problems, &err), EINVAL);
		problems_done(&problems);
		layer_done(&l);
	}
}

static void all_mistakes_come_at_once(void **state)
{
	static const char text[] =
		"sumary = \"x\";\n"
		"sysctl = (\n"
		"  { key = \"net.core.somaxcon\"; exact = \"1\"; },\n"
		"  { key = \"net.core.somaxconn\"; exact = \"010\"; gate = \"no\"; }\n"
		");\n"
		"nofile = ( { for = \"nobody\"; } );\n";
	static const unsigned lines[] = {1, 3, 4, 4, 6};
	struct problems problems = {0};
	struct layer l = {0};

	assert_ok(layer_parse("x", "x", text, strlen(text), only_this_gate, &l, &problems));
	assert_int_equal(problems.len, ARRAY_LEN(lines));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(problems.items[i].line, lines[i]);
	problems_done(&problems);
	layer_done(&l);
}

static void a_nul_byte_is_refused(void **state)
{
	static const char text[] = "summary = \"x\";\0sysctl = ( );\n";
	struct problems problems = {0};
	struct layer l = {0};

	assert_ok(layer_parse("x", "x", text, sizeof(text) - 1, NULL, &l, &problems));
	assert_int_equal(problems.len, 1);
	assert_has(problems.items[0].text, "NUL byte");
	problems_done(&problems);
	layer_done(&l);
}

static void a_file_beyond_the_bound_is_refused(void **state)
{
	char *text = malloc(CONF_SIZE_MAX + 2);
	struct problems problems = {0};
	struct layer l = {0};

	memset(text, '\n', CONF_SIZE_MAX + 1);
	text[CONF_SIZE_MAX + 1] = '\0';
	assert_ok(layer_parse("x", "x", text, CONF_SIZE_MAX + 1, NULL, &l, &problems));
	assert_has(problems.items[0].text, "larger than");
	problems_done(&problems);
	layer_done(&l);

	problems = (struct problems){0};
	assert_ok(layer_parse("x", "x", text + 1, CONF_SIZE_MAX, NULL, &l, &problems));
	assert_int_equal(problems.len, 0);
	layer_done(&l);
	free(text);
}

static void a_good_file_is_read_whole(void **state)
{
	/* with what people write: comments of all kinds, a last comma, no last newline */
	static const char text[] =
		"// @include in a comment is only a word\n"
		"summary = \"Test \\\"x\\\"\"; # \"@include\n"
		"inherits = [ \"base\", \"server\", ];\n"
		"sysctl = (\n"
		"  { key = \"net.core.somaxconn\"; at_least = \"4096\"; why = \"two \"\n"
		"      \"parts\"; gate = \"accept-queue-full\"; },\n"
		"  { key = \"net.ipv4.tcp_tw_reuse\"; one_of = ( \"1\", \"2\", ); set = \"2\" },\n"
		"  { key = \"net.ipv4.tcp_sack\"; drop = true; why = \"because\"; },\n"
		"  { key = \"net.netfilter.nf_conntrack_max\"; module = \"nf_conntrack\";\n"
		"    at_least = { per_gib = \"65536\"; min = \"65536\"; max = \"2000000\"; }; },\n"
		");\n"
		"nofile = ( { for = \"pam:@www\"; soft = \"2048\"; hard = \"4096\"; exact = true; },\n"
		"           { for = \"unit:a@b.service\"; drop = true; }, ); /* end */ // last";
	struct problems problems = {0};
	struct layer l = {0};

	assert_ok(layer_parse("x", "x.conf", text, strlen(text), only_this_gate, &l, &problems));
	if (problems.len)
		fail_msg("%u: %s", problems.items[0].line, problems.items[0].text);
	assert_string_equal(l.summary, "Test \"x\"");
	assert_int_equal(l.parents.len, 2);
	assert_string_equal(l.parents.items[1].name, "server");

	assert_int_equal(l.sysctls.len, 4);
	assert_string_equal(l.sysctls.items[0].entry.why, "two parts");
	assert_string_equal(l.sysctls.items[0].entry.gate, "accept-queue-full");
	assert_string_equal(l.sysctls.items[0].entry.layer, "x");
	assert_string_equal(l.sysctls.items[0].entry.file, "x.conf");
	assert_int_equal(l.sysctls.items[0].entry.line, 5);
	assert_int_equal(l.sysctls.items[1].entry.op, OP_ONE_OF);
	assert_int_equal(l.sysctls.items[1].entry.set.num[0], 2);
	assert_true(l.sysctls.items[2].drop);
	assert_string_equal(l.sysctls.items[3].entry.module, "nf_conntrack");
	assert_int_equal(l.sysctls.items[3].entry.operands.items[0].per, 65536);

	assert_int_equal(l.nofile.len, 2);
	assert_true(l.nofile.items[0].entry.exact);
	assert_int_equal(l.nofile.items[0].entry.hard, 4096);
	assert_true(l.nofile.items[1].drop);
	layer_done(&l);
}

static void every_kind_of_target_is_known(void **state)
{
	static const char *const targets[] = {
		"pam:*",        "pam:root",           "pam:www-data",    "pam:@adm",     "systemd",
		"systemd-user", "unit:nginx.service", "unit:x@.service", "unit:a.socket"};

	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		char text[128];
		struct problems problems = {0};
		struct layer l = {0};

		snprintf(text, sizeof(text), "nofile = ( { for = \"%s\"; hard = \"4096\"; } );",
			 targets[i]);
		assert_ok(layer_parse("x", "x", text, strlen(text), NULL, &l, &problems));
		if (problems.len)
			fail_msg("%s: %s", targets[i], problems.items[0].text);
		assert_string_equal(l.nofile.items[0].entry.target, targets[i]);
		layer_done(&l);
	}
}

/* --- the search path --- */

struct fixture {
	char dir[64];
	struct profile_search search;
	struct problems problems;
	struct profile profile;
	struct error err;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	scratch_make(f->dir);
	if (root_open(f->dir, &f->search.root, &f->err))
		return -1;
	f->search.trusted = TRUST_ANYBODY;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	profile_done(&f->profile);
	problems_done(&f->problems);
	close(f->search.root);
	scratch_remove(f->dir);
	free(f);
	return 0;
}

#define ETC "etc/tcptune/profiles/"
#define RUN "run/tcptune/profiles/"
#define LOCAL "usr/local/share/tcptune/profiles/"
#define SHARE "usr/share/tcptune/profiles/"

static int load(struct fixture *f, const char *word)
{
	profile_done(&f->profile);
	problems_done(&f->problems);
	return profile_load(&f->search, word, &f->profile, &f->problems, &f->err);
}

static const struct sysctl_entry *entry_of(const struct fixture *f, const char *key)
{
	for (size_t i = 0; i < f->profile.sysctls.len; i++) {
		if (strcmp(f->profile.sysctls.items[i].tunable->key, key) == 0)
			return &f->profile.sysctls.items[i];
	}
	return NULL;
}

static int64_t number_of(const struct fixture *f, const char *key)
{
	const struct sysctl_entry *e = entry_of(f, key);

	return e ? e->operands.items[0].value.num[0] : -1;
}

static void assert_layers(const struct fixture *f, const char *expected)
{
	struct text t = {0};

	for (size_t i = 0; i < f->profile.layers.len; i++)
		text_addf(&t, "%s%s", i ? " " : "", f->profile.layers.items[i]);
	assert_string_equal(t.str, expected);
	text_done(&t);
}

static void the_first_directory_wins(void **state)
{
	static const char *const order[] = {SHARE, LOCAL, RUN, ETC};
	struct fixture *f = *state;

	assert_ok(load(f, "server"));
	assert_string_equal(f->profile.file, "built-in");

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		char path[128], shown[130];

		snprintf(path, sizeof(path), "%sserver.conf", order[i]);
		snprintf(shown, sizeof(shown), "/%s", path);
		scratch_file(f->dir, path, "summary = \"mine\";");
		assert_ok(load(f, "server"));
		assert_string_equal(f->profile.file, shown);
		assert_int_equal(f->profile.sysctls.len, 0);
	}
}

static void own_name_inherits_the_next_of_that_name(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->dir, ETC "server.conf",
		     "inherits = ( \"server\" ); sysctl = ( " SOMAXCONN
		     "at_least = \"9999\"; } );");
	scratch_file(f->dir, RUN "server.conf",
		     "inherits = ( \"server\" );"
		     "sysctl = ( { key = \"net.ipv4.tcp_fin_timeout\"; at_most = \"20\"; } );");
	assert_ok(load(f, "server"));
	assert_layers(f, "base server server server");
	assert_int_equal(number_of(f, "net.core.somaxconn"), 9999);
	assert_int_equal(number_of(f, "net.ipv4.tcp_fin_timeout"), 20);
	assert_int_equal(number_of(f, "net.ipv4.tcp_sack"), 1);

	/* others that name it get the first */
	assert_ok(load(f, "proxy"));
	assert_layers(f, "base server server server proxy");
}

static void a_file_given_by_path_may_extend_its_own_name(void **state)
{
	struct fixture *f = *state;
	char path[128];

	scratch_file(f->dir, ETC "mine.conf",
		     "inherits = ( \"mine\" ); sysctl = ( " SOMAXCONN "at_least = \"9999\"; } );");
	scratch_file(f->dir, SHARE "mine.conf", "summary = \"below\"; inherits = ( \"base\" );");
	snprintf(path, sizeof(path), "%s/%smine.conf", f->dir, ETC);
	assert_ok(load(f, path));
	assert_string_equal(f->profile.name, "mine");
	assert_layers(f, "base mine mine");
}

static void parents_come_left_to_right_and_later_entries_win(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->dir, ETC "root.conf",
		     "sysctl = ( " SOMAXCONN "exact = \"1000\"; why = \"root\"; },"
		     "{ key = \"net.ipv4.tcp_sack\"; exact = \"1\"; });"
		     "nofile = ( { for = \"pam:*\"; soft = \"1024\"; hard = \"2048\"; } );");
	scratch_file(f->dir, ETC "left.conf",
		     "inherits = ( \"root\" ); sysctl = ( " SOMAXCONN "exact = \"2000\"; } );");
	scratch_file(f->dir, ETC "right.conf",
		     "inherits = ( \"root\" );"
		     "sysctl = ( { key = \"net.ipv4.tcp_sack\"; drop = true; } );"
		     "nofile = ( { for = \"pam:*\"; hard = \"4096\"; } );");
	scratch_file(f->dir, ETC "own.conf", "inherits = ( \"left\", \"right\" );");

	assert_ok(load(f, "own"));
	/* root is reached twice and counts once: right does not undo left */
	assert_layers(f, "root left right own");
	assert_int_equal(number_of(f, "net.core.somaxconn"), 2000);
	assert_null(entry_of(f, "net.core.somaxconn")->why); /* replaced whole */
	assert_string_equal(entry_of(f, "net.core.somaxconn")->layer, "left");
	assert_null(entry_of(f, "net.ipv4.tcp_sack"));
	assert_int_equal(f->profile.nofile.len, 1);
	assert_int_equal(f->profile.nofile.items[0].soft, 0);
	assert_int_equal(f->profile.nofile.items[0].hard, 4096);
}

static void entries_are_in_the_order_of_the_catalogue(void **state)
{
	struct fixture *f = *state;

	assert_ok(load(f, "proxy"));
	for (size_t i = 1; i < f->profile.sysctls.len; i++)
		assert_true(catalogue_index(f->profile.sysctls.items[i - 1].tunable) <
			    catalogue_index(f->profile.sysctls.items[i].tunable));
}

static void a_loop_is_reported_with_its_chain(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->dir, ETC "a.conf", "inherits = ( \"b\" );");
	scratch_file(f->dir, ETC "b.conf", "summary = \"b\";\ninherits = ( \"base\",\n\"c\" );");
	scratch_file(f->dir, ETC "c.conf", "inherits = ( \"a\" );");
	assert_fails(load(f, "a"), EINVAL);
	assert_has(f->err.text, "inherits itself: a -> b -> c -> a");
	assert_string_equal(f->err.file, "/" ETC "c.conf");
	assert_int_equal(f->err.line, 1);
}

static void a_profile_without_a_next_cannot_inherit_itself(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->dir, ETC "lone.conf", "\ninherits = ( \"lone\" );");
	assert_fails(load(f, "lone"), EINVAL);
	assert_has(f->err.text, "no further profile \"lone\"");
	assert_int_equal(f->err.line, 2);
}

static void a_chain_without_end_is_bounded(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 40; i++) {
		char path[64], text[64];

		snprintf(path, sizeof(path), ETC "p%d.conf", i);
		snprintf(text, sizeof(text), "inherits = ( \"p%d\" );", i + 1);
		scratch_file(f->dir, path, text);
	}
	assert_fails(load(f, "p0"), EINVAL);
	assert_has(f->err.text, "more than 31 files");
}

static void what_is_not_there_is_said_with_what_is_near(void **state)
{
	struct fixture *f = *state;

	assert_fails(load(f, "proxi"), ENOENT);
	assert_has(f->err.text, "did you mean \"proxy\"?");
	assert_fails(load(f, "webfrontend"), ENOENT);
	assert_has(f->err.text, "there is no profile \"webfrontend\"");
	assert_fails(load(f, "-x"), EINVAL);
	assert_fails(load(f, "."), EINVAL);

	scratch_file(f->dir, ETC "x.conf", "inherits = (\n \"servr\" );");
	assert_fails(load(f, "x"), EINVAL);
	assert_has(f->err.text, "did you mean \"server\"?");
}

static void mistakes_of_parents_are_reported_where_they_are(void **state)
{
	struct fixture *f = *state;

	scratch_file(f->dir, ETC "below.conf", "\n\n\nsumary = \"x\";");
	scratch_file(f->dir, ETC "above.conf", "inherits = ( \"below\" );\ncolour = \"red\";");
	assert_fails(load(f, "above"), EINVAL);
	assert_int_equal(f->problems.len, 2);
	assert_string_equal(f->problems.items[0].file, "/" ETC "above.conf");
	assert_int_equal(f->problems.items[0].line, 2);
	assert_string_equal(f->problems.items[1].file, "/" ETC "below.conf");
	assert_int_equal(f->problems.items[1].line, 4);
	assert_null(f->profile.name);
}

static void what_is_no_file_stops_the_search(void **state)
{
	struct fixture *f = *state;
	char path[128];

	scratch_file(f->dir, ETC "server.conf/x", "");
	assert_fails(load(f, "server"), EISDIR);

	snprintf(path, sizeof(path), "%s/%sproxy.conf", f->dir, ETC);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_fails(load(f, "proxy"), ENXIO);

	snprintf(path, sizeof(path), "%s/%sbase.conf", f->dir, ETC);
	assert_int_equal(symlink("/nowhere", path), 0);
	assert_fails(load(f, "base"), ENOLINK);
}

static void the_list_has_all_of_them_and_what_is_wrong(void **state)
{
	struct fixture *f = *state;
	struct profile_list list = {0};
	size_t broken = 0, shadowing = 0;

	scratch_file(f->dir, ETC "server.conf", "summary = \"mine\"; inherits = ( \"server\" );");
	scratch_file(f->dir, SHARE "server.conf", "summary = \"shipped\";");
	scratch_file(f->dir, ETC "zzz.conf", "\noops = \"x\";");
	scratch_file(f->dir, ETC "no-profile.txt", "");
	assert_ok(profile_list(&f->search, &list, &f->err));
	for (size_t i = 0; i < list.len; i++) {
		const struct profile_info *p = &list.items[i];

		if (i)
			assert_true(strcmp(list.items[i - 1].name, p->name) < 0);
		if (strcmp(p->name, "zzz") == 0) {
			assert_has(p->problem, "/" ETC "zzz.conf:2: unknown field");
			broken++;
		} else {
			assert_null(p->problem);
		}
		if (strcmp(p->name, "server") == 0) {
			assert_string_equal(p->file, "/" ETC "server.conf");
			assert_string_equal(p->summary, "mine");
			assert_int_equal(p->layers.len, 2);
			assert_int_equal(p->shadows.len, 2);
			assert_string_equal(p->shadows.items[0], "/" SHARE "server.conf");
			assert_string_equal(p->shadows.items[1], "built-in");
			shadowing++;
		}
	}
	assert_int_equal(list.len, 8);
	assert_int_equal(broken, 1);
	assert_int_equal(shadowing, 1);
	profile_list_done(&list);
}

/* --- trust --- */

/* As root files are made root's; as another user, "root or me" stands for it. */
static void trust(struct fixture *f)
{
	f->search.trusted = getuid();
}

static void full_path(const struct fixture *f, const char *path, char buf[static 256])
{
	snprintf(buf, 256, "%s/%s", f->dir, path);
}

static void only_files_nobody_else_can_write_are_trusted(void **state)
{
	static const struct {
		const char *path; /* whose mode is changed */
		mode_t mode;
		int code; /* 0: trusted */
	} cases[] = {
		{ETC "x.conf", 0644, 0},
		{ETC "x.conf", 0600, 0},
		{ETC "x.conf", 0664, EPERM},
		{ETC "x.conf", 0646, EPERM},
		{ETC, 0775, EPERM},
		{ETC, 0757, EPERM},
		{ETC, 01777, 0}, /* sticky: others cannot put theirs in its place */
		{"etc", 0777, EPERM},
		{"", 0770, EPERM},
	};
	struct fixture *f = *state;
	char path[256];

	trust(f);
	scratch_file(f->dir, ETC "x.conf", "summary = \"x\";");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stat before;
		int r;

		full_path(f, cases[i].path, path);
		assert_int_equal(stat(path, &before), 0);
		assert_int_equal(chmod(path, cases[i].mode), 0);
		r = load(f, "x");
		if (r != -cases[i].code)
			fail_msg("%s with mode %04o: %d", cases[i].path, (unsigned)cases[i].mode,
				 r);
		f->search.trusted = TRUST_ANYBODY;
		assert_ok(load(f, "x"));
		trust(f);
		assert_int_equal(chmod(path, before.st_mode & 07777), 0);
	}
}

static void the_directories_of_the_real_path_count(void **state)
{
	struct fixture *f = *state;
	char path[256];

	trust(f);
	scratch_file(f->dir, "open/x.conf", "summary = \"x\";");
	scratch_file(f->dir, ETC "y.conf", "");
	full_path(f, ETC "x.conf", path);
	assert_int_equal(symlink("../../../open/x.conf", path), 0);
	assert_ok(load(f, "x"));

	full_path(f, "open", path);
	assert_int_equal(chmod(path, 0777), 0);
	assert_fails(load(f, "x"), EPERM);
	assert_has(f->err.text, "/open");
}

static void files_of_others_are_not_trusted(void **state)
{
	struct fixture *f = *state;
	char path[256];

	scratch_file(f->dir, ETC "x.conf", "summary = \"x\";");
	if (getuid() == 0) {
		full_path(f, ETC "x.conf", path);
		assert_int_equal(chown(path, 65534, 65534), 0);
	}
	f->search.trusted = 0;
	assert_fails(load(f, "x"), EPERM);
	assert_has(f->err.text, "belongs to user");

	/* an untrusted parent is a mistake of who names it; the binary's need no trust */
	assert_ok(load(f, "server"));
	f->search.trusted = TRUST_ANYBODY;
	assert_ok(load(f, "x"));
}

/* --- tcptune.conf --- */

static int read_conf(struct fixture *f, const char *text, struct tcptune_conf *ret)
{
	problems_done(&f->problems);
	if (text)
		scratch_file(f->dir, "etc/tcptune/tcptune.conf", text);
	return tcptune_conf_read(f->search.root, f->search.trusted, ret, &f->problems, &f->err);
}

static void no_configuration_means_the_default(void **state)
{
	struct fixture *f = *state;
	struct tcptune_conf c = {0};

	assert_ok(read_conf(f, NULL, &c));
	assert_string_equal(c.profile, "server");
	assert_int_equal(c.except.len, 0);
	assert_int_equal(f->err.code, 0);
	tcptune_conf_done(&c);
}

static void the_configuration_is_read(void **state)
{
	struct fixture *f = *state;
	struct tcptune_conf c = {0};

	assert_ok(read_conf(f,
			    "profile = \"proxy\";\n"
			    "except = ( \"net.netfilter.*\", \"nofile.pam:*\" );",
			    &c));
	assert_string_equal(c.profile, "proxy");
	assert_int_equal(c.except.len, 2);
	assert_string_equal(c.except.items[0], "net.netfilter.*");
	tcptune_conf_done(&c);
}

static void mistakes_of_the_configuration_are_errors(void **state)
{
	static const struct bad cases[] = {
		{"profil = \"x\";", 1, "did you mean \"profile\"?"},
		{"\nprofile = \"../x\";", 2, "neither a name nor a full path"},
		{"profile = ( );", 1, "expected a string"},
		{"except = ( \"net.core.somaxcon\" );", 1, "did you mean \"net.core.somaxconn\"?"},
		{"except = ( \"vm.*\" );", 1, "matches no key"},
		{"except = \"net.*\";", 1, "expected a list"},
		{"@include \"/etc/shadow\"", 1, "@include"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tcptune_conf c = {0};

		assert_fails(read_conf(f, cases[i].text, &c), EINVAL);
		assert_has(f->err.text, cases[i].message);
		assert_int_equal(f->err.line, cases[i].line);
		assert_string_equal(f->err.file, "/etc/tcptune/tcptune.conf");
		assert_null(c.profile);
	}
}

int main(void)
{
#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_reported_with_its_line),
		cmocka_unit_test(all_mistakes_come_at_once),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(a_file_beyond_the_bound_is_refused),
		cmocka_unit_test(a_good_file_is_read_whole),
		cmocka_unit_test(every_kind_of_target_is_known),
		WITH_FILES(the_first_directory_wins),
		WITH_FILES(own_name_inherits_the_next_of_that_name),
		WITH_FILES(a_file_given_by_path_may_extend_its_own_name),
		WITH_FILES(parents_come_left_to_right_and_later_entries_win),
		WITH_FILES(entries_are_in_the_order_of_the_catalogue),
		WITH_FILES(a_loop_is_reported_with_its_chain),
		WITH_FILES(a_profile_without_a_next_cannot_inherit_itself),
		WITH_FILES(a_chain_without_end_is_bounded),
		WITH_FILES(what_is_not_there_is_said_with_what_is_near),
		WITH_FILES(mistakes_of_parents_are_reported_where_they_are),
		WITH_FILES(what_is_no_file_stops_the_search),
		WITH_FILES(the_list_has_all_of_them_and_what_is_wrong),
		WITH_FILES(only_files_nobody_else_can_write_are_trusted),
		WITH_FILES(the_directories_of_the_real_path_count),
		WITH_FILES(files_of_others_are_not_trusted),
		WITH_FILES(no_configuration_means_the_default),
		WITH_FILES(the_configuration_is_read),
		WITH_FILES(mistakes_of_the_configuration_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
