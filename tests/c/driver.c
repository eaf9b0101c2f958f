/*
 * A host program in C, as users write them: logs in, uploads, downloads, compares.
 *
 *     cc -std=c11 -Wall -Wextra -o driver driver.c
 *     ./driver /run/user/1000/qftpsim/modem0
 *
 * Exits with 0 if all went well, else with 1 and a word about what did not.
 */
#define _DEFAULT_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SIZE = 100000, PATIENCE_MS = 30000 };

static int port;

static void fail(const char *what, const char *got)
{
	fprintf(stderr, "%s: %s\n", what, got);
	exit(1);
}

/* A serial port at 115200 baud that passes all bytes as they are. */
static void open_port(const char *path)
{
	struct termios raw;

	port = open(path, O_RDWR | O_NOCTTY);
	if (port < 0 || tcgetattr(port, &raw) < 0) {
		perror(path);
		exit(1);
	}
	cfmakeraw(&raw);
	cfsetspeed(&raw, B115200);
	raw.c_cflag |= CLOCAL | CREAD;
	if (tcsetattr(port, TCSANOW, &raw) < 0) {
		perror(path);
		exit(1);
	}
}

static void send_bytes(const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t sent = write(port, bytes, count);

		if (sent < 0)
			fail("write", "the port is gone");
		bytes += sent;
		count -= (size_t)sent;
	}
}

/* Fills `bytes`, or fails after a silence. */
static void receive(char *bytes, size_t count)
{
	while (count > 0) {
		struct pollfd ready = { .fd = port, .events = POLLIN };
		ssize_t came;

		if (poll(&ready, 1, PATIENCE_MS) <= 0)
			fail("read", "the module is silent");
		came = read(port, bytes, count);
		if (came <= 0)
			fail("read", "the port is gone");
		bytes += came;
		count -= (size_t)came;
	}
}

/* The next line that is not blank must be this one. */
static void expect(const char *wanted)
{
	char line[256];
	size_t length;

	do {
		length = 0;
		for (;;) {
			receive(line + length, 1);
			if (line[length] == '\n' || length == sizeof line - 1)
				break;
			if (line[length] != '\r')
				length++;
		}
		line[length] = '\0';
	} while (length == 0);
	if (strcmp(line, wanted) != 0)
		fail(wanted, line);
}

/* Sends a command; after its echo `answer` must come, and then `later` unless it is NULL. */
static void command(const char *text, const char *answer, const char *later)
{
	send_bytes(text, strlen(text));
	send_bytes("\r", 1);
	expect(text);
	expect(answer);
	if (later)
		expect(later);
}

int main(int argc, char **argv)
{
	static char sent[SIZE], came[SIZE];
	char line[64], outcome[64];

	if (argc != 2)
		fail("usage", "driver PORT");
	for (size_t at = 0; at < SIZE; at++)
		sent[at] = (char)(at * at >> 8 ^ at);

	open_port(argv[1]);
	command("AT", "OK", NULL);
	command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1", "OK", NULL);
	command("AT+QIACT=1", "OK", NULL);
	command("AT+QFTPCFG=\"account\",\"test\",\"test\"", "OK", NULL);
	command("AT+QFTPOPEN=\"ftp.example.com\",21", "OK", "+QFTPOPEN: 0,0");

	snprintf(line, sizeof line, "AT+QFTPPUT=\"c.bin\",\"COM:\",0,%d,1", SIZE);
	snprintf(outcome, sizeof outcome, "+QFTPPUT: 0,%d", SIZE);
	command(line, "CONNECT", NULL);
	send_bytes(sent, SIZE);
	expect("OK");
	expect(outcome);

	command("AT+QFTPGET=\"c.bin\",\"COM:\"", "CONNECT", NULL);
	receive(came, SIZE);
	if (memcmp(sent, came, SIZE) != 0)
		fail("AT+QFTPGET", "other bytes came back");
	snprintf(outcome, sizeof outcome, "+QFTPGET: 0,%d", SIZE);
	expect("OK");
	expect(outcome);

	command("AT+QFTPGET=\"missing\",\"COM:\"", "+CME ERROR: 627", NULL);
	command("AT+QFTPCLOSE", "OK", "+QFTPCLOSE: 0,0");
	close(port);
	puts("logged in, uploaded, downloaded; all bytes equal");
	return 0;
}
