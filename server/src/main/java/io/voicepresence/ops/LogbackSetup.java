package io.voicepresence.ops;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.voicepresence.config.LogFormat;
import io.voicepresence.config.LogLevel;
import io.voicepresence.config.Settings;

/**
 * What Logback finds as a service when the first logger is made. It holds until {@link
 * Logging#configure} knows the settings, and keeps Logback from looking for XML files.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogbackSetup extends ContextAwareBase implements Configurator {

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Logging.configure(context, new Settings.Logs(LogLevel.INFO, LogFormat.TEXT));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
