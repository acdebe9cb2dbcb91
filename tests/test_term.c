/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/term.h"

#include "check.h"

#include "base/text.h"
#include "model/catalogue.h"

/* What people do that is neither a key nor a term, and helps nobody. */
static const char *const folklore[] = {"ulimit -n in /etc/profile"};

static bool is_folklore(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(folklore); i++) {
		if (text_equal(folklore[i], name))
			return true;
	}
	return false;
}

/* Spelt exactly as its row spells it. */
static bool is_term_name(const char *name)
{
	const struct term *t = term_find(name);

	return t && text_equal(t->name, name);
}

static bool is_sentence(const char *s)
{
	return s && *s && (text_ends(s, ".") || text_ends(s, ")"));
}

static void every_row_says_what_its_kind_must_say(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term *t = term_at(i);
		bool ours = t->kind != TERM_ELSEWHERE;

		if (!t->name || !is_sentence(t->summary) || !is_sentence(t->means) || !t->source)
			fail_msg("row %zu (%s): name, summary, meaning or source", i, t->name);
		if (!t->look || !t->see_also)
			fail_msg("%s: how to see it, or what to see", t->name);
		if ((ours && t->kind != TERM_DIAGNOSIS) != (t->causes != NULL))
			fail_msg("%s: causes", t->name);
		if ((t->kind == TERM_DIAGNOSIS) != is_sentence(t->remedy))
			fail_msg("%s: a finding, and no other, has its remedy", t->name);
		if (ours == is_sentence(t->instead))
			fail_msg("%s: only what is not ours has another tool", t->name);
		if ((t->kind == TERM_ERROR || t->kind == TERM_OPTION) && !t->application)
			fail_msg("%s: what to change in the application", t->name);
		if (t->application && !is_sentence(t->application))
			fail_msg("%s: application: no full stop", t->name);
	}
}

static void rows_of_a_kind_stand_together(void **state)
{
	for (size_t i = 1; i < term_size(); i++)
		assert_true(term_at(i - 1)->kind <= term_at(i)->kind);
	assert_null(term_at(term_size()));
}

/* All names and aliases: each leads to its own row. */
static void no_name_leads_to_two_rows(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term *t = term_at(i);

		if (term_find(t->name) != t)
			fail_msg("%s leads to %s", t->name, term_find(t->name)->name);
		for (const char *const *a = t->aliases; a && *a; a++) {
			if (term_find(*a) != t)
				fail_msg("%s of %s leads to %s", *a, t->name, term_find(*a)->name);
			for (const char *const *b = t->aliases; b < a; b++) {
				if (term_same(*a, *b) || term_same(*a, t->name))
					fail_msg("%s: %s twice", t->name, *a);
			}
		}
	}
}

static void check_levers(const struct term *t, const struct term_lever *list)
{
	for (; list && list->name; list++) {
		if (!catalogue_find(list->name) && !is_term_name(list->name) &&
		    !is_folklore(list->name))
			fail_msg("%s: %s is no key, no term, no folklore", t->name, list->name);
		if (!list->how || !*list->how || text_ends(list->how, "."))
			fail_msg("%s: %s: one clause, no full stop", t->name, list->name);
	}
}

static void every_lever_exists(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		check_levers(term_at(i), term_at(i)->helps);
		check_levers(term_at(i), term_at(i)->never);
	}
}

static void every_reference_leads_somewhere(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term *t = term_at(i);

		for (const char *const *s = t->see_also; *s; s++) {
			if (!catalogue_find(*s) && !is_term_name(*s))
				fail_msg("%s: see %s?", t->name, *s);
			if (text_equal(*s, t->name))
				fail_msg("%s refers to itself", t->name);
		}
	}
}

/* A removed or dead key cannot help anybody. */
static void what_helps_is_alive(void **state)
{
	for (size_t i = 0; i < term_size(); i++) {
		const struct term_lever *l = term_at(i)->helps;

		for (; l && l->name; l++) {
			const struct tunable *key = catalogue_find(l->name);

			if (key && (key->removed.at || key->dead.at || key->never_write))
				fail_msg("%s: %s helps nobody", term_at(i)->name, l->name);
		}
	}
}

