/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every recorded sysctl case for every program it names: the files in the
 * order they were read, the writes in their order, what the kernel held
 * afterwards and where that came from, and the exit status.
 */
#include "vectors.h"

#include "advise/boot.h"
#include "base/text.h"
#include "model/key.h"
#include "model/release.h"
#include "read/sysctld.h"

/* The settings the namespaces of the recordings had, as far as any case needs them. */
static const char *const plain_settings[] = {
	"net/core/somaxconn",
	"net/ipv4/ip_forward",
	"net/ipv4/ip_local_port_range",
	"net/ipv4/ip_local_reserved_ports",
	"net/ipv4/tcp_congestion_control",
	"net/ipv4/tcp_fin_timeout",
	"net/ipv4/tcp_keepalive_intvl",
	"net/ipv4/tcp_keepalive_time",
	"net/ipv4/tcp_rmem",
	"net/ipv4/tcp_wmem",
};
static const char *const interfaces[] = {"all", "default", "lo", "br0", "eth0.100"};
static const char *const conf_settings[] = {"accept_redirects", "forwarding", "log_martians",
					    "rp_filter"};
static const char *const neigh_settings[] = {"base_reachable_time_ms", "retrans_time_ms"};

/* What a key held before the run, where it is not 0: for UNCHANGED. */
static const struct {
	const char *path, *value;
} held_before[] = {
	{"net/ipv4/ip_local_reserved_ports", ""},
};

static char scratch[64];
static size_t checks, disagreements;

static void disagree(const char *name, const char *oracle, const char *fmt, ...) printf_like(3, 4);

static void disagree(const char *name, const char *oracle, const char *fmt, ...)
{
	va_list ap;

	disagreements++;
	fprintf(stderr, "%s %s: ", name, oracle);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void make_setting(const char *tree, const char *fmt, ...) printf_like(2, 3);

static void make_setting(const char *tree, const char *fmt, ...)
{
	char path[256] = "proc/sys/";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path + strlen(path), sizeof(path) - strlen(path), fmt, ap);
	va_end(ap);
	scratch_file(tree, path, "0\n");
}

static void make_settings(const char *tree)
{
	for (size_t i = 0; i < ARRAY_LEN(plain_settings); i++)
		make_setting(tree, "%s", plain_settings[i]);
	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++) {
		for (size_t j = 0; j < ARRAY_LEN(conf_settings); j++)
			make_setting(tree, "net/ipv4/conf/%s/%s", interfaces[i], conf_settings[j]);
		for (size_t j = 0; i && j < ARRAY_LEN(neigh_settings); j++)
			make_setting(tree, "net/ipv4/neigh/%s/%s", interfaces[i],
				     neigh_settings[j]);
	}
	scratch_file(tree, "proc/sys/net/ipv4/tcp_available_congestion_control", "reno cubic\n");
}

/* From a tree to that of the next case: each only reads them, and to make them takes longer. */
static void move_settings(char tree[300], const char *dir)
{
	char from[320], to[320];

	snprintf(from, sizeof(from), "%s/proc", tree);
	snprintf(tree, 300, "%s/tree", dir);
	snprintf(to, sizeof(to), "%s/proc", tree);
	if (mkdir(tree, 0755) && errno != EEXIST)
		fail_msg("mkdir %s: %s", tree, strerror(errno));
	if (rename(from, to))
		fail_msg("rename %s: %s", to, strerror(errno));
}

/* ---- one run ---- */

struct run {
	const char *name, *oracle;
	const struct records *records;
	struct boot_lines lines;
	struct boot_present present;
	struct boot boot;
	bool strict;
	char prefixes[4][128];
	const char *prefix_list[5];
};

static bool is_mine(const struct run *run, const struct record *r, const char *kind)
{
	return strcmp(r->oracle, run->oracle) == 0 && strcmp(r->kind, kind) == 0;
}

static bool is_systemd(const struct run *run)
{
	return run->lines.reader->kind == READER_SYSTEMD;
}

/* Which of our files the program would name: systemd those it could open, procps all. */
static bool is_named(const struct run *run, const struct boot_file *f)
{
	if (f->state != FILE_READ || f->cmdline)
		return false;
	return !is_systemd(run) || (f->kind != NODE_LOOP && f->kind != NODE_MISSING);
}

static void check_files(const struct run *run)
{
	size_t at = 0;

	for (size_t i = 0; i < run->records->len; i++) {
		const struct record *r = &run->records->items[i];

		if (!is_mine(run, r, "file"))
			continue;
		while (at < run->lines.files.len && !is_named(run, &run->lines.files.items[at]))
			at++;
		checks++;
		if (at == run->lines.files.len)
			disagree(run->name, run->oracle, "should read %s", r->f[0]);
		else if (strcmp(run->lines.files.items[at++].path, r->f[0]) != 0)
			disagree(run->name, run->oracle, "should read %s, reads %s", r->f[0],
				 run->lines.files.items[at - 1].path);
	}
	for (; at < run->lines.files.len; at++) {
		checks++;
		if (is_named(run, &run->lines.files.items[at]))
			disagree(run->name, run->oracle, "should not read %s",
				 run->lines.files.items[at].path);
	}
}

