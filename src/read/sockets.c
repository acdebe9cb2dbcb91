/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/root.h"
#include "read/apart.h"
#include "read/census.h"
#include "read/counters.h"
#include "read/lines.h"
#include "read/proc_tcp.h"
#include "read/sockdiag.h"
#include "read/socket_owners.h"

enum {
	LINE_SIZE = 1024, /* the kernel's lines have 150 to 190 bytes */
	SOCKSTAT_MAX = 64 * 1024,
	SAMPLE_MAX = 65536,
	SAMPLE_MS = 2000,
	MANY_PERCENT = 1, /* of change while reading, above which it is done again */
};

/* All states; but not the bound and unused, for which the kernel walks one more table. */
static const uint32_t all_states = (TCP_STATE_BIT(TCP_STATES) - 1) & ~UINT32_C(1);

static const char *const files[] = {"proc/net/tcp", "proc/net/tcp6"};

/* What the kernel itself has counted. */
struct totals {
	bool known;
	uint64_t whole; /* sockets proper, but for the bound and unused */
	uint64_t minis; /* TIME_WAIT, and FIN_WAIT_2 without a program */
};

struct reading_of {
	const struct host *host;
	int root;
	const struct sockets_options *options;
	struct census census;
	struct sockets *out;
	struct error *err;
	struct totals totals;
	bool broken; /* the kernel did not list all */
	uint32_t sampled;
	struct quiet_answers *answers;
};

/* ---- the kernel's own totals ---- */

static int read_sockstat(int root, enum counter_file file, struct counters *ret)
{
	auto_free char *text = NULL;
	int r = root_read(root, counter_file_path(file), SOCKSTAT_MAX, &text, NULL, NULL);

	return r ? r : counters_parse(file, text, ret, NULL);
}

/* Absent is no error: a captured host may be without. */
static struct totals read_totals(int root)
{
	struct counters c = {0};

	if (read_sockstat(root, COUNTER_SOCKSTAT, &c) || !c.known[COUNTER_SOCKETS_TCP] ||
	    !c.known[COUNTER_SOCKETS_TW])
		return (struct totals){0};

	/* A kernel without IPv6 has no sockstat6. */
	if (read_sockstat(root, COUNTER_SOCKSTAT6, &c))
		c.values[COUNTER_SOCKETS_TCP6] = 0;
	return (struct totals){
		.known = true,
		.whole = c.values[COUNTER_SOCKETS_TCP] + c.values[COUNTER_SOCKETS_TCP6],
		.minis = c.values[COUNTER_SOCKETS_TW],
	};
}

static bool differs_much(uint64_t a, uint64_t b)
{
	uint64_t more = a > b ? a : b, less = a > b ? b : a;

	return (more - less) * 100 > more * MANY_PERCENT;
}

/* ---- netlink ---- */

static void set_address(struct address *to, uint8_t family, const void *from)
{
	*to = (struct address){{[10] = 0xff, [11] = 0xff}};
	if (family == AF_INET)
		memcpy(to->bytes + 12, from, 4);
	else
		memcpy(to->bytes, from, 16);
}

/* Requests and mini-sockets come without this attribute, which all others have. */
static bool is_whole(const struct sockdiag_socket *s)
{
	return s->msg->idiag_timer != TIMER_TIME_WAIT &&
	       (s->msg->idiag_state != TCP_STATE_SYN_RECV || s->attrs[INET_DIAG_SHUTDOWN]);
}

static struct socket_facts facts_of_diag(const struct sockdiag_socket *s)
{
	const struct inet_diag_msg *m = s->msg;
	struct socket_facts f = {
		.local_port = ntohs(m->id.idiag_sport),
		.remote_port = ntohs(m->id.idiag_dport),
		.device = m->id.idiag_if,
		.state = m->idiag_state,
		.timer = m->idiag_timer,
		.timer_ms = m->idiag_expires,
		.whole = is_whole(s),
		.retried = m->idiag_retrans != 0,
		.unread = m->idiag_rqueue,
		.unsent = m->idiag_wqueue,
		.inode = m->idiag_inode,
		.cgroup = sockdiag_cgroup(s),
	};

	set_address(&f.local, m->idiag_family, m->id.idiag_src);
	set_address(&f.remote, m->idiag_family, m->id.idiag_dst);
	return f;
}

