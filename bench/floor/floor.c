/*
 * The floor: what no server can go below. A loop of epoll and write() that accepts the load's sockets, says what a
 * Socket.IO server says, and writes for each update the bytes that the service would write to the same sockets. It does
 * nothing else: no token is verified, no JSON is parsed (the few packets of the load are searched for what is needed),
 * nothing is stored.
 *
 * floor write    one write() per event and socket
 * floor uring    the same sends, handed to the kernel in batches by io_uring
 * floor several  the events of one channel that come in one turn of the loop are joined: one write() for all of them
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FD = 65536, MAX_CHANNELS = 65536, MAX_EVENTS = 512, READ_BYTES = 16384, MAX_FRAME = 1024, RING = 1024 };

struct channel;

struct conn {
  int fd;
  int upgraded;
  struct channel *channel;
  char *user;       /* the JSON of its user up to joinedAt, when it has one */
  char *in;         /* an incomplete frame */
  size_t in_length;
  char *out;        /* what the kernel would not take yet */
  size_t out_length;
};

struct channel {
  char id[64];
  struct conn **members;
  int count, capacity;
  int64_t version;
  char *pending;    /* several: the frames of this turn */
  size_t pending_length, pending_capacity;
  unsigned batch;   /* uring: the batch that holds an event of this channel */
  struct channel *next_dirty;
};

static struct conn *conns[MAX_FD];
static struct channel *channels[MAX_CHANNELS];
static struct channel *dirty;
static int epoll_fd;
static enum { WRITE, URING, SEVERAL } mode;

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* ---- io_uring, by its system calls alone ---- */

static struct {
  int fd;
  unsigned *sq_tail, *sq_mask, *cq_head, *cq_tail, *cq_mask;
  struct io_uring_sqe *sqes;
  struct io_uring_cqe *cqes;
  unsigned tail, queued, batch;
  struct { struct conn *conn; const char *bytes; size_t length; } sends[RING];
  char frames[RING][MAX_FRAME];
  unsigned frame, frames_in_batch;
} ring;

static void ring_open(void) {
  struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN};
  ring.fd = (int)syscall(SYS_io_uring_setup, RING, &p);
  if (ring.fd < 0) die("floor: io_uring_setup");
  char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd,
                  IORING_OFF_SQ_RING);
  char *cq = mmap(0, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_CQ_RING);
  ring.sqes = mmap(0, p.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                   ring.fd, IORING_OFF_SQES);
  if (sq == MAP_FAILED || cq == MAP_FAILED || ring.sqes == MAP_FAILED) die("floor: mmap");
  ring.sq_tail = (unsigned *)(sq + p.sq_off.tail);
  ring.sq_mask = (unsigned *)(sq + p.sq_off.ring_mask);
  ring.cq_head = (unsigned *)(cq + p.cq_off.head);
  ring.cq_tail = (unsigned *)(cq + p.cq_off.tail);
  ring.cq_mask = (unsigned *)(cq + p.cq_off.ring_mask);
  ring.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
  unsigned *array = (unsigned *)(sq + p.sq_off.array);
  for (unsigned i = 0; i < p.sq_entries; i++) array[i] = i;
  ring.batch = 1;
}

static void keep(struct conn *c, const char *bytes, size_t length);

/* Every send that is not whole has a completion: what is left of it waits for the socket. */
static void ring_reap(void) {
  unsigned head = *ring.cq_head, tail = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
  for (; head != tail; head++) {
    struct io_uring_cqe *cqe = &ring.cqes[head & *ring.cq_mask];
    size_t sent = cqe->res > 0 ? (size_t)cqe->res : 0;
    unsigned long long i = cqe->user_data;
    if (sent < ring.sends[i].length && (cqe->res >= 0 || cqe->res == -EAGAIN))
      keep(ring.sends[i].conn, ring.sends[i].bytes + sent, ring.sends[i].length - sent);
  }
  __atomic_store_n(ring.cq_head, head, __ATOMIC_RELEASE);
}

static void ring_submit(void) {
  while (ring.queued > 0) {
    __atomic_store_n(ring.sq_tail, ring.tail, __ATOMIC_RELEASE);
    long taken = syscall(SYS_io_uring_enter, ring.fd, ring.queued, 0, 0, 0, 0);
    if (taken < 0 && errno != EINTR) die("floor: io_uring_enter");
    if (taken > 0) ring.queued -= (unsigned)taken;
  }
  ring_reap();
  ring.batch++;
  ring.frames_in_batch = 0;
}

