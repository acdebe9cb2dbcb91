/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read/profile_load.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/profile_check.h"
#include "read/profile_merge.h"

enum { FILES_MAX = 32 }; /* of one profile; each is parsed once */

/*
 * A walk through what a profile inherits, depth first.  Every file read stays
 * in `seen`; those whose parents are not done yet are the chain we are in.
 */
struct visit {
	struct profile_source source;
	bool open; /* its parents are being read */
};

struct walk {
	const struct profile_search *search;
	struct profile *profile;
	struct problems *problems;
	struct {
		VEC(struct visit);
	} seen;
};

static void walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->seen.len; i++)
		profile_source_done(&w->seen.items[i].source);
	vec_done(&w->seen);
}

static bool same_source(const struct profile_source *a, const struct profile_source *b)
{
	return a->direct == b->direct && a->level == b->level && strcmp(a->name, b->name) == 0;
}

static const struct visit *find_visit(const struct walk *w, const struct profile_source *s)
{
	for (size_t i = 0; i < w->seen.len; i++) {
		if (same_source(&w->seen.items[i].source, s))
			return &w->seen.items[i];
	}
	return NULL;
}

static void say_loop(struct walk *w, const struct visit *first, const char *file, unsigned line)
{
	auto_text struct text chain = {0};

	for (const struct visit *v = first; v < w->seen.items + w->seen.len; v++) {
		if (v->open)
			text_addf(&chain, "%s -> ", v->source.name);
	}
	problem_add(w->problems, file, line, "the profile inherits itself: %s%s",
		    chain.str ? chain.str : "", first->source.name);
}

/* The first profile of a name, or of our own name the next. */
static int find_parent(const struct walk *w, const struct profile_source *child, const char *name,
		       struct profile_source *ret, struct error *err)
{
	if (strcmp(child->name, name) != 0)
		return profile_find(w->search, name, 0, NULL, ret, err);
	if (child->direct)
		return profile_find(w->search, name, 0, &child->read.id, ret, err);
	return profile_find(w->search, name, child->level + 1, NULL, ret, err);
}

static int add_source(struct walk *w, struct profile_source *source, struct layer *ret_layer);

/* A parent that is missing or broken is a mistake of the file that names it. */
static int add_parent(struct walk *w, const struct profile_source *child,
		      const struct layer_parent *p)
{
	auto_call(profile_source_done) struct profile_source parent = {0};
	auto_call(layer_done) struct layer layer = {0};
	struct error err = {0};
	const struct visit *seen;
	int r = find_parent(w, child, p->name, &parent, &err);

	if (r == -ENOMEM)
		return r;
	if (r) {
		problem_add(w->problems, child->file, p->line, "inherits: %s", err.text);
		return 0;
	}

	seen = find_visit(w, &parent);
	if (seen && seen->open)
		say_loop(w, seen, child->file, p->line);
	if (seen)
		return 0;
	if (w->seen.len >= FILES_MAX) {
		problem_add(w->problems, child->file, p->line,
			    "the profile inherits more than %d files", FILES_MAX - 1);
		return 0;
	}
	return add_source(w, &parent, &layer);
}

/*
 * Read a source, which becomes the walk's, then its parents, then put it on
 * top of them.  *ret_layer is what was not moved into the profile.
 */
static int add_source(struct walk *w, struct profile_source *source, struct layer *ret_layer)
{
	struct profile_source mine; /* borrows from w->seen, whose items may move */
	size_t at = w->seen.len;
	int r;

	if (vec_push(&w->seen, ((struct visit){.source = *source, .open = true})))
		return -ENOMEM;
	mine = *source;
	*source = (struct profile_source){0};

	r = layer_parse(mine.name, mine.file, mine.text, mine.len, w->search->gate_known, ret_layer,
			w->problems);
	for (size_t i = 0; !r && i < ret_layer->parents.len; i++)
		r = add_parent(w, &mine, &ret_layer->parents.items[i]);
	if (r)
		return r;

	w->seen.items[at].open = false;
	return profile_add_layer(w->profile, ret_layer);
}

static int find_word(const struct profile_search *s, const char *word, struct profile_source *ret,
		     struct error *err)
{
	if (profile_is_path(word))
		return profile_open(s, word, ret, err);
	return profile_find(s, word, 0, NULL, ret, err);
}

/* What the profile itself is called, and its summary, which is not inherited. */
static int name_profile(struct profile *p, const struct profile_source *s, struct layer *l)
{
	p->name = strdup(s->name);
	p->file = strdup(s->file);
	p->summary = l->summary ? take(l->summary) : strdup("");
	return p->name && p->file && p->summary ? 0 : -ENOMEM;
}

int profile_load(const struct profile_search *s, const char *word, struct profile *ret,
		 struct problems *problems, struct error *err)
{
	auto_call(profile_done) struct profile p = {0};
	auto_call(walk_done) struct walk w = {.search = s, .profile = &p, .problems = problems};
	auto_call(profile_source_done) struct profile_source source = {0};
	auto_call(layer_done) struct layer own = {0};
	int r = find_word(s, word, &source, err);

	if (r)
		return r;
	if (add_source(&w, &source, &own) || name_profile(&p, &w.seen.items[0].source, &own))
		return error_set(err, ENOMEM, "load profile %s", word);
	profile_check(&p, problems);
	r = problems_as_error(problems, err);
	if (r)
		return r;

	profile_sort(&p);
	*ret = p;
	p = (struct profile){0};
	return 0;
}

static int describe_problem(struct profile_info *info, const struct error *err)
{
	if (err->file[0] && err->line)
		info->problem = text_format("%s:%u: %s", err->file, err->line, err->text);
	else if (err->file[0])
		info->problem = text_format("%s: %s", err->file, err->text);
	else
		info->problem = text_format("%s", err->text);
	return info->problem ? 0 : -ENOMEM;
}

/* Where it is, and all others of the name as far as they can be read. */
static int find_copies(const struct profile_search *s, struct profile_info *info)
{
	struct profile_search any = *s;
	unsigned level = 0;

	any.trusted = TRUST_ANYBODY;
	for (bool first = true;; first = false) {
		auto_call(profile_source_done) struct profile_source found = {0};

		if (profile_find(&any, info->name, level, NULL, &found, NULL))
			return 0;
		level = found.level + 1;
		if (first)
			info->file = take(found.file);
		else if (strings_add(&info->shadows, "%s", found.file))
			return -ENOMEM;
	}
}

static int describe(const struct profile_search *s, const char *name, struct profile_info *info)
{
	auto_call(problems_done) struct problems problems = {0};
	auto_call(profile_done) struct profile p = {0};
	struct error err = {0};
	int r = profile_load(s, name, &p, &problems, &err);

	info->name = strdup(name);
	if (r == -ENOMEM || !info->name)
		return -ENOMEM;
	if (r && describe_problem(info, &err))
		return -ENOMEM;

	if (!r) {
		info->summary = take(p.summary);
		info->layers = p.layers;
		p.layers = (struct strings){0};
	}
	return find_copies(s, info);
}

int profile_list(const struct profile_search *s, struct profile_list *ret, struct error *err)
{
	auto_call(profile_list_done) struct profile_list list = {0};
	auto_call(strings_done) struct strings names = {0};
	int r = profile_names(s, &names, err);

	if (r)
		return r;

	for (size_t i = 0; i < names.len; i++) {
		struct profile_info info = {0};

		if (describe(s, names.items[i], &info) || vec_push(&list, info)) {
			profile_info_done(&info);
			return error_set(err, ENOMEM, "list profiles");
		}
	}

	*ret = list;
	list = (struct profile_list){0};
	return 0;
}
