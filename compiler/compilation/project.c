/* SPDX-License-Identifier: ISC */
/*
 * Which project file holds for a file.  Folders are looked at once: of those above each other the
 * first that has one tells all below it.
 */
#include "compiler/compilation/project.h"

#include "compiler/base/below.h"
#include "compiler/base/cli.h"
#include "compiler/base/files.h"
#include "compiler/base/glob.h"
#include "compiler/base/text.h"
#include "compiler/compilation/project_parts.h"
#include "compiler/pki/pki.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME ".weipsec"

/* ---- a project file ---- */

/* The IDs of rules that TEXT silences or lowers in vain, or NULL. */
static const char *refused_rules(struct arena *arena, const struct project_text *text)
{
	const char *list = NULL;

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		const struct project_section *at = text->head;

		while (at &&
		       !report_override_is_refused((enum rule)rule, at->words.overrides[rule]))
			at = at->next;
		if (at)
			list = arena_printf(arena, "%s%s%s", list ? list : "", list ? ", " : "",
					    rule_table[rule].id);
	}
	return list;
}

static bool read_project(struct projects *projects, struct project *project, const char *path)
{
	struct project_text *text = project->text;
	struct text *bytes = below_read(text->folder, path, PROJECT_MAX);
	bool is_read;

	if (!bytes) {
		projects_fail(projects, EXIT_FAILED, "%s: %s", project->path,
			      projects_reason(errno));
		return false;
	}
	is_read =
	    bytes->size <= PROJECT_MAX && project_text_read(text, bytes->bytes, bytes->size);
	if (bytes->size > PROJECT_MAX)
		projects_fail(projects, EXIT_FAILED, "%s: over 64 KiB", project->path);
	else if (text->error)
		projects_fail(projects, EXIT_MISUSE, "%s:%u:%u: %s", project->path, text->at.line,
			      text->at.column, text->error);
	else if (!is_read)
		projects_fail(projects, EXIT_FAILED, "%s: %s", project->path, strerror(ENOMEM));
	text_free(bytes);
	return is_read;
}

/* The project file PATH in FOLDER, or NULL if it cannot be read. */
static struct project *project_new(struct projects *projects, const char *folder, const char *path)
{
	struct project *project = arena_alloc(projects->arena, sizeof(*project));
	struct project_text *text = arena_alloc(projects->arena, sizeof(*text));

	if (!project || !text)
		return NULL;
	text->arena = projects->arena;
	text->folder = folder;
	project->text = text;
	project->path = projects_told(projects, path);
	if (!read_project(projects, project, path))
		return NULL;
	project->indent = text->indent;
	project->refused = refused_rules(projects->arena, text);
	project->next = projects->list;
	projects->list = project;
	return project;
}

/* ---- folders ---- */

/*
 * PATH cannot be looked at.  What may be there, and hold, nothing is judged without; but a folder
 * above that is closed to us tells nothing, as one that others may write to.
 */
static void fail_hidden(struct projects *projects, const char *path, int error)
{
	if (error != ENOENT && error != ENOTDIR && error != EACCES)
		projects_fail(projects, EXIT_FAILED, "%s: %s", projects_told(projects, path),
			      strerror(error));
}

static bool is_there(struct projects *projects, const char *path)
{
	struct stat status;

	if (lstat(path, &status) == 0)
		return true;
	fail_hidden(projects, path, errno);
	return false;
}

static bool is_home(const struct stat *folder)
{
	const char *home = getenv("HOME");
	struct stat status;

	return home && stat(home, &status) == 0 && status.st_dev == folder->st_dev &&
	       status.st_ino == folder->st_ino;
}

static void distrust(struct projects *projects, const char *path)
{
	struct distrusted *one = arena_alloc(projects->arena, sizeof(*one));

	if (!one)
		return;
	one->line = arena_printf(projects->arena, "%s: not read: others may write to its folder",
				 projects_told(projects, path));
	*projects->last_distrusted = one;
	projects->last_distrusted = &one->next;
}

static struct project *look_in(struct projects *projects, const char *folder);

/* The project file of the folder above FOLDER. */
static struct project *look_above(struct projects *projects, const char *folder)
{
	const char *slash = strrchr(folder, '/');
	const char *above = arena_printf(projects->arena, "%.*s", (int)(slash - folder), folder);

	return above && *above ? look_in(projects, above) : NULL;
}