static void ring_send(struct conn *c, const char *bytes, size_t length) {
  unsigned slot = ring.tail & *ring.sq_mask;
  ring.sqes[slot] = (struct io_uring_sqe){
      .opcode = IORING_OP_SEND,
      .flags = IOSQE_CQE_SKIP_SUCCESS,
      .fd = c->fd,
      .addr = (uintptr_t)bytes,
      .len = (unsigned)length,
      .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_WAITALL,
      .user_data = slot,
  };
  ring.sends[slot].conn = c;
  ring.sends[slot].bytes = bytes;
  ring.sends[slot].length = length;
  ring.tail++;
  ring.queued++;
}

/* ---- sockets ---- */

static void watch(struct conn *c, uint32_t events, int operation) {
  struct epoll_event e = {.events = events, .data.fd = c->fd};
  if (epoll_ctl(epoll_fd, operation, c->fd, &e) < 0) die("floor: epoll_ctl");
}

static void keep(struct conn *c, const char *bytes, size_t length) {
  if (c->out_length == 0) watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  c->out = realloc(c->out, c->out_length + length);
  if (!c->out) die("floor: realloc");
  memcpy(c->out + c->out_length, bytes, length);
  c->out_length += length;
}

static void send_now(struct conn *c, const char *bytes, size_t length) {
  ssize_t sent = 0;
  if (c->out_length == 0) {
    sent = write(c->fd, bytes, length);
    if (sent < 0) {
      if (errno != EAGAIN) return; /* it is gone, as the next read will say */
      sent = 0;
    }
  }
  if ((size_t)sent < length) keep(c, bytes + sent, length - (size_t)sent);
}

static void flush(struct conn *c) {
  ssize_t sent = write(c->fd, c->out, c->out_length);
  if (sent <= 0) return;
  c->out_length -= (size_t)sent;
  memmove(c->out, c->out + sent, c->out_length);
  if (c->out_length == 0) {
    free(c->out);
    c->out = NULL;
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
  }
}

/* Puts a text frame's header before text that stands at frame + 4; returns where the frame begins. */
static char *framed(char *frame, size_t length, size_t *whole) {
  if (length <= 125) {
    frame[2] = (char)0x81;
    frame[3] = (char)length;
    *whole = length + 2;
    return frame + 2;
  }
  frame[0] = (char)0x81;
  frame[1] = 126;
  frame[2] = (char)(length >> 8);
  frame[3] = (char)length;
  *whole = length + 4;
  return frame;
}

static void send_text(struct conn *c, const char *text) {
  char frame[MAX_FRAME];
  size_t length = strlen(text), whole;
  memcpy(frame + 4, text, length);
  char *start = framed(frame, length, &whole);
  /* Nothing may overtake what is queued for the same socket. */
  if (mode == URING) ring_submit();
  send_now(c, start, whole);
}

static void drop(struct conn *c) {
  if (mode == URING) ring_submit();
  if (c->channel) {
    struct channel *ch = c->channel;
    for (int i = 0; i < ch->count; i++)
      if (ch->members[i] == c) {
        ch->members[i] = ch->members[--ch->count];
        break;
      }
  }
  close(c->fd);
  conns[c->fd] = NULL;
  free(c->user);
  free(c->in);
  free(c->out);
  free(c);
}

/* ---- what a Socket.IO server says ---- */

static const char *value(const char *text, const char *key, char *into, size_t size) {
  const char *at = strstr(text, key);
  if (!at) return NULL;
  at += strlen(key);
  size_t n = strcspn(at, "\"");
  if (n >= size) n = size - 1;
  memcpy(into, at, n);
  into[n] = 0;
  return into;
}

static struct channel *channel_of(const char *packet) {
  char id[64];
  if (!value(packet, "\"channelId\":\"", id, sizeof id) && !value(packet, "\"channelIds\":[\"", id, sizeof id))
    return NULL;
  unsigned n = (unsigned)strtoul(id + 1, NULL, 10) % MAX_CHANNELS;
  if (!channels[n]) {
    channels[n] = calloc(1, sizeof **channels);
    memcpy(channels[n]->id, id, sizeof id);
    channels[n]->version = (int64_t)time(NULL) * 1000;
  }
  return channels[n];
}

static void enter(struct conn *c, struct channel *ch) {
  if (c->channel) return;
  c->channel = ch;
  if (ch->count == ch->capacity) {
    ch->capacity = ch->capacity ? 2 * ch->capacity : 4;
    ch->members = realloc(ch->members, (size_t)ch->capacity * sizeof *ch->members);
  }
  ch->members[ch->count++] = c;
}