/* systemd told of every attempt but those it refused itself, procps of what succeeded. */
static bool is_told(const struct run *run, const struct boot_write *w)
{
	if (run->lines.items.items[w->item].file < run->lines.files.len &&
	    run->lines.files.items[run->lines.items.items[w->item].file].cmdline)
		return false;
	return is_systemd(run) ? w->result != WRITE_INVALID : w->result == WRITE_DONE;
}

/* The key as the program printed it. */
static void printed_key(const struct run *run, const struct boot_write *w, char *buf, size_t size)
{
	bool top = run->lines.reader->refuses_odd_keys && (!*w->key || strcmp(w->key, "/") == 0);

	snprintf(buf, size, "%s", top ? "/proc/sys" : w->key);
	if (!is_systemd(run))
		key_to_dotted(buf);
}

static bool same_write(const struct run *run, const struct boot_write *w, const struct record *r)
{
	const char *value = run->lines.items.items[w->item].value;
	char key[1024];

	printed_key(run, w, key, sizeof(key));
	return strcmp(key, r->f[1]) == 0 && strcmp(value, r->f[2]) == 0;
}

static void check_writes(const struct run *run)
{
	size_t at = 0;

	for (size_t i = 0; i < run->records->len; i++) {
		const struct record *r = &run->records->items[i];

		if (!is_mine(run, r, "set"))
			continue;
		while (at < run->boot.writes.len && !is_told(run, &run->boot.writes.items[at]))
			at++;
		checks++;
		if (at == run->boot.writes.len)
			disagree(run->name, run->oracle, "should write %s = %s", r->f[1], r->f[2]);
		else if (!same_write(run, &run->boot.writes.items[at++], r))
			disagree(run->name, run->oracle, "should write %s = %s, writes %s", r->f[1],
				 r->f[2], run->boot.writes.items[at - 1].key);
	}
	for (; at < run->boot.writes.len; at++) {
		checks++;
		if (is_told(run, &run->boot.writes.items[at]))
			disagree(run->name, run->oracle, "should not write %s",
				 run->boot.writes.items[at].key);
	}
}

/* ---- what the kernel held ---- */

static const char *before(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(held_before); i++) {
		if (strcmp(held_before[i].path, path) == 0)
			return held_before[i].value;
	}
	return "0";
}

/* As numbers, so that "1\t2" is "1 2" and "041" is "33" where no row says so. */
static bool same_text(const char *a, const char *b)
{
	for (; *a || *b; a++, b++) {
		if (*a != *b && !(char_is_blank(*a) && char_is_blank(*b)))
			return false;
	}
	return true;
}

/* The kernel rounds these up to a whole tick, and nothing tells how long one is. */
static bool is_rounded(const char *path, const char *mine, const char *theirs)
{
	long a = strtol(mine, NULL, 10), b = strtol(theirs, NULL, 10);

	return text_ends(path, "_ms") && b >= a && b - a < 10;
}

static bool names_place(const char *list, const char *file, unsigned line)
{
	char place[512];
	size_t n;

	snprintf(place, sizeof(place), "%s:%u", file, line);
	for (n = strlen(place); (list = strstr(list, place)); list++) {
		if (list[n] == '\0' || list[n] == '|')
			return true;
	}
	return false;
}

static void check_final(const struct run *run, const struct record *r)
{
	const char *path = r->f[0], *value = r->f[1], *place = r->f[2];
	struct boot_outcome o = {0};
	bool set = boot_outcome(&run->boot, path, &o);
	const char *mine = o.text ? o.text : "(not known)";

	checks++;
	if (strcmp(value, "ABSENT") == 0) {
		if (set && !o.absent)
			disagree(run->name, run->oracle, "%s should not exist", path);
	} else if (strcmp(value, "UNCHANGED") == 0) {
		if (set && strcmp(mine, before(path)) != 0)
			disagree(run->name, run->oracle, "%s should be left alone, is %s", path,
				 mine);
	} else if (!set) {
		disagree(run->name, run->oracle, "%s should be %s, is left alone", path, value);
	} else if (!same_text(mine, value) && !is_rounded(path, mine, value)) {
		disagree(run->name, run->oracle, "%s should be %s, is %s", path, value, mine);
	} else if (strchr(place, ':') && !names_place(place, o.file, o.line)) {
		disagree(run->name, run->oracle, "%s comes from %s, not %s:%u", path, place, o.file,
			 o.line);
	}
}

