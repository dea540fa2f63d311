/* SPDX-License-Identifier: ISC */
/*
 * What is left of a secret in the memory of a program like weipsec-apply, when its configuration
 * was read and freed: nothing, wherever a library had a copy of it, and while it is there it lies
 * where no dump and no swap has it.  Prints TAP.
 */
#include "compiler/agent/read.h"
#include "compiler/base/arena.h"
#include "compiler/compilation/artefact.h"
#include "runtime/command/memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SECRET_SIZE 44

/* What stands before the secret, and behind it. */
static const char *const xml[] = {
    "<ipsec xmlns=\"urn:weipsec:agent\"><tunnel><id>1</id><secret>", "</secret></tunnel></ipsec>"};
static const char *const json[] = {
    "{\"weipsec-agent:ipsec\":{\"tunnel\":[{\"id\":1,\"secret\":\"", "\"}]}}"};

static int number, failures;

static void tell(bool is_well, const char *what)
{
	failures += !is_well;
	printf("%sok %d secrecy: %s\n", is_well ? "" : "not ", ++number, what);
}

/* The secret turned round, as it stands nowhere else: 32 bytes in base64. */
static const char turned[SECRET_SIZE + 1] = "=QUQRlVQxZ3bn9Gd1MnazRnblVmchJXYlJ3cyVWapZXa";

static void secret_write(char *secret)
{
	for (size_t i = 0; i < SECRET_SIZE; i++)
		secret[i] = turned[SECRET_SIZE - 1 - i];
	secret[SECRET_SIZE] = '\0';
}

/* How often it, but for what is left of its first bytes, stands in SIZE bytes. */
static unsigned count_in(const char *bytes, size_t size)
{
	unsigned count = 0;

	for (size_t at = 0; at + 24 <= size; at++) {
		size_t same = 0;

		while (same < 24 && bytes[at + same] == turned[SECRET_SIZE - 17 - same])
			same++;
		count += same == 24;
	}
	return count;
}

/* The same in all of this process that can be read, but for its stack, in which this is. */
static unsigned count_everywhere(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[512], *bytes;
	unsigned count = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		char *end;
		uintptr_t from = strtoul(line, &end, 16), to = strtoul(end + 1, &end, 16);

		if (end[1] != 'r' || end[2] != 'w' || strstr(line, "[stack]"))
			continue;
		bytes = mmap(NULL, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0);
		if (bytes == MAP_FAILED)
			exit(EXIT_FAILURE);
		if (pread(memory, bytes, to - from, (off_t)from) > 0)
			count += count_in(bytes, to - from);
		munmap(bytes, to - from);
	}
	if (maps)
		fclose(maps);
	close(memory);
	return count;
}

/* A document with the secret in it, read and freed. */
static bool read_and_free(const char *const *around, const char *name)
{
	const struct surroundings surroundings = {.dialect = -1};
	size_t head = strlen(around[0]), tail = strlen(around[1]);
	char document[256]; /* not from the heap: nothing of ours is to be found there */
	struct compilation *compilation;
	struct text *text;

	memcpy(document, around[0], head);
	secret_write(document + head);
	memcpy(document + head + SECRET_SIZE, around[1], tail);
	text = text_new(name, document, head + SECRET_SIZE + tail);
	explicit_bzero(document, sizeof(document));
	compilation = text ? artefact_read(text, &surroundings, agent_read) : NULL;
	compilation_free(compilation);
	return compilation != NULL;
}

static void test_left(void)
{
	char *copy = malloc(SECRET_SIZE + 1);
	unsigned before, after;

	if (!copy)
		return;
	before = count_everywhere();
	secret_write(copy);
	after = count_everywhere();
	explicit_bzero(copy, SECRET_SIZE);
	free(copy);
	tell(before == 0 && after == 1, "one that is there is found");
	tell(read_and_free(xml, "a.xml") && count_everywhere() == 0, "nothing is left of XML");
	tell(read_and_free(json, "a.json") && count_everywhere() == 0, "nothing is left of JSON");
}

/* The flags that the kernel has for the memory at AT. */
static void flags_at(const void *at, char *flags, size_t size)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[512];
	bool is_there = false;

	*flags = '\0';
	while (maps && fgets(line, sizeof(line), maps)) {
		uintptr_t place = (uintptr_t)at, from;
		char *end;

		from = strtoul(line, &end, 16);
		if (*end == '-')
			is_there = from <= place && place < strtoul(end + 1, NULL, 16);
		else if (is_there && strncmp(line, "VmFlags:", 8) == 0)
			snprintf(flags, size, "%.*s", (int)size - 1, line + 8);
	}
	if (maps)
		fclose(maps);
}

static void test_arena(void)
{
	struct arena *arena = arena_new_secret();
	const void *at = arena ? arena_alloc(arena, 32) : NULL;
	const struct rlimit none = {0, 0};
	char flags[256];

	flags_at(at, flags, sizeof(flags));
	tell(strstr(flags, " dd"), "an arena for secrets is in no dump");
	tell(strstr(flags, " lo"), "an arena for secrets is locked");
	arena_free(arena);
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		exit(EXIT_FAILURE);
	setrlimit(RLIMIT_MEMLOCK, &none);
	arena = arena_new_secret();
	tell(arena && arena_alloc(arena, 32), "where nothing may be locked there is one, too");
	arena_free(arena);
}

static void test_dump(void)
{
	struct rlimit limit;

	memory_close();
	tell(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 &&
		 prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0,
	     "a program that holds secrets is not dumped");
}

int main(void)
{
	memory_wipe();
	test_left();
	test_dump();
	test_arena();
	printf("1..%d\n", number);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
