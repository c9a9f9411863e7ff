package io.voicepresence.ops;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.ArrayList;
import java.util.List;

/** An exception and its causes, line by line. */
final class ErrorText {

  /** Causes can form a ring. */
  private static final int MAX_CAUSES = 10;

  private ErrorText() {}

  /** The first line names the exception; those after it are its frames and causes. */
  static List<String> lines(IThrowableProxy error) {
    List<String> lines = new ArrayList<>();
    String prefix = "";
    IThrowableProxy current = error;
    for (int i = 0; current != null && i < MAX_CAUSES; i++) {
      lines.add(prefix + current.getClassName() + ": " + current.getMessage());
      StackTraceElementProxy[] frames = current.getStackTraceElementProxyArray();
      int own = frames.length - current.getCommonFrames();
      for (int frame = 0; frame < own; frame++) {
        lines.add("  " + frames[frame].getSTEAsString());
      }
      prefix = "Caused by: ";
      current = current.getCause();
    }
    return lines;
  }
}
