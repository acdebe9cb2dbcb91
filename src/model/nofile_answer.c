/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/nofile_answer.h"

void session_answer_done(struct session_answer *a)
{
	vec_done(&a->effects);
	*a = (struct session_answer){0};
}

void nofile_answer_done(struct nofile_answer *a)
{
	for (size_t i = 0; i < ANSWER_SESSIONS; i++)
		session_answer_done(&a->sessions[i]);
	session_answer_done(&a->user);
}