static void terms_are_found_as_people_write_them(void **state)
{
	static const struct {
		const char *query, *name;
	} cases[] = {
		{"close-wait", "CLOSE-WAIT"},
		{"CLOSE_WAIT", "CLOSE-WAIT"},
		{"closewait", "CLOSE-WAIT"},
		{" Close Wait ", "CLOSE-WAIT"},
		{"fin_wait_2", "FIN-WAIT-2"},
		{"FIN-WAIT2", "FIN-WAIT-2"},
		{"ESTAB", "ESTABLISHED"},
		{"listen", "LISTEN"},
		{"syn-received", "SYN-RECV"},
		{"too many open files", "EMFILE"},
		{"Too many open files in system", "ENFILE"},
		{"cannot assign requested address", "EADDRNOTAVAIL"},
		{"address already in use", "EADDRINUSE"},
		{"connection reset by peer", "ECONNRESET"},
		{"broken pipe", "EPIPE"},
		{"sigpipe", "EPIPE"},
		{"EWOULDBLOCK", "EAGAIN"},
		{"no route to host", "EHOSTUNREACH"},
		{"keepalive", "SO_KEEPALIVE"},
		{"TCP_KEEPIDLE", "SO_KEEPALIVE"},
		{"delayed close", "delayed close"},
		{"rst", "RST"},
		{"2msl", "2MSL"},
		{"shutdown vs close", "shutdown against close"},
		{"four way close", "four-way close"},
		{"half open", "half-open"},
		{"halfclose", "half-close"},
		{"backlog", "accept queue"},
		{"syn_cookies", "SYN cookies"},
		{"ulimit", "open files limit"},
		{"ring buffer", "NIC queues"},
		{"irq", "IRQ and CPU placement"},
		{"qdisc", "qdisc parameters"},
		{"udp", "UDP buffers"},
		{"close-wai", NULL},
		{"", NULL},
		{"-", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct term *t = term_find(cases[i].query);

		if (!text_equal(t ? t->name : NULL, cases[i].name))
			fail_msg("\"%s\" leads to %s", cases[i].query, t ? t->name : "nothing");
	}
}

/* As strerror() and ss spell them on this machine. */
static void every_error_is_found_by_the_message_a_person_sees(void **state)
{
	static const struct {
		int code;
		const char *name;
	} errors[] = {
		{EADDRINUSE, "EADDRINUSE"},   {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
		{EMFILE, "EMFILE"},           {ENFILE, "ENFILE"},
		{ECONNRESET, "ECONNRESET"},   {ECONNREFUSED, "ECONNREFUSED"},
		{ETIMEDOUT, "ETIMEDOUT"},     {EHOSTUNREACH, "EHOSTUNREACH"},
		{ENETUNREACH, "ENETUNREACH"}, {EPIPE, "EPIPE"},
		{ENOTCONN, "ENOTCONN"},       {EBADF, "EBADF"},
		{EAGAIN, "EAGAIN"},           {EINPROGRESS, "EINPROGRESS"},
	};

	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		const struct term *t = term_find(strerror(errors[i].code));

		if (!t || !text_equal(t->name, errors[i].name))
			fail_msg("\"%s\"", strerror(errors[i].code));
	}
}

static const char snippet_head[] =
	"#include <errno.h>\n#include <fcntl.h>\n#include <netinet/in.h>\n"
	"#include <netinet/tcp.h>\n#include <poll.h>\n#include <signal.h>\n"
	"#include <stddef.h>\n#include <sys/resource.h>\n"
	"#include <sys/socket.h>\n#include <sys/time.h>\n"
	"#include <unistd.h>\n";

/* Whoever copies a snippet gets code that compiles, each by itself. */
static void every_snippet_compiles(void **state)
{
	char dir[64], name[32], command[256];
	size_t n = 0;

	if (system("command -v cc >/dev/null 2>&1"))
		skip_because("no C compiler");

	scratch_make(dir);
	for (size_t i = 0; i < term_size(); i++) {
		auto_text struct text source = {0};

		if (!term_at(i)->snippet)
			continue;
		text_addf(&source, "%s#line 1 \"%s\"\n%s", snippet_head, term_at(i)->name,
			  term_at(i)->snippet);
		snprintf(name, sizeof(name), "%02zu.c", n++);
		scratch_file(dir, name, source.str);
	}
	assert_true(n > 15);

	snprintf(command, sizeof(command),
		 "cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only %s/*.c", dir);
	assert_int_equal(system(command), 0);
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_what_its_kind_must_say),
		cmocka_unit_test(rows_of_a_kind_stand_together),
		cmocka_unit_test(no_name_leads_to_two_rows),
		cmocka_unit_test(every_lever_exists),
		cmocka_unit_test(every_reference_leads_somewhere),
		cmocka_unit_test(what_helps_is_alive),
		cmocka_unit_test(terms_are_found_as_people_write_them),
		cmocka_unit_test(every_error_is_found_by_the_message_a_person_sees),
		cmocka_unit_test(every_snippet_compiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
