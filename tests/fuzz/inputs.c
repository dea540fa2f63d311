/* SPDX-License-Identifier: ISC */
/*
 * A fuzz target over the files that are named, each once, without libFuzzer: any compiler builds
 * it, with whatever library.
 */
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What inputs have at most, and a byte more. */
enum { MOST = 4097 };

static int take(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t data[MOST];
	size_t size;

	if (!in) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), in);
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
	return 0;
}

int main(int count, char **paths)
{
	int status = 0;

	for (int i = 1; i < count; i++)
		status |= take(paths[i]);
	return status;
}