static int take_diag(const struct sockdiag_socket *s, void *arg)
{
	struct reading_of *r = arg;
	uint8_t state = s->msg->idiag_state;
	struct socket_facts f;

	/* Listeners were asked for before; of states to come nothing is known. */
	if (state == 0 || state >= TCP_STATES || state == TCP_STATE_LISTEN)
		return 0;

	f = facts_of_diag(s);
	return census_socket(&r->census, &f);
}

static void take_no_diag(void *arg)
{
	struct reading_of *r = arg;

	census_forget_sockets(&r->census);
}

static int dump(struct reading_of *r, uint32_t states)
{
	struct sockdiag_sink sink = {.socket = take_diag, .restart = take_no_diag, .arg = r};
	struct sockdiag_query query = {.states = states & ~TCP_STATE_BIT(TCP_STATE_LISTEN)};
	int code = sockdiag_dump(&query, &sink, r->err);

	r->broken = code == 1;
	return code < 0 ? code : 0;
}

/* ACKs of what the kernel sends by itself are signs of life as well. */
static bool is_quiet(const struct sockdiag_socket *s, uint32_t ms)
{
	struct tcp_info info = {0};
	const size_t needed = offsetof(struct tcp_info, tcpi_last_ack_recv) + sizeof(uint32_t);
	const void *from = sockdiag_attr(s, INET_DIAG_INFO, needed);

	if (from)
		memcpy(&info, from, needed); /* attributes are aligned to 4 bytes only */
	return info.tcpi_last_data_sent >= ms && info.tcpi_last_data_recv >= ms &&
	       info.tcpi_last_ack_recv >= ms;
}

/* The kernel lists by a hash of the addresses, so the first ones are a fair sample. */
static int take_info(const struct sockdiag_socket *s, void *arg)
{
	struct reading_of *r = arg;
	struct socket_facts f;

	if (s->msg->idiag_state != TCP_STATE_ESTABLISHED)
		return 0;

	f = facts_of_diag(s);
	census_quiet(&r->census, &f, is_quiet(s, r->options->quiet_ms));
	return ++r->sampled >= SAMPLE_MAX;
}

static void take_no_info(void *arg)
{
	struct reading_of *r = arg;

	r->sampled = 0;
	census_forget_quiet(&r->census);
}

static int ask_all(void *arg)
{
	struct reading_of *r = arg;
	struct sockdiag_sink sink = {.socket = take_info, .restart = take_no_info, .arg = r};
	struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_STATE_ESTABLISHED),
		.extensions = 1U << (INET_DIAG_INFO - 1),
	};
	int code = sockdiag_dump(&query, &sink, NULL);

	if (code >= 0)
		census_give_quiet(&r->census, r->answers);
	return code < 0 ? code : 0;
}

/*
 * Each answer costs the kernel the socket's lock and 250 bytes, and the request
 * one more walk through its table, so it is a request of its own, for a bounded
 * number, and not made for a few.  Somebody else makes it, for the lock may
 * never come (seen with ss -i).
 */
