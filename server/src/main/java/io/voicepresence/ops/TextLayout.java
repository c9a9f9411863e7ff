package io.voicepresence.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * {@code 2026-11-22T06:00:00.000Z INFO [thread] logger - message}. What a user sent cannot forge a
 * line: control characters are written as escapes, and the lines of a stack trace begin with a tab.
 */
final class TextLayout extends LayoutBase<ILoggingEvent> {
  static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final int LEVEL_WIDTH = 5;

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    TIMESTAMP.formatTo(event.getInstant(), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).repeat(' ', LEVEL_WIDTH - level.length()).append(" [");
    appendEscaped(line, event.getThreadName());
    line.append("] ").append(event.getLoggerName()).append(" - ");
    appendEscaped(line, event.getFormattedMessage());
    line.append('\n');
    if (event.getThrowableProxy() != null) {
      for (String text : ErrorText.lines(event.getThrowableProxy())) {
        line.append('\t');
        appendEscaped(line, text);
        line.append('\n');
      }
    }
    return line.toString();
  }

  /** U+2028 and U+2029 end a line in some viewers; an escape sequence can rewrite a terminal. */
  private static void appendEscaped(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
  }
}