/* The claims of a token, without a look at its signature. */
static void take_user(struct conn *c, const char *packet) {
  const char *token = strstr(packet, "\"token\":\"");
  const char *part = token ? strchr(token, '.') : NULL;
  char claims[1024] = "";
  size_t n = 0;
  uint32_t bits = 0;
  int have = 0;
  for (const char *p = part ? part + 1 : ""; *p && *p != '.' && n < sizeof claims - 1; p++) {
    int v = *p >= 'a' ? *p - 'a' + 26 : *p >= 'A' && *p <= 'Z' ? *p - 'A' : *p == '-' ? 62 : *p == '_' ? 63 : *p - '0' + 52;
    if (*p == '_') v = 63;
    bits = bits << 6 | (uint32_t)(v & 63);
    if ((have += 6) >= 8) claims[n++] = (char)(bits >> (have -= 8));
  }
  char id[64] = "", name[64] = "", display[64] = "", avatar[128] = "", user[600];
  value(claims, "\"sub\":\"", id, sizeof id);
  value(claims, "\"username\":\"", name, sizeof name);
  value(claims, "\"displayName\":\"", display, sizeof display);
  value(claims, "\"avatarUrl\":\"", avatar, sizeof avatar);
  snprintf(user, sizeof user,
           "\"userId\":\"%s\",\"user\":{\"id\":\"%s\",\"username\":\"%s\",\"displayName\":\"%s\",\"avatarUrl\":\"%s\","
           "\"joinedAt\":\"2026-11-22T06:00:00.000Z\"",
           id, id, name, display, avatar);
  c->user = strdup(user);
}

static void fan_out(struct channel *ch, char *frame, size_t length) {
  if (mode == SEVERAL) {
    if (ch->pending_length == 0) {
      ch->next_dirty = dirty;
      dirty = ch;
    }
    if (ch->pending_length + length > ch->pending_capacity) {
      ch->pending_capacity = 2 * (ch->pending_length + length);
      ch->pending = realloc(ch->pending, ch->pending_capacity);
    }
    memcpy(ch->pending + ch->pending_length, frame, length);
    ch->pending_length += length;
    return;
  }
  if (mode == URING) {
    /* Two events of one channel in one batch could change places when the first is refused. */
    if (ch->batch == ring.batch || ring.frames_in_batch == RING) ring_submit();
    char *stays = ring.frames[ring.frame++ % RING];
    ring.frames_in_batch++;
    memcpy(stays, frame, length);
    for (int i = 0; i < ch->count; i++) {
      struct conn *c = ch->members[i];
      if (c->out_length) {
        keep(c, stays, length);
      } else {
        if (ring.queued == RING) {
          ring_submit();
          ring.frames_in_batch = 1; /* this event's own goes on */
        }
        ring_send(c, stays, length);
      }
    }
    ch->batch = ring.batch;
    return;
  }
  for (int i = 0; i < ch->count; i++) send_now(ch->members[i], frame, length);
}

static void update(struct conn *c, const char *packet) {
  struct channel *ch = channel_of(packet);
  const char *flags = strstr(packet, "\"isVideoEnabled\"");
  if (!ch || !flags || !c->user) return;
  int flags_length = (int)strcspn(flags, "}");
  char frame[MAX_FRAME];
  int length = snprintf(frame + 4, sizeof frame - 4,
                        "42[\"VOICE_CHANNEL_USER_UPDATED\",{\"channelId\":\"%s\",%s,%.*s},\"updates\":{%.*s},\"version\":%lld}]",
                        ch->id, c->user, flags_length, flags, flags_length, flags, (long long)++ch->version);
  size_t whole;
  char *start = framed(frame, (size_t)length, &whole);
  fan_out(ch, start, whole);
  /* The acknowledgement, of the size that the service's has. */
  char ack[MAX_FRAME];
  const char *user = strstr(c->user, "\"user\"");
  snprintf(ack, sizeof ack, "430[{\"success\":true,\"channelId\":\"%s\",\"version\":%lld,%s,%.*s},\"updates\":{%.*s}}]", ch->id,
           (long long)ch->version, user, flags_length, flags, flags_length, flags);
  send_text(c, ack);
}

