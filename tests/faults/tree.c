/* SPDX-License-Identifier: ISC */
#include "tests/faults/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree_file {
	char *name;  /* from the folder on */
	char *bytes; /* or where it leads */
	size_t size;
	bool is_link;
};

static bool file_read(struct tree_file *file, int folder)
{
	struct stat status;
	int fd = openat(folder, file->name, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && fstat(fd, &status) == 0;

	if (is_read) {
		file->size = (size_t)status.st_size;
		file->bytes = malloc(file->size + 1);
		is_read = file->bytes && read(fd, file->bytes, file->size) == status.st_size;
	}
	if (fd >= 0)
		close(fd);
	return is_read;
}

static bool link_read(struct tree_file *file, int folder)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(folder, file->name, target, sizeof(target) - 1);

	target[length < 0 ? 0 : length] = '\0';
	file->bytes = strdup(target);
	file->size = strlen(target);
	file->is_link = true;
	return length > 0 && file->bytes;
}

static bool tree_add(struct tree *tree, int folder, const char *name, bool is_link)
{
	struct tree_file *files = realloc(tree->files, (tree->count + 1) * sizeof(*files));

	if (!files)
		return false;
	tree->files = files;
	files[tree->count] = (struct tree_file){.name = strdup(name)};
	if (!files[tree->count].name)
		return false;
	return (is_link ? link_read : file_read)(&files[tree->count++], folder);
}

/* What is in the folder NAME of the folder TOP. */
static bool read_below(struct tree *tree, int top, const char *name)
{
	int fd = openat(top, *name ? name : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *found;
	bool is_read = dir != NULL;

	while (is_read && (found = readdir(dir))) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s%s%s", name, *name ? "/" : "", found->d_name);
		if (found->d_type == DT_REG || found->d_type == DT_LNK)
			is_read = tree_add(tree, top, path, found->d_type == DT_LNK);
		else if (found->d_type == DT_DIR && strspn(found->d_name, ".") == 0)
			is_read = read_below(tree, top, path);
	}
	if (dir)
		closedir(dir);
	return is_read;
}

bool tree_read(struct tree *tree, const char *folder)
{
	int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_read;

	*tree = (struct tree){.count = 0};
	is_read = top >= 0 && read_below(tree, top, "");
	if (top >= 0)
		close(top);
	return is_read;
}

void tree_free(struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		free(tree->files[i].name);
		free(tree->files[i].bytes);
	}
	free(tree->files);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	return walk->level ? remove(path) : 0;
}

static bool file_write(const struct tree_file *file, const char *folder)
{
	char path[PATH_MAX], *slash;
	int fd;
	bool is_written;

	snprintf(path, sizeof(path), "%s/%s", folder, file->name);
	for (slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	if (file->is_link)
		return symlink(file->bytes, path) == 0;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	is_written = fd >= 0 && write(fd, file->bytes, file->size) == (ssize_t)file->size;
	if (fd >= 0)
		close(fd);
	return is_written;
}

bool tree_write(const struct tree *tree, const char *folder)
{
	if (nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		return false;
	for (size_t i = 0; i < tree->count; i++) {
		if (!file_write(&tree->files[i], folder))
			return false;
	}
	return true;
}

static const struct tree_file *tree_find(const struct tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->count; i++) {
		if (strcmp(tree->files[i].name, name) == 0)
			return &tree->files[i];
	}
	return NULL;
}

/* True if TREE has FILE, with its bytes. */
static bool tree_has(const struct tree *tree, const struct tree_file *file)
{
	const struct tree_file *found = tree_find(tree, file->name);

	return found && found->size == file->size && found->is_link == file->is_link &&
	       memcmp(found->bytes, file->bytes, file->size) == 0;
}

bool tree_is(const struct tree *a, const struct tree *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (!tree_has(b, &a->files[i]))
			return false;
	}
	return a->count == b->count;
}

const char *tree_odd(const struct tree *tree, const struct tree *before, const struct tree *after)
{
	for (size_t i = 0; i < tree->count; i++) {
		if (!tree_has(before, &tree->files[i]) && !tree_has(after, &tree->files[i]))
			return tree->files[i].name;
	}
	for (size_t i = 0; i < before->count; i++) {
		const char *name = before->files[i].name;

		if (tree_find(after, name) && !tree_find(tree, name))
			return name;
	}
	return NULL;
}
