/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running settings prove by themselves, before any socket or counter
 * is looked at: values that break something, that contradict each other, or
 * that do nothing.  A kernel's own defaults must leave all but the information
 * silent; a test holds us to that for several releases.
 *
 * One file a topic, the topics of the catalogue; here is what they share.
 */
#ifndef TCPTUNE_ADVISE_RULES_SETTINGS_H
#define TCPTUNE_ADVISE_RULES_SETTINGS_H

#include "advise/rule.h"

extern const struct rules rules_settings_accept, rules_settings_connect, rules_settings_close,
	rules_settings_peers, rules_settings_buffers, rules_settings_protocol,
	rules_settings_device, rules_settings_conntrack;

/* Predicates of keys[0]. */
bool setting_is_zero(struct trial *t);
bool setting_is_not_zero(struct trial *t);
bool setting_is_negative(struct trial *t);
bool setting_is_not_positive(struct trial *t);
bool setting_is_below_two(struct trial *t);

/* Some of the keys, which are all alike, fail the test: name those only. */
bool setting_any_fails(struct trial *t, bool (*fails)(int64_t number));

#endif