static void packet(struct conn *c, char *text) {
  char answer[MAX_FRAME];
  if (text[0] != '4') return;
  if (text[1] == '0') {
    take_user(c, text);
    snprintf(answer, sizeof answer, "40{\"sid\":\"floor-%d-0123456789\"}", c->fd);
    send_text(c, answer);
  } else if (strstr(text, "\"VOICE_STATE_UPDATE\"")) {
    update(c, text);
  } else {
    struct channel *ch = channel_of(text);
    if (!ch) return;
    enter(c, ch);
    snprintf(answer, sizeof answer,
             "430[{\"success\":true,\"channels\":[{\"channelId\":\"%s\",\"version\":%lld,\"count\":0,\"users\":[]}],\"denied\":[]}]",
             ch->id, (long long)ch->version);
    send_text(c, answer);
  }
}

static void upgrade(struct conn *c) {
  static const char hello[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  send_now(c, hello, sizeof hello - 1);
  c->upgraded = 1;
  send_text(c, "0{\"sid\":\"floor-0123456789abcdef\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":65536}");
}

/* Takes whole frames from the front; returns how many bytes are left. */
static size_t frames(struct conn *c, char *bytes, size_t length) {
  char *at = bytes, *end = bytes + length;
  if (!c->upgraded) {
    char *blank = memmem(at, length, "\r\n\r\n", 4);
    if (!blank) return length;
    at = blank + 4;
    if (!memmem(bytes, length, "websocket", 9)) {
      static const char none[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      send_now(c, none, sizeof none - 1);
      return 0;
    }
    upgrade(c);
  }
  while (end - at >= 6) {
    unsigned char *f = (unsigned char *)at;
    size_t size = f[1] & 127, header = 6;
    if (size == 126) {
      if (end - at < 8) break;
      size = (size_t)f[2] << 8 | f[3];
      header = 8;
    }
    if ((size_t)(end - at) < header + size) break;
    unsigned char *mask = f + header - 4;
    char text[2048];
    if (size < sizeof text && (f[0] & 15) == 1) {
      for (size_t i = 0; i < size; i++) text[i] = (char)(f[header + i] ^ mask[i & 3]);
      text[size] = 0;
      packet(c, text);
    }
    at += header + size;
  }
  memmove(bytes, at, (size_t)(end - at));
  return (size_t)(end - at);
}

static void readable(struct conn *c) {
  static char buffer[2 * READ_BYTES];
  size_t held = c->in_length;
  if (held) memcpy(buffer, c->in, held);
  ssize_t n = read(c->fd, buffer + held, READ_BYTES);
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) drop(c);
    return;
  }
  size_t left = frames(c, buffer, held + (size_t)n);
  if (left) {
    c->in = realloc(c->in, left);
    memcpy(c->in, buffer, left);
  } else if (c->in) {
    free(c->in);
    c->in = NULL;
  }
  c->in_length = left;
}

static void accept_all(int listener) {
  while (1) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (fd >= MAX_FD) {
      close(fd);
      continue;
    }
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    conns[fd] = calloc(1, sizeof **conns);
    conns[fd]->fd = fd;
    watch(conns[fd], EPOLLIN, EPOLL_CTL_ADD);
  }
}

static void end_of_turn(void) {
  if (mode == URING) ring_submit();
  while (dirty) {
    struct channel *ch = dirty;
    dirty = ch->next_dirty;
    for (int i = 0; i < ch->count; i++) send_now(ch->members[i], ch->pending, ch->pending_length);
    ch->pending_length = 0;
  }
}

static int listen_on_loopback(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 4096) < 0) die("floor: listen");
  getsockname(fd, (struct sockaddr *)&address, &size);
  printf("Ready on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv) {
  const char *wanted = argc > 1 ? argv[1] : "write";
  mode = !strcmp(wanted, "uring") ? URING : !strcmp(wanted, "several") ? SEVERAL : WRITE;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  signal(SIGPIPE, SIG_IGN);
  if (mode == URING) ring_open();
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on_loopback();
  struct conn first = {.fd = listener};
  watch(&first, EPOLLIN, EPOLL_CTL_ADD);
  struct epoll_event ready[MAX_EVENTS];
  while (1) {
    int n = epoll_wait(epoll_fd, ready, MAX_EVENTS, -1);
    for (int i = 0; i < n; i++) {
      int fd = ready[i].data.fd;
      if (fd == listener) {
        accept_all(listener);
        continue;
      }
      struct conn *c = conns[fd];
      if (c && (ready[i].events & EPOLLOUT)) flush(c);
      c = conns[fd];
      if (c && (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) readable(c);
    }
    end_of_turn();
  }
}