static void check_results(const struct run *run)
{
	for (size_t i = 0; i < run->records->len; i++) {
		const struct record *r = &run->records->items[i];

		if (is_mine(run, r, "final"))
			check_final(run, r);
		if (!is_mine(run, r, "exit"))
			continue;
		checks++;
		if (atoi(r->f[0]) != run->boot.exit_status)
			disagree(run->name, run->oracle, "should exit %s, exits %d", r->f[0],
				 run->boot.exit_status);
	}
}

/* ---- cases ---- */

/* --prefix=/net/ipv4/conf/br0 --strict */
static void take_arguments(struct run *run, char *args)
{
	char *save = NULL;
	size_t n = 0;

	for (char *a = strtok_r(args, " ", &save); a; a = strtok_r(NULL, " ", &save)) {
		if (strcmp(a, "--strict") == 0) {
			run->strict = true;
			continue;
		}
		assert_true(text_starts(a, "--prefix=") && n < ARRAY_LEN(run->prefixes));
		snprintf(run->prefixes[n], sizeof(run->prefixes[n]), "%s", a + 9);
		key_to_path(run->prefixes[n]);
		key_simplify(run->prefixes[n]);
		run->prefix_list[n] = run->prefixes[n];
		n++;
	}
}

/* "ip addr add 192.0.2.1/24 dev br0": the only thing done before a run that matters here. */
static const char *const *addressed(const char *pre)
{
	static const char *const usual[] = {"lo", NULL}, *const with_bridge[] = {"lo", "br0", NULL};

	return strstr(pre, "ip addr add") && text_ends(pre, "dev br0") ? with_bridge : usual;
}

static void run_case(const char *name, const char *oracle, const struct records *records)
{
	struct host host = {.release = KERNEL(6, 18),
			    .memory_bytes = 64ull << 30,
			    .page_size = 4096,
			    .cpus = 2,
			    .online = true};
	struct run run = {.name = name, .oracle = oracle, .records = records};
	struct sysctld_want want = {.reader = reader_find(oracle), .everything = true};
	struct boot_options options = {.host = &host, .prefixes = run.prefix_list};
	char dir[256], tree[300], args[256], env[256], pre[256];
	int root = -1;

	snprintf(dir, sizeof(dir), "%s/sysctl/%s", scratch, name);
	snprintf(tree, sizeof(tree), "%s/tree", dir);
	if (strcmp(vectors_text(dir, "args", args, sizeof(args), ""), "") != 0)
		take_arguments(&run, args);
	if (strcmp(vectors_text(dir, "env", env, sizeof(env), ""), "") != 0) {
		const char *at = strstr(env, "CREDENTIALS_DIRECTORY=");

		assert_non_null(at);
		strcat(memmove(env, strchr(at, '=') + 1, strlen(strchr(at, '='))), "/sysctl.extra");
		want.credential = env;
	}
	options.addressed = addressed(vectors_text(dir, "pre", pre, sizeof(pre), ""));
	options.strict = run.strict;

	assert_non_null(want.reader);
	assert_ok(root_open(tree, &root, NULL));
	assert_ok(sysctld_read(tree_of(root), &want, &run.lines, NULL));
	assert_ok(sysctld_present(root, &run.lines, NULL, &run.present, NULL));
	assert_ok(boot_predict(&run.lines, &run.present, &options, &run.boot));
	close(root);

	check_files(&run);
	check_writes(&run);
	check_results(&run);
	boot_done(&run.boot);
	boot_present_done(&run.present);
	boot_lines_done(&run.lines);
}

/* The oracles of a case, each once, in the order they come. */
static void run_oracles(const char *name, const struct records *records, size_t *runs)
{
	for (size_t i = 0; i < records->len; i++) {
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen |= strcmp(records->items[j].oracle, records->items[i].oracle) == 0;
		if (seen)
			continue;
		run_case(name, records->items[i].oracle, records);
		++*runs;
	}
}

static void every_recorded_case_is_predicted(void **state)
{
	struct names cases = vectors_cases(scratch, "sysctl");
	char tree[300];
	size_t runs = 0;

	(void)state;
	snprintf(tree, sizeof(tree), "%s", scratch);
	make_settings(tree);
	for (size_t i = 0; i < cases.len; i++) {
		struct records records;
		char dir[256];

		snprintf(dir, sizeof(dir), "%s/sysctl/%s", scratch, cases.items[i]);
		move_settings(tree, dir);
		records = records_read(dir);
		run_oracles(cases.items[i], &records, &runs);
		records_done(&records);
	}
	printf("%zu cases, %zu runs, %zu checks, %zu disagreements\n", cases.len, runs, checks,
	       disagreements);
	assert_true(cases.len >= 81);
	names_done(&cases);
	assert_int_equal(disagreements, 0);
}

static int unpack(void **state)
{
	(void)state;
	vectors_unpack(scratch_make(scratch), "sysctl");
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	scratch_remove(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_case_is_predicted),
	};

	return cmocka_run_group_tests(tests, unpack, clean_up);
}
