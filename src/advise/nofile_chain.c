/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise/nofile_chain.h"

#include <errno.h>
#include <inttypes.h>

#include "base/strings.h"
#include "base/text.h"
#include "model/term.h"

enum chain_rule { RULE_REFUSED, RULE_IGNORED, RULE_CANNOT_RAISE, RULE_SERVICE };

static const struct {
	const char *id;
	enum severity severity;
	enum fixed_by fixed_by;
	const char *remedy;
} rules[] = {
	[RULE_REFUSED] = {"nofile-login-refused", SEVERITY_CRITICAL, FIXED_BY_LIMITS,
			  remedy_login_refused},
	[RULE_IGNORED] = {"nofile-limit-ignored", SEVERITY_WARNING, FIXED_BY_LIMITS,
			  "Set a hard limit that the kernel grants: at most fs.nr_open."},
	[RULE_CANNOT_RAISE] = {"nofile-limit-ignored", SEVERITY_WARNING, FIXED_BY_LIMITS,
			       "Set a hard limit that is not above the inherited one. Or give "
			       "PID 1 CAP_SYS_RESOURCE or a higher hard limit, where this host "
			       "or container is started."},
	[RULE_SERVICE] = {"nofile-service-fails", SEVERITY_CRITICAL, FIXED_BY_SYSCTL,
			  remedy_service_fails},
};

/* Takes summary; NULL is no memory.  nr_open NULL: it has no part in it. */
static int report(struct findings *list, enum chain_rule rule, char *summary,
		  const struct nofile_field *hard, const struct nr_open_fact *nr_open)
{
	struct finding f = {
		.id = rules[rule].id,
		.severity = rules[rule].severity,
		.fixed_by = rules[rule].fixed_by,
		.summary = summary,
		.remedy = rules[rule].remedy,
		.keys = {nr_open ? "fs.nr_open" : NULL},
	};
	int r = summary ? 0 : -ENOMEM;

	if (!r && hard && hard->file)
		r = strings_add(&f.evidence, "%s:%u: hard limit %" PRIu64, hard->file, hard->line,
				hard->value);
	if (!r && hard && nr_open && nr_open->file)
		r = strings_add(&f.evidence, "%s:%u: fs.nr_open %" PRIu64, nr_open->file,
				nr_open->line, nr_open->value);
	if (!r)
		r = vec_push(list, f);
	if (r)
		finding_done(&f);
	return r;
}

static char *refused_summary(const char *user, const struct nofile_session *s)
{
	char line[16] = "";

	if (s->refused_line)
		(void)snprintf(line, sizeof(line), ":%u", s->refused_line);
	if (!s->refused_file)
		return text_format("Logins of %s will be refused: %s", user,
				   refusal_text(s->refused));
	return text_format("Logins of %s will be refused: %s (%s%s)", user,
			   refusal_text(s->refused), s->refused_file, line);
}

static int report_cannot_raise(const char *user, const struct nofile_session *s,
			       struct findings *list)
{
	const struct nofile_field *hard = &s->asked.hard;

	return report(list, RULE_CANNOT_RAISE,
		      text_format("The limits of %s will not be set: the hard limit %" PRIu64
				  " is above the inherited one, %" PRIu64
				  ", and PID 1 has no CAP_SYS_RESOURCE to raise it",
				  user, hard->value, s->has.hard.value),
		      hard, NULL);
}

int nofile_chain_session(const struct nr_open_fact *nr_open, const char *user,
			 const struct nofile_session *s, struct findings *list)
{
	const struct nofile_field *hard = s->kernel_refused ? &s->asked.hard : NULL;

	if (s->refused)
		return report(list, RULE_REFUSED, refused_summary(user, s), hard,
			      s->cannot_raise ? NULL : nr_open);
	if (!s->kernel_refused)
		return 0;
	if (s->cannot_raise)
		return report_cannot_raise(user, s, list);
	return report(list, RULE_IGNORED,
		      text_format("The limits of %s will not be set: the kernel does not grant the "
				  "hard limit %" PRIu64 " (fs.nr_open is %" PRIu64 ")",
				  user, hard->value, nr_open->value),
		      hard, nr_open);
}

int nofile_chain_service(const struct nr_open_fact *nr_open, const char *unit,
			 const struct nofile_service *s, struct findings *list)
{
	if (!s->fails)
		return 0;
	return report(list, RULE_SERVICE,
		      text_format("%s will not start after the next boot (205/LIMITS): the hard "
				  "limit %" PRIu64 " is above fs.nr_open, %" PRIu64,
				  unit ? unit : "Every service without LimitNOFILE=",
				  s->has.hard.value, nr_open->value),
		      &s->configured.hard, nr_open);
}
