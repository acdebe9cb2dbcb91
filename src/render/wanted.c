/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/wanted.h"

#include <inttypes.h>

#include "base/number.h"
#include "base/text.h"

static const char *const op_words[OP_COUNT] = {
	[OP_EXACT] = "",
	[OP_AT_LEAST] = "at least ",
	[OP_AT_MOST] = "at most ",
	[OP_ONE_OF] = "",
};

/* "1, 2 and 1024" */
static void add_bits(struct text *t, int64_t bits)
{
	bool first = true;

	for (int64_t bit = 1; bit && bit <= bits; bit <<= 1) {
		if (!(bits & bit))
			continue;
		bits &= ~bit;
		text_addf(t, "%s%" PRId64, first ? "" : bits ? ", " : " and ", bit);
		first = false;
	}
}

static bool is_mask(const struct tunable *t, enum op op, const char *value, int64_t *ret)
{
	return t && t->type == TYPE_BITMAP && (op == OP_AT_LEAST || op == OP_AT_MOST) &&
	       !number_parse_i64(value, ret) && *ret > 0;
}

char *wanted_phrase(const struct tunable *tunable, enum op op, const char *value)
{
	auto_text struct text t = {0};
	char *made = NULL;
	int64_t bits = 0;

	if (is_mask(tunable, op, value, &bits)) {
		text_add(&t, op == OP_AT_LEAST ? "with " : "nothing but ");
		add_bits(&t, bits);
		return text_take(&t, &made) ? NULL : made;
	}

	text_add(&t, op_words[op]);
	if (!*value)
		text_add(&t, "(empty)");
	for (const char *p = value; *p; p++)
		text_add_bytes(&t, *p == '|' ? " or " : p, *p == '|' ? 4 : 1);
	return text_take(&t, &made) ? NULL : made;
}

char *wanted_instead(const struct tunable *t, enum op op, const char *value, const char *have)
{
	auto_value struct value v = {.type = TYPE_COUNT};

	if (op == OP_AT_MOST && t && have && tunable_fields(t) == 1 && !value_read(t, have, &v) &&
	    value_is_too_low(t, &v))
		return text_format("%" PRId64 " to %s", t->min, value);
	return wanted_phrase(t, op, value);
}
