/* SPDX-License-Identifier: ISC */
/*
 * weipsec-monitor: shows the IKE and ESP packets of tunnels.  A program of its own, since it alone
 * needs libpcap, and needs nothing but packets: once they come, it is nobody and may do nothing.
 */
#include "compiler/base/cli.h"
#include "compiler/base/shortage.h"
#include "compiler/base/sink.h"
#include "runtime/monitor/capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* nobody and nogroup, everywhere */
#define NOBODY 65534

/* More than a device has tunnels. */
#define PAIRS_MAX 64

enum { INTERFACE, READ, WRITE };

static const struct cli_option options[] = {
    [INTERFACE] = {NULL, 'i', "IFACE", "listen on this interface only (any)"},
    [READ] = {NULL, 'r', "FILE", "show what a capture file has"},
    [WRITE] = {NULL, 'w', "FILE", "write the packets to a capture file too"},
    {0},
};

/* Beside what the program exits with. */
#define GOES_ON (-1)

struct monitor {
	const struct cli_command *command;
	const char *interface, *read, *write; /* or NULL */
	struct capture_pair pairs[PAIRS_MAX];
	uint32_t local_ips[PAIRS_MAX];
	struct packet_locals locals;
	struct capture capture;
	pcap_dumper_t *dump;
	unsigned long long shown;
	int error;	/* errno of standard output */
	int dump_error; /* and of the capture file; the first one, later ones say less */
};

/* ---- packets ---- */

static void note_dump_error(struct monitor *monitor)
{
	if (!monitor->dump_error)
		monitor->dump_error = sink_why(pcap_dump_file(monitor->dump));
}

static void on_packet(unsigned char *context, const struct pcap_pkthdr *header,
		      const unsigned char *bytes)
{
	struct monitor *monitor = (struct monitor *)(void *)context;
	const struct packet packet = {.link = monitor->capture.link,
				      .time = header->ts.tv_sec,
				      .microseconds = (uint32_t)header->ts.tv_usec,
				      .bytes = bytes,
				      .captured = header->caplen,
				      .size = header->len};
	struct packet_line line;

	packet_describe(&line, &packet, &monitor->locals);
	if (puts(line.text) < 0) {
		monitor->error = errno;
		pcap_breakloop(monitor->capture.pcap);
	}
	errno = 0;
	if (monitor->dump) {
		pcap_dump((unsigned char *)monitor->dump, header, bytes);
		note_dump_error(monitor);
	}
	monitor->shown++;
}

/* Writes to the capture file what is still in memory; what becomes of STATUS. */
static int flush_dump(struct monitor *monitor, int status)
{
	errno = 0;
	if (monitor->dump && pcap_dump_flush(monitor->dump) != 0)
		note_dump_error(monitor);
	if (!monitor->dump_error)
		return status;
	return cli_written(EXIT_OK, monitor->write, monitor->dump_error);
}

/* Shows the packets that are there.  A status that ends all, or GOES_ON. */
static int show_packets(struct monitor *monitor)
{
	int count = pcap_dispatch(monitor->capture.pcap, -1, on_packet, (unsigned char *)monitor);
	int status = flush_dump(monitor, GOES_ON);

	if (status != GOES_ON)
		return status;
	if (!monitor->error && fflush(stdout) != 0)
		monitor->error = errno;
	if (monitor->error)
		return cli_written(EXIT_OK, "standard output", monitor->error);
	if (count >= 0)
		return GOES_ON;
	cli_complain("%s", pcap_geterr(monitor->capture.pcap));
	return EXIT_FAILED;
}

static int end_listening(struct monitor *monitor, struct pollfd *packets)
{
	struct pcap_stat counters;
	int status;

	/* what came before the signal is still the kernel's */
	poll(packets, 1, 2 * CAPTURE_BATCH);
	status = show_packets(monitor);
	if (status != GOES_ON)
		return status;
	if (pcap_stats(monitor->capture.pcap, &counters) != 0)
		counters.ps_drop = 0;
	cli_complain("%llu packet%s, %u lost since they came too fast", monitor->shown,
		     monitor->shown == 1 ? "" : "s", counters.ps_drop);
	return EXIT_OK;
}

/* Until one of SIGNALS comes, or nobody reads any longer. */
static int listen_until(struct monitor *monitor, int signals)
{
	struct pollfd fds[] = {
	    {.fd = signals, .events = POLLIN},
	    {.fd = STDOUT_FILENO},
	    {.fd = pcap_get_selectable_fd(monitor->capture.pcap), .events = POLLIN}};
	int status = GOES_ON;

	while (status == GOES_ON) {
		if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0 && errno != EINTR)
			return cli_written(EXIT_OK, "poll", errno);
		if (fds[0].revents)
			return end_listening(monitor, &fds[2]);
		if (fds[1].revents)
			return EXIT_OK;
		status = show_packets(monitor);
	}
	return status;
}

static int listen_to_peers(struct monitor *monitor)
{
	const sigset_t ends = shortage_hold_ends();
	int signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK), status;

	if (signals < 0)
		return cli_written(EXIT_OK, "signals", errno);
	cli_complain("listening on %s, Ctrl-C ends it", monitor->interface);
	status = listen_until(monitor, signals);
	close(signals);
	return status;
}

/* ---- files and privileges ---- */