/* What others may write to tells nothing: no project file, and no repository. */
static struct project *look_at(struct projects *projects, const char *folder)
{
	const char *path = arena_printf(projects->arena, "%s/" FILE_NAME, folder);
	const char *git = arena_printf(projects->arena, "%s/.git", folder);
	struct stat status;

	if (!path || !git)
		return NULL;
	if (stat(folder, &status) != 0) { /* standard input is called as if it were there */
		fail_hidden(projects, folder, errno);
		return look_above(projects, folder);
	}
	if (status.st_mode & S_IWOTH) {
		if (is_there(projects, path))
			distrust(projects, path);
	} else if (is_there(projects, path)) {
		return project_new(projects, folder, path);
	} else if (is_there(projects, git)) {
		return NULL;
	}
	return is_home(&status) ? NULL : look_above(projects, folder);
}

static size_t bucket_of(const char *string)
{
	uint32_t hash = slice_hash((struct slice){string, strlen(string)});

	return (hash ^ hash >> 16) % PROJECT_BUCKETS;
}

/* The project file that holds in FOLDER, absolute and without links. */
static struct project *look_in(struct projects *projects, const char *folder)
{
	struct folder **bucket = &projects->folders[bucket_of(folder)];
	struct folder *at = *bucket;

	while (at && strcmp(at->path, folder) != 0)
		at = at->next;
	if (at)
		return at->project;
	at = arena_alloc(projects->arena, sizeof(*at));
	if (!at)
		return NULL;
	at->path = arena_copy(projects->arena, folder, strlen(folder));
	if (!at->path)
		return NULL;
	at->next = *bucket;
	*bucket = at;
	at->project = *folder ? look_at(projects, at->path) : NULL;
	return at->project;
}

/* ---- names ---- */

/*
 * PATH without links but in its last name, absolute, from malloc(); the root is "".  What is not
 * there is taken by its words.  NULL if it goes up there, or without memory.
 */
static char *absolute(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	char *real = NULL, *whole = NULL;

	if (folder && slash == path)
		real = strdup("");
	else if (folder)
		real = realpath(folder, NULL);
	if (!real && folder && (errno == ENOENT || errno == ENOTDIR) && strcmp(name, "..") != 0 &&
	    strcmp(path, ".") != 0)
		real = absolute(folder);
	if (real && strcmp(real, "/") == 0)
		*real = '\0';
	if (real && asprintf(&whole, "%s/%s", real, name) < 0)
		whole = NULL;
	free(folder);
	free(real);
	return whole;
}

/* The same, of a file of a walk: the folder is mostly the one of the file before. */
static char *absolute_of(struct projects *projects, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	char *whole;

	if (slash && projects->given && strlen(projects->given) == length &&
	    strncmp(projects->given, path, length) == 0)
		return asprintf(&whole, "%s%s", projects->real, slash) < 0 ? NULL : whole;
	whole = absolute(path);
	if (!whole || !slash)
		return whole;
	free(projects->given);
	free(projects->real);
	projects->given = strndup(path, length);
	projects->real = strndup(whole, (size_t)(strrchr(whole, '/') - whole));
	if (!projects->given || !projects->real) {
		free(projects->given);
		projects->given = NULL;
	}
	return whole;
}

/* WHOLE, absolute, from the folder of PROJECT. */
static const char *name_in(const struct project *project, const char *whole)
{
	return whole + strlen(project->text->folder) + 1;
}

/* The project file for WHOLE, an absolute path. */
static struct project *look_for(struct projects *projects, const char *whole)
{
	char *folder;
	struct project *project;

	if (projects->asked.has_no_project)
		return NULL;
	folder = strndup(whole, (size_t)(strrchr(whole, '/') - whole));
	project = folder ? look_in(projects, folder) : NULL;
	free(folder);
	return project;
}

struct project *projects_look(struct projects *projects, const char *path)
{
	char *whole = projects->asked.has_no_project ? NULL : absolute_of(projects, path);
	struct project *project = whole ? look_for(projects, whole) : NULL;

	free(whole);
	return project;
}

/* ---- what walks take ---- */

static bool is_covered(const struct project_glob *list, const char *name, bool is_folder)
{
	struct slice path = {name, strlen(name)};

	while (list && !glob_covers(list->pattern, path, is_folder))
		list = list->next;
	return list != NULL;
}

