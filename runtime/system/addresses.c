/* SPDX-License-Identifier: ISC */
#include "runtime/system/addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER 32768 /* the kernel's own limit of a message is lower */

/* One address may be on several interfaces. */
struct entry {
	uint32_t ip;
	uint32_t interface;
	bool listed; /* since the kernel was asked for all */
};

struct addresses {
	int fd;
	uev_t io;
	void (*changed)(void *context);
	void *context;
	struct entry *entries;
	size_t count;
	size_t room;
	bool complete; /* a whole list has come */
	bool asking;   /* a list is on its way; the kernel makes one at a time */
	bool lost;     /* something on the way is not here: ask again behind it */
};

static struct entry *find_entry(const struct addresses *addresses, struct entry entry)
{
	for (size_t i = 0; i < addresses->count; i++) {
		if (addresses->entries[i].ip == entry.ip &&
		    addresses->entries[i].interface == entry.interface)
			return &addresses->entries[i];
	}
	return NULL;
}

static void add_entry(struct addresses *addresses, struct entry entry)
{
	struct entry *found = find_entry(addresses, entry);

	if (found) {
		found->listed = true;
		return;
	}
	if (addresses->count == addresses->room) {
		size_t room = addresses->room ? 2 * addresses->room : 16;
		struct entry *grown = realloc(addresses->entries, room * sizeof(*grown));

		addresses->lost = addresses->lost || !grown;
		if (!grown)
			return;
		addresses->entries = grown;
		addresses->room = room;
	}
	addresses->entries[addresses->count++] = entry;
}

static void delete (struct addresses *addresses, struct entry entry)
{
	struct entry *found = find_entry(addresses, entry);

	if (found)
		*found = addresses->entries[--addresses->count];
}

/* RTM_NEWADDR and RTM_DELADDR of IPv4; IFA_LOCAL is the own end of a point-to-point link. */
static void take_address(struct addresses *addresses, const struct nlmsghdr *header)
{
	const struct ifaddrmsg *message = NLMSG_DATA(header);
	const char *end = (const char *)header + header->nlmsg_len;
	const char *at = (const char *)message + NLMSG_ALIGN(sizeof(*message));
	struct entry entry = {0, message->ifa_index, true};

	if (message->ifa_family != AF_INET)
		return;
	while ((size_t)(end - at) >= sizeof(struct rtattr) && end > at) {
		const struct rtattr *attribute = (const struct rtattr *)(const void *)at;
		size_t length = attribute->rta_len;

		if (length < sizeof(*attribute) || length > (size_t)(end - at))
			break;
		if (length == RTA_LENGTH(sizeof(entry.ip)) &&
		    (attribute->rta_type == IFA_LOCAL ||
		     (attribute->rta_type == IFA_ADDRESS && !entry.ip)))
			memcpy(&entry.ip, RTA_DATA(attribute), sizeof(entry.ip));
		at += RTA_ALIGN(length);
	}
	entry.ip = ntohl(entry.ip);
	if (header->nlmsg_type == RTM_NEWADDR)
		add_entry(addresses, entry);
	else
		delete (addresses, entry);
}

/* Asks for all of them; those that are known stay until the list is whole. */
static bool ask_kernel(struct addresses *addresses)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg message;
	} request = {
	    .header = {.nlmsg_len = sizeof(request),
		       .nlmsg_type = RTM_GETADDR,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .message = {.ifa_family = AF_INET},
	};

	for (size_t i = 0; i < addresses->count; i++)
		addresses->entries[i].listed = false;
	addresses->asking =
	    send(addresses->fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request);
	addresses->lost = !addresses->asking;
	return addresses->asking;
}

/* What the list did not have is gone. */
static void end_list(struct addresses *addresses)
{
	size_t kept = 0;

	addresses->asking = false;
	if (addresses->lost)
		return;
	for (size_t i = 0; i < addresses->count; i++) {
		if (addresses->entries[i].listed)
			addresses->entries[kept++] = addresses->entries[i];
	}
	addresses->count = kept;
	addresses->complete = true;
}

static void take_messages(struct addresses *addresses, const char *buffer, size_t size)
{
	unsigned length = (unsigned)size;

	for (const struct nlmsghdr *at = (const struct nlmsghdr *)(const void *)buffer;
	     NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
		/* addresses came or went while the kernel made the list */
		if (at->nlmsg_flags & NLM_F_DUMP_INTR)
			addresses->lost = true;
		if (at->nlmsg_type == NLMSG_DONE)
			end_list(addresses);
		else if (at->nlmsg_type == NLMSG_ERROR)
			addresses->asking = false;
		else if ((at->nlmsg_type == RTM_NEWADDR || at->nlmsg_type == RTM_DELADDR) &&
			 at->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
			take_address(addresses, at);
	}
}

static void on_readable(uev_t *watcher, void *context, int events)
{
	struct addresses *addresses = context;
	_Alignas(struct nlmsghdr) char buffer[BUFFER];
	ssize_t size = recv(addresses->fd, buffer, sizeof(buffer), MSG_DONTWAIT);

	/* libuEv stops a watcher that had an error, and here that is a socket that was too full */
	if (events & (int)UEV_ERROR)
		uev_io_start(watcher);
	if (size < 0 && errno == ENOBUFS)
		addresses->lost = true;
	if (size > 0)
		take_messages(addresses, buffer, (size_t)size);
	if (addresses->lost && !addresses->asking)
		ask_kernel(addresses);
	if (size > 0 && addresses->complete)
		addresses->changed(addresses->context);
}

struct addresses *addresses_new(uev_ctx_t *loop, void (*changed)(void *context), void *context)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR};
	struct addresses *addresses = calloc(1, sizeof(*addresses));
	int error;

	if (!addresses)
		return NULL;
	addresses->changed = changed;
	addresses->context = context;
	addresses->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (addresses->fd >= 0 &&
	    bind(addresses->fd, (const struct sockaddr *)&local, sizeof(local)) == 0 &&
	    ask_kernel(addresses) &&
	    uev_io_init(loop, &addresses->io, on_readable, addresses, addresses->fd, UEV_READ) == 0)
		return addresses;
	error = errno;
	if (addresses->fd >= 0)
		close(addresses->fd);
	free(addresses);
	errno = error;
	return NULL;
}

void addresses_free(struct addresses *addresses)
{
	if (!addresses)
		return;
	uev_io_stop(&addresses->io);
	close(addresses->fd);
	free(addresses->entries);
	free(addresses);
}

bool addresses_have(const struct addresses *addresses, uint32_t ip)
{
	if (!addresses || !addresses->complete)
		return true;
	for (size_t i = 0; i < addresses->count; i++) {
		if (addresses->entries[i].ip == ip)
			return true;
	}
	return false;
}
