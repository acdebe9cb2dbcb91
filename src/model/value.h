/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tunable's value: parsed by type, compared by meaning.  "4096\t87380" and
 * "4096 87380", or "8080,8081" and "8080-8081", are the same value.
 *
 * There are three kinds of text, and they are not read alike:
 *   - what the kernel prints (value_read): taken as it is, sane or not;
 *   - what a person writes in a profile (value_parse): strict, decimal, in range;
 *   - what somebody writes *to* the kernel (value_after_write): C's base 0,
 *     short vectors, trailing garbage.  facts.md calls these the silent traps.
 */
#ifndef TCPTUNE_MODEL_VALUE_H
#define TCPTUNE_MODEL_VALUE_H

#include "base/error.h"
#include "model/catalogue.h"

struct port_range {
	uint16_t low, high; /* both included */
};

struct value {
	enum tunable_type type;
	unsigned n;               /* numbers in num[], or ranges in ports[] */
	int64_t num[FIELDS_MAX];  /* past 63 bits: INT64_MAX */
	struct port_range *ports; /* owned; sorted, apart by at least one port */
	char *words;              /* owned; TYPE_WORD(S): one blank between words */
};

#define auto_value __attribute__((cleanup(value_done)))
void value_done(struct value *v);
must_check int value_copy(const struct value *from, struct value *ret); /* -ENOMEM */

/* Any value the kernel may print for t.  -EINVAL, -ENOMEM; ret untouched then. */
must_check int value_read(const struct tunable *t, const char *text, struct value *ret);

/*
 * A value a person means: every field, decimal, inside the sane range, and
 * consistent (min <= default <= max, low < high, no octal, no quirks of
 * tcp_fin_timeout).  On failure err says what is wrong and what was expected.
 */
must_check int value_parse(const struct tunable *t, const char *text, struct value *ret,
			   struct error *err);

/* Is v one that value_parse would let pass? */
must_check int value_check(const struct tunable *t, const struct value *v, struct error *err);

/* What write(2) of text does that its author may not expect; several at once. */
enum write_trap {
	TRAP_OCTAL = 1 << 0, /* "010" is 8 */
	TRAP_HEX = 1 << 1,
	TRAP_SHORT = 1 << 2,     /* fewer numbers than fields: the rest keeps its value */
	TRAP_TRAILING = 1 << 3,  /* what follows the last number is swallowed */
	TRAP_REFUSED = 1 << 4,   /* EINVAL, and the old value stands */
	TRAP_PARTIAL = 1 << 5,   /* EINVAL, but the first fields are set all the same */
	TRAP_REORDERED = 1 << 6, /* port lists: sorted and merged */
};

/*
 * What the kernel holds after `text` was written while it held `before` (NULL:
 * not known, then a short vector or a refused write has no known outcome and
 * the result is -ENODATA).  *ret_traps says how that differs from the plain
 * reading.  Words are taken as they are: whether an algorithm exists only the
 * kernel can tell.
 */
must_check int value_after_write(const struct tunable *t, const struct value *before,
				 const char *text, unsigned release, struct value *ret,
				 unsigned *ret_traps);

bool value_equal(const struct value *a, const struct value *b);

/*
 * Is `now` what the kernel makes of `written`?  Times that it keeps in clock
 * ticks read back rounded up, by less than 10 ms: at HZ=250 1 becomes 4
 * (proc_dointvec_ms_jiffies()).
 */
bool value_reads_back(const struct tunable *t, const struct value *now,
		      const struct value *written);

/* Canonical text: fields apart by one blank, port ranges by a comma.  NULL: no memory. */
must_check char *value_text(const struct value *v);

enum op { OP_EXACT, OP_AT_LEAST, OP_AT_MOST, OP_ONE_OF, OP_COUNT };
const char *op_name(enum op op); /* "exact", "at_least", ... */

/*
 * Does `have` do?  at_least and at_most go field by field; of a set (ports, a
 * port range, a bitmap) at_least means "contains" and at_most "contained in".
 * The key's own word for "unlimited" is at least anything.  What is below the
 * sane range is no good "at most".
 */
bool value_satisfies(const struct tunable *t, const struct value *have, enum op op,
		     const struct value *want, size_t n);

/* Is it below the sane range, where a ceiling does not hold? */
bool value_is_too_low(const struct tunable *t, const struct value *v);

/*
 * The value to set so that it does, changing no field that already does:
 * at_least is the larger of each pair.  `have` may be NULL.  -ENOMEM.
 */
must_check int value_reach(const struct tunable *t, const struct value *have, enum op op,
			   const struct value *want, struct value *ret);

#endif
