/* SPDX-License-Identifier: ISC */
/*
 * What the bare exchanges of an apply cost: sends the packets of a file to charon, as they stand,
 * each when the one before is answered.  `replay SOCKET PACKETS'; 0 when all were.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define EVENT 7
#define PACKET_MAX ((size_t)512 * 1024)

static uint8_t packet[4 + PACKET_MAX];

static size_t packet_length(void)
{
	return (size_t)packet[0] << 24 | (size_t)packet[1] << 16 | (size_t)packet[2] << 8 |
	       packet[3];
}

static int receive(int fd, size_t from, size_t size)
{
	while (size) {
		ssize_t got = recv(fd, packet + from, size, 0);

		if (got <= 0)
			return 0;
		from += (size_t)got;
		size -= (size_t)got;
	}
	return 1;
}

/* Everything up to what is no event is the answer. */
static int await_answer(int fd)
{
	do {
		if (!receive(fd, 0, 4) || packet_length() == 0 || packet_length() > PACKET_MAX ||
		    !receive(fd, 4, packet_length()))
			return 0;
	} while (packet[4] == EVENT);
	return 1;
}

static int replay(int fd, FILE *packets)
{
	while (fread(packet, 4, 1, packets) == 1) {
		size_t size = packet_length();

		if (size > PACKET_MAX || fread(packet + 4, 1, size, packets) != size ||
		    send(fd, packet, size + 4, MSG_NOSIGNAL) != (ssize_t)(size + 4) ||
		    !await_answer(fd))
			return 2;
	}
	return ferror(packets) ? 2 : 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FILE *packets = argc == 3 ? fopen(argv[2], "r") : NULL;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status = 2;

	if (packets && fd >= 0 && strlen(argv[1]) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, argv[1], strlen(argv[1]));
		if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
			status = replay(fd, packets);
	}
	if (packets)
		fclose(packets);
	if (fd >= 0)
		close(fd);
	return status;
}