/* Packets are nobody else's business, whatever the umask, and whoever made the file. */
static int open_dump(struct monitor *monitor)
{
	mode_t mask = umask(077);
	struct stat status;
	int fd;

	monitor->dump = pcap_dump_open(monitor->capture.pcap, monitor->write);
	umask(mask);
	if (!monitor->dump) {
		cli_complain("%s", pcap_geterr(monitor->capture.pcap));
		return EXIT_FAILED;
	}
	fd = fileno(pcap_dump_file(monitor->dump));
	if (fstat(fd, &status) != 0 || (S_ISREG(status.st_mode) && fchmod(fd, 0600) != 0))
		return cli_written(EXIT_OK, monitor->write, errno);
	return EXIT_OK;
}

static int close_dump(struct monitor *monitor, int status)
{
	if (status == EXIT_OK && !monitor->dump_error)
		status = flush_dump(monitor, status);
	if (monitor->dump)
		pcap_dump_close(monitor->dump);
	return status;
}

/* What others sent is decoded by nobody, who may do nothing. */
static int drop_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
			       setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return cli_written(EXIT_OK, "becoming nobody", errno);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capset, &header, none) != 0)
		return cli_written(EXIT_OK, "dropping capabilities", errno);
	return EXIT_OK;
}

static int show_capture(struct monitor *monitor)
{
	struct capture *capture = &monitor->capture;
	size_t count = monitor->locals.count;
	bool opened = monitor->read
			  ? capture_read(capture, monitor->read, monitor->pairs, count)
			  : capture_listen(capture, monitor->interface, monitor->pairs, count);
	int status;

	if (!opened) {
		cli_complain("%s", capture->why);
		return EXIT_FAILED;
	}
	status = monitor->write ? open_dump(monitor) : EXIT_OK;
	if (status == EXIT_OK)
		status = drop_privileges();
	if (status != EXIT_OK)
		return status;
	if (!monitor->read)
		return listen_to_peers(monitor);
	status = show_packets(monitor);
	return status == GOES_ON ? EXIT_OK : status;
}

/* ---- the command line ---- */

static bool read_address(const char *word, uint32_t *ip)
{
	struct in_addr address;

	if (inet_pton(AF_INET, word, &address) != 1 || address.s_addr == CAPTURE_ANY)
		return false;
	*ip = ntohl(address.s_addr);
	return true;
}

static int read_pairs(struct monitor *monitor, char **words, size_t count)
{
	if (count > PAIRS_MAX)
		return cli_misuse(monitor->command, "at most %d pairs of addresses", PAIRS_MAX);
	monitor->locals.ips = monitor->local_ips;
	monitor->locals.count = count;
	for (size_t i = 0; i < count; i++, words += 2) {
		struct capture_pair *pair = &monitor->pairs[i];

		if (!read_address(words[0], &pair->local))
			return cli_misuse(monitor->command, "'%s' is no IPv4 address", words[0]);
		if (strcmp(words[1], "any") != 0 && !read_address(words[1], &pair->peer))
			return cli_misuse(monitor->command, "'%s' is no IPv4 address, nor 'any'",
					  words[1]);
		monitor->local_ips[i] = pair->local;
	}
	return EXIT_OK;
}

static int read_operands(struct monitor *monitor, const struct cli *cli)
{
	int count = cli->argc - cli->operand;

	if (monitor->read && (monitor->write || monitor->interface))
		return cli_misuse(monitor->command, "-r goes with neither -i nor -w");
	if (monitor->write && strcmp(monitor->write, "-") == 0)
		return cli_misuse(monitor->command, "-w needs a file: lines go to standard output");
	if (!monitor->interface)
		monitor->interface = "any";
	if (count < 1)
		return cli_misuse(monitor->command, "no addresses");
	if (count % 2)
		return cli_misuse(monitor->command, "'%s' lacks its peer: type an address or 'any'",
				  cli->argv[cli->argc - 1]);
	return read_pairs(monitor, cli->argv + cli->operand, (size_t)count / 2);
}

static void set_option(struct monitor *monitor, int option, const char *value)
{
	if (option == INTERFACE)
		monitor->interface = value;
	else if (option == READ)
		monitor->read = value;
	else
		monitor->write = value;
}

static int run_monitor(const struct cli_command *command, int argc, char **argv)
{
	struct monitor monitor = {.command = command};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0)
		set_option(&monitor, option, cli.value);
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = read_operands(&monitor, &cli);
	if (status == EXIT_OK)
		status = show_capture(&monitor);
	status = close_dump(&monitor, status);
	capture_close(&monitor.capture);
	return status;
}

static const struct cli_command command = {
    .name = "",
    .operands = "LOCAL PEER [LOCAL PEER]...",
    .line = "Shows the IKE and ESP packets between addresses of ours and peers, a line for each",
    .more =
	"LOCAL and PEER are IPv4 addresses, or PEER is 'any'.  'weipsec-apply monitor' fills them\n"
	"in for the tunnels that are applied.\n"
	"\n"
	"Exit status: 0 ended by Ctrl-C or by its reader, 2 nothing can be captured, read or\n"
	"written, 64 wrong usage.\n",
    .options = options,
    .run = run_monitor,
};

static const struct cli_program program = {.name = "weipsec-monitor", .fallback = &command};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