static int sample_many(struct reading_of *r)
{
	void *shared = mmap(NULL, sizeof(*r->answers), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int code;

	if (shared == MAP_FAILED)
		return -ENOMEM;
	r->answers = shared;
	code = apart_run(ask_all, r, SAMPLE_MS);
	if (!code) {
		census_take_quiet(&r->census, r->answers);
		r->out->quiet_ms = r->options->quiet_ms;
	}
	(void)munmap(shared, sizeof(*r->answers));
	if (code != -ETIMEDOUT)
		return 0; /* refused: it is not known */
	return strings_add(&r->out->warnings,
			   "for how long connections have been quiet is not known: the kernel did "
			   "not answer in time");
}

static int sample_quiet(struct reading_of *r)
{
	if (r->out->kinds[SOCKET_IDLE_BARE] >= QUIET_FEW)
		return sample_many(r);
	r->out->quiet_ms = r->options->quiet_ms;
	return 0;
}

static int read_full(struct reading_of *r)
{
	int code;

	r->out->method = SOCKETS_FULL;
	code = dump(r, all_states);
	return code || !r->options->quiet_ms ? code : sample_quiet(r);
}

/*
 * ESTABLISHED and TIME_WAIT are what the kernel's totals leave over, so that
 * these two, which may be a million, need not be listed.  CurrEstab does not
 * serve: before 6.10 and its backports it leaves CLOSE_WAIT out.
 */
static bool subtract(const struct census *c, struct totals before, struct totals after,
		     uint64_t states[static TCP_STATES])
{
	uint64_t whole = (before.whole + after.whole) / 2, minis = (before.minis + after.minis) / 2;
	uint64_t others = c->whole + states[TCP_STATE_LISTEN];
	bool good = whole >= others && minis >= c->fin_wait_2_minis;

	states[TCP_STATE_ESTABLISHED] = whole >= others ? whole - others : 0;
	states[TCP_STATE_TIME_WAIT] =
		minis >= c->fin_wait_2_minis ? minis - c->fin_wait_2_minis : 0;
	return good && !differs_much(before.whole, after.whole) &&
	       !differs_much(before.minis, after.minis);
}

static int read_summary(struct reading_of *r)
{
	const uint32_t mass =
		TCP_STATE_BIT(TCP_STATE_ESTABLISHED) | TCP_STATE_BIT(TCP_STATE_TIME_WAIT);

	r->out->method = SOCKETS_SUMMARY;
	r->out->approximate = true;
	for (int i = 0; i < 2 && r->out->approximate; i++) {
		struct totals before = read_totals(r->root), after;
		int code;

		census_forget_sockets(&r->census);
		code = dump(r, all_states & ~mass);
		if (code)
			return code;
		after = read_totals(r->root);
		if (!before.known || !after.known)
			return error_say(r->err, ENOTSUP,
					 "/proc/net/sockstat cannot be read, without which there "
					 "is no summary of the sockets");
		r->out->approximate = !subtract(&r->census, before, after, r->out->states);
	}
	return 0;
}

static int read_netlink(struct reading_of *r)
{
	enum sockets_method m = r->options->method;
	int code;

	r->out->source = SOCKETS_NETLINK;
	if (m == SOCKETS_AUTO)
		m = r->totals.whole + r->totals.minis > SOCKETS_FULL_MAX ? SOCKETS_SUMMARY
									 : SOCKETS_FULL;
	code = m == SOCKETS_SUMMARY ? read_summary(r) : read_full(r);
	if (code || !r->broken)
		return code;

	r->out->approximate = true;
	return strings_add(&r->out->warnings,
			   "the kernel broke the list of sockets off each time: some are missing "
			   "or counted twice");
}

/* ---- files ---- */

static struct socket_facts facts_of_row(const struct proc_tcp_row *row)
{
	struct socket_facts f = {
		.local_port = row->local.port,
		.remote_port = row->remote.port,
		.state = row->state,
		.timer = row->timer,
		.timer_ms = row->timer_ms,
		.retried = (row->timer == TIMER_PROBE ? row->probes : row->retransmits) != 0,
		.unread = row->rx_queue,
		.unsent = row->tx_queue,
		.inode = row->inode,
	};

	set_address(&f.local, row->family, row->local.address);
	set_address(&f.remote, row->family, row->remote.address);
	return f;
}

static int take_line(struct reading_of *r, const char *line)
{
	struct proc_tcp_row row;
	struct socket_facts f;

	if (proc_tcp_parse(line, &row))
		return -EBADMSG;
	if (row.state == 0 || row.state >= TCP_STATES || row.state == TCP_STATE_LISTEN)
		return 0;

	f = facts_of_row(&row);
	return census_socket(&r->census, &f);
}

static int read_file(struct reading_of *r, const char *path)
{
	auto_lines struct lines l = {.fd = -1};
	int code = lines_open(r->root, path, LINE_SIZE, &l, r->err);
	size_t len;
	char *line;

	if (code)
		return code == -ENOENT ? 0 : code;

	while ((code = lines_next(&l, &line, &len)) > 0) {
		if (l.line == 1) /* the heading */
			continue;
		code = strlen(line) == len && !l.continues ? take_line(r, line) : -EBADMSG;
		if (code == -EBADMSG)
			return error_at(r->err, EBADMSG, path, l.line, "a socket was expected");
		if (code)
			return code;
	}
	return code ? error_set(r->err, -code, "read /%s", path) : 0;
}

static uint64_t count_all(const struct totals *t)
{
	return t->whole + t->minis;
}

/*
 * A capture ends at so many bytes, and sockets come and go meanwhile: what was
 * there before and after, and is not in the list, is missing from it.
 */
static int compare_with_totals(struct reading_of *r)
{
	struct totals after = read_totals(r->root);
	uint64_t kernel = count_all(&r->totals), seen = 0;

	if (count_all(&after) < kernel)
		kernel = count_all(&after);
	for (unsigned i = 0; i < TCP_STATES; i++)
		seen += r->out->states[i];
	/* Requests are in no total. */
	seen -= r->out->states[TCP_STATE_SYN_RECV];
	if (!r->totals.known || !after.known || seen >= kernel)
		return 0;

	r->out->approximate = true;
	return strings_add(&r->out->warnings, "only %llu of %llu sockets are in /proc/net/tcp",
			   (unsigned long long)seen, (unsigned long long)kernel);
}

static int read_files(struct reading_of *r)
{
	r->out->source = SOCKETS_FILES;
	r->out->quiet_ms = 0;
	r->out->method = SOCKETS_FULL;
	r->out->approximate = false;
	census_forget_sockets(&r->census);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		int code = read_file(r, files[i]);

		if (code)
			return code;
	}
	return compare_with_totals(r);
}