/* Of what would be taken PROJECT may exclude some. */
static bool take_in(struct project *project, const char *name, bool is_folder)
{
	const struct project_text *text = project->text;
	bool is_taken = is_folder || (text->files ? is_covered(text->files, name, false)
						  : files_are_configuration(name));

	if (!is_taken || !is_covered(text->exclude, name, is_folder))
		return is_taken;
	project->excluded++;
	return false;
}

bool projects_take(struct projects *projects, const char *path, bool is_folder)
{
	char *whole = projects->asked.has_no_project ? NULL : absolute_of(projects, path);
	struct project *project = whole ? look_for(projects, whole) : NULL;
	bool is_taken = project ? take_in(project, name_in(project, whole), is_folder)
				: is_folder || files_are_configuration(path);

	free(whole);
	return is_taken;
}

bool projects_exclude(struct projects *projects, const char *path)
{
	char *whole = projects->asked.has_no_project ? NULL : absolute_of(projects, path);
	struct project *project = whole ? look_for(projects, whole) : NULL;
	bool is_excluded =
	    project && is_covered(project->text->exclude, name_in(project, whole), false);

	if (is_excluded)
		project->excluded++;
	free(whole);
	return is_excluded;
}

/* ---- one face ---- */

static void match(const struct project *project, const char *name, bool *matched)
{
	const struct project_section *at = project->text->head;
	struct slice path = {name, strlen(name)};

	for (size_t i = 0; at; at = at->next)
		matched[i++] = !at->glob.length || glob_covers(at->glob, path, false);
}

struct project_outcome *projects_find(struct projects *projects, const char *path, char **name)
{
	bool is_off = projects->asked.has_no_project || strcmp(path, "-") == 0;
	char *whole = is_off ? NULL : absolute_of(projects, path);
	struct project *project = whole ? look_for(projects, whole) : NULL;
	bool none = false, *matched = &none;
	struct project_outcome *outcome = NULL;

	*name = NULL;
	if (project) {
		matched = calloc(project->text->sections, sizeof(*matched));
		*name = strdup(name_in(project, whole));
	}
	if (matched && (!project || *name)) {
		if (project)
			match(project, *name, matched);
		outcome = projects->error ? NULL : project_outcome_of(projects, project, matched);
	}
	if (!outcome)
		projects_fail(projects, EXIT_FAILED, "%s", strerror(ENOMEM));
	if (project)
		free(matched);
	free(whole);
	return outcome;
}

/* ---- all of them ---- */

const char *projects_error(const struct projects *projects, int *status)
{
	*status = projects->status;
	if (!projects->error && arena_failed(projects->arena)) {
		*status = EXIT_FAILED;
		return strerror(ENOMEM);
	}
	return projects->error;
}

struct projects *projects_new(const struct project_asked *asked)
{
	struct projects *projects = calloc(1, sizeof(*projects));

	if (!projects)
		return NULL;
	projects->arena = arena_new();
	if (!projects->arena) {
		free(projects);
		return NULL;
	}
	projects->asked = *asked;
	projects->last_distrusted = &projects->distrusted;
	projects->here = realpath(".", NULL);
	return projects;
}

void projects_free(struct projects *projects)
{
	if (!projects)
		return;
	for (struct opened *at = projects->opened; at; at = at->next)
		pki_free(at->pki);
	for (struct project *at = projects->list; at; at = at->next)
		fingerprints_free(&at->baseline);
	free(projects->here);
	free(projects->given);
	free(projects->real);
	arena_free(projects->arena);
	free(projects);
}

struct project *projects_list(const struct projects *projects)
{
	return projects->list;
}

static void give_words(const struct projects *projects, const struct project_words *words,
		       project_input *take, void *context)
{
	if (words->device)
		take(context, projects_told(projects, words->device), false);
	if (words->pki)
		take(context, projects_told(projects, words->pki), true);
}

void projects_inputs(const struct projects *projects, project_input *take, void *context)
{
	for (const struct project *at = projects->list; at; at = at->next) {
		take(context, at->path, false);
		if (at->text->baseline)
			take(context, projects_told(projects, at->text->baseline), false);
		for (const struct project_section *section = at->text->head; section;
		     section = section->next)
			give_words(projects, &section->words, take, context);
	}
}

const char *projects_distrusted(const struct projects *projects, size_t i)
{
	const struct distrusted *at = projects->distrusted;

	for (; at && i; i--)
		at = at->next;
	return at ? at->line : NULL;
}
