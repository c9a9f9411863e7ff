package io.voicepresence.realtime.engineio;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;

/** The few calls into Linux that {@link SendRing} is made of. */
@SuppressWarnings("restricted") // that is what it is for; the launch options allow it
final class LinuxCalls {
  /** The same on every architecture, as those of all system calls since Linux 5.1 are. */
  private static final long RING_SETUP = 425;

  private static final long RING_ENTER = 426;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED_POPULATE = 0x1 | 0x8000;
  private static final long MAP_FAILED = -1;

  /** 64 bits and little endian, which the layouts of the caller stand on. */
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

  private LinuxCalls() {}

  /** Whether this is a Linux that we know, and the JVM lets us call it. */
  static boolean available() {
    if (!System.getProperty("os.name").equals("Linux")
        || !ARCHITECTURES.contains(System.getProperty("os.arch"))) {
      return false;
    }
    try {
      return Functions.LOADED;
    } catch (LinkageError noNativeAccess) {
      return false;
    }
  }

  /**
   * io_uring_setup(2).
   *
   * @return a file descriptor; negative where it is not allowed
   */
  static int ringSetup(int entries, MemorySegment params) {
    try {
      return (int)
          (long)
              Functions.SYSCALL.invokeExact(
                  RING_SETUP, (long) entries, params.address(), 0L, 0L, 0L, 0L);
    } catch (Throwable never) {
      throw new AssertionError(never);
    }
  }

  /**
   * io_uring_enter(2), which waits for nothing.
   *
   * @return how many entries the kernel took; negative where it failed
   */
  static int ringEnter(int ring, int entries) {
    try {
      return (int)
          (long)
              Functions.SYSCALL.invokeExact(
                  RING_ENTER, (long) ring, (long) entries, 0L, 0L, 0L, 0L);
    } catch (Throwable never) {
      throw new AssertionError(never);
    }
  }

  /**
   * Memory shared with the kernel, until {@link #unmap}.
   *
   * @throws IllegalStateException when there is none
   */
  static MemorySegment map(int ring, long offset, long size) {
    try {
      MemorySegment start =
          (MemorySegment)
              Functions.MMAP.invokeExact(
                  MemorySegment.NULL, size, PROT_READ_WRITE, MAP_SHARED_POPULATE, ring, offset);
      if (start.address() == MAP_FAILED) {
        throw new IllegalStateException("no memory for io_uring");
      }
      return start.reinterpret(size);
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Throwable never) {
      throw new AssertionError(never);
    }
  }

  static void unmap(MemorySegment mapped) {
    try {
      var _ = (int) Functions.MUNMAP.invokeExact(mapped, mapped.byteSize());
    } catch (Throwable never) {
      throw new AssertionError(never);
    }
  }

  static void close(int fileDescriptor) {
    try {
      var _ = (int) Functions.CLOSE.invokeExact(fileDescriptor);
    } catch (Throwable never) {
      throw new AssertionError(never);
    }
  }

  /** Looked up when first used, so that other systems never try. */
  private static final class Functions {
    private static final MethodHandle SYSCALL =
        function(
            "syscall",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
        function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final boolean LOADED = true;

    private static MethodHandle function(
        String name, FunctionDescriptor descriptor, Linker.Option... options) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }
  }
}
