package io.voicepresence.realtime.engineio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;

/**
 * Hands many sends of the same bytes to the kernel in one system call: an io_uring instance that
 * does nothing else. Every send is tried at once and none ever waits, so that all are done when the
 * call returns and the bytes may be released. Belongs to the thread that opened it.
 *
 * <p>Source: io_uring(7), io_uring_setup(2), io_uring_enter(2), {@code linux/io_uring.h}. Needs
 * Linux 6.0; containers often forbid it.
 */
final class SendRing implements AutoCloseable {
  /** Sends of one system call. */
  static final int CAPACITY = 1024;

  private static final int SETUP_COOP_TASKRUN = 1 << 8;
  private static final int SETUP_SINGLE_ISSUER = 1 << 12;
  private static final int FEAT_SINGLE_MMAP = 1;
  private static final int FEAT_CQE_SKIP = 1 << 11;
  private static final long OFFSET_RINGS = 0;
  private static final long OFFSET_ENTRIES = 0x1000_0000L;
  private static final byte OP_SEND = 26;
  private static final byte SKIP_RESULT_OF_SUCCESS = 1 << 6;

  /** A send that was cut short is to count as a failure: its result would be skipped else. */
  private static final int MSG_DONTWAIT_WAITALL_NOSIGNAL = 0x40 | 0x100 | 0x4000;

  private static final int EINVAL = 22;
  private static final int EOPNOTSUPP = 95;

  /** {@code struct io_uring_params}, and in it {@code io_sqring_offsets} and the other one. */
  private static final int PARAMS_SIZE = 120;

  private static final int PARAMS_SQ_ENTRIES = 0;
  private static final int PARAMS_CQ_ENTRIES = 4;
  private static final int PARAMS_FLAGS = 8;
  private static final int PARAMS_FEATURES = 20;
  private static final int PARAMS_SQ = 40;
  private static final int PARAMS_CQ = 80;

  /** {@code struct io_uring_sqe}. */
  private static final int SQE_SIZE = 64;

  private static final int SQE_FLAGS = 1;
  private static final int SQE_FD = 4;
  private static final int SQE_ADDRESS = 16;
  private static final int SQE_LENGTH = 24;
  private static final int SQE_MESSAGE_FLAGS = 28;
  private static final int SQE_USER_DATA = 32;

  /** {@code struct io_uring_cqe}: user data, then the result. */
  private static final int CQE_SIZE = 16;

  private static final int CQE_RESULT = 8;
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final int fd;
  private final MemorySegment rings;
  private final MemorySegment entries;
  private final long submitHead;
  private final long submitTail;
  private final int submitMask;
  private final long doneHead;
  private final long doneTail;
  private final int doneMask;
  private final long done;
  private int tail;
  private boolean usable = true;

  private SendRing(int fd, MemorySegment params) {
    this.fd = fd;
    int size = params.get(JAVA_INT, PARAMS_SQ_ENTRIES);
    long doneSize = params.get(JAVA_INT, PARAMS_CQ_ENTRIES);
    done = params.get(JAVA_INT, PARAMS_CQ + 20);
    long array = params.get(JAVA_INT, PARAMS_SQ + 24);
    rings =
        LinuxCalls.map(fd, OFFSET_RINGS, Math.max(array + 4L * size, done + CQE_SIZE * doneSize));
    entries = LinuxCalls.map(fd, OFFSET_ENTRIES, (long) SQE_SIZE * size);
    submitHead = params.get(JAVA_INT, PARAMS_SQ);
    submitTail = params.get(JAVA_INT, PARAMS_SQ + 4);
    submitMask = rings.get(JAVA_INT, params.get(JAVA_INT, PARAMS_SQ + 8));
    doneHead = params.get(JAVA_INT, PARAMS_CQ);
    doneTail = params.get(JAVA_INT, PARAMS_CQ + 4);
    doneMask = rings.get(JAVA_INT, params.get(JAVA_INT, PARAMS_CQ + 8));
    tail = rings.get(JAVA_INT, submitTail);
    for (int i = 0; i < size; i++) {
      rings.set(JAVA_INT, array + 4L * i, i);
      long entry = (long) SQE_SIZE * i;
      entries.set(JAVA_BYTE, entry, OP_SEND);
      entries.set(JAVA_BYTE, entry + SQE_FLAGS, SKIP_RESULT_OF_SUCCESS);
      entries.set(JAVA_INT, entry + SQE_MESSAGE_FLAGS, MSG_DONTWAIT_WAITALL_NOSIGNAL);
    }
  }

  /** A ring for the calling thread; empty where kernel, container or JVM do not allow one. */
  static Optional<SendRing> open() {
    if (!LinuxCalls.available()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_SIZE, Long.BYTES);
      params.set(JAVA_INT, PARAMS_FLAGS, SETUP_SINGLE_ISSUER | SETUP_COOP_TASKRUN);
      int fd = LinuxCalls.ringSetup(CAPACITY, params);
      if (fd < 0) {
        return Optional.empty();
      }
      int features = params.get(JAVA_INT, PARAMS_FEATURES);
      if ((features & FEAT_CQE_SKIP) == 0 || (features & FEAT_SINGLE_MMAP) == 0) {
        LinuxCalls.close(fd);
        return Optional.empty();
      }
      return Optional.of(new SendRing(fd, params));
    }
  }

  /** False once the kernel refused what it had promised. */
  boolean isUsable() {
    return usable;
  }

  /**
   * Sends the same bytes to sockets that each appear once.
   *
   * @param count at most {@link #CAPACITY}
   * @param results for each socket the number of bytes that it took, or what is negative: none, and
   *     why
   */
  void send(int[] sockets, int count, long address, int length, int[] results) {
    int first = tail;
    for (int i = 0; i < count; i++) {
      long entry = (long) SQE_SIZE * (tail++ & submitMask);
      entries.set(JAVA_INT, entry + SQE_FD, sockets[i]);
      entries.set(JAVA_LONG, entry + SQE_ADDRESS, address);
      entries.set(JAVA_INT, entry + SQE_LENGTH, length);
      entries.set(JAVA_LONG, entry + SQE_USER_DATA, i);
    }
    INT.setRelease(rings, submitTail, tail);
    Arrays.fill(results, 0, count, length);
    int taken = 0;
    while (taken < count && usable) {
      // It stops early after a send that it could not even begin.
      usable = LinuxCalls.ringEnter(fd, count - taken) > 0;
      taken = (int) INT.getAcquire(rings, submitHead) - first;
      readResults(results);
    }
    Arrays.fill(results, taken, count, 0);
  }

  private void readResults(int[] results) {
    int head = rings.get(JAVA_INT, doneHead);
    int end = (int) INT.getAcquire(rings, doneTail);
    for (; head != end; head++) {
      long entry = done + (long) CQE_SIZE * (head & doneMask);
      int result = rings.get(JAVA_INT, entry + CQE_RESULT);
      results[(int) rings.get(JAVA_LONG, entry)] = result;
      usable &= result != -EINVAL && result != -EOPNOTSUPP;
    }
    INT.setRelease(rings, doneHead, head);
  }

  @Override
  public void close() {
    usable = false;
    LinuxCalls.unmap(entries);
    LinuxCalls.unmap(rings);
    LinuxCalls.close(fd);
  }
}
