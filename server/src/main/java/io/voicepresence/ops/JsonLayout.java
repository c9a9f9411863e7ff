package io.voicepresence.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * One JSON object a line: {@code timestamp}, {@code level}, {@code logger}, {@code thread}, {@code
 * message}, and {@code error} with the stack trace where there is one.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256);
    append(line.append('{'), "timestamp", TextLayout.TIMESTAMP.format(event.getInstant()));
    append(line.append(','), "level", event.getLevel().toString());
    append(line.append(','), "logger", event.getLoggerName());
    append(line.append(','), "thread", event.getThreadName());
    append(line.append(','), "message", event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      append(
          line.append(','), "error", String.join("\n", ErrorText.lines(event.getThrowableProxy())));
    }
    return line.append("}\n").toString();
  }

  private static void append(StringBuilder line, String name, String value) {
    line.append('"').append(name).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    line.append('"');
  }
}