/* ---- all of it ---- */

static int take_listener(const struct listener *l, void *arg)
{
	struct reading_of *r = arg;

	return census_listener(&r->census, l);
}

static void take_no_listener(void *arg)
{
	struct reading_of *r = arg;

	census_forget_listeners(&r->census);
}

/* Whoever may not ask by netlink gets less, and is to know it. */
static int read_instead(struct reading_of *r, const struct error *why)
{
	if (strings_add(&r->out->warnings,
			"%s; /proc/net/tcp was read instead, which takes longer and has no limits "
			"and drops of listeners",
			why->text))
		return -ENOMEM;
	return read_files(r);
}

static int read_connections(struct reading_of *r)
{
	struct error why = {0}, *err = r->err;
	int code;

	if (r->host->captured)
		return read_files(r);

	r->err = &why;
	code = read_netlink(r);
	r->err = err;
	return !code || code == -ENOMEM ? code : read_instead(r, &why);
}

_Static_assert(DEVICE_SIZE == IF_NAMESIZE, "a name of a device has its place");

/* In this network namespace, as the indices are.  Of a device that is gone the index stays. */
static void name_devices(struct sockets *s)
{
	for (size_t i = 0; i < s->listeners.len; i++) {
		struct socket_listener *l = &s->listeners.items[i];

		if (l->device && !if_indextoname(l->device, l->device_name))
			snprintf(l->device_name, sizeof(l->device_name), "%u", l->device);
	}
}

static int read_all(struct reading_of *r)
{
	struct listener_sink sink = {take_listener, take_no_listener, r};
	int code = census_init(&r->census, r->options, r->out);

	if (!code)
		code = listeners_read(r->host, r->root, &sink, r->err);
	if (!code)
		code = read_connections(r);
	if (!code)
		code = census_finish(&r->census);
	if (!code)
		name_devices(r->out);
	if (!code)
		code = socket_owners_read(r->host, r->root, &r->census);
	return code;
}

static void count_total(struct sockets *s)
{
	for (unsigned i = 0; i < TCP_STATES; i++)
		s->total += s->states[i];
}

static void reading_done(struct reading_of *r)
{
	census_done(&r->census);
}

int sockets_read(const struct host *h, int root, const struct sockets_options *options,
		 struct sockets *ret, struct error *err)
{
	auto_call(sockets_done) struct sockets out = {0};
	auto_call(reading_done) struct reading_of r = {
		.host = h,
		.root = root,
		.options = options,
		.out = &out,
		.err = err,
	};
	int code = 0;

	if (h->online) {
		r.totals = read_totals(root);
		code = read_all(&r);
	}
	if (code)
		return err && !err->code ? error_set(err, -code, "read the sockets") : code;

	count_total(&out);
	*ret = out;
	out = (struct sockets){0};
	return 0;
}
