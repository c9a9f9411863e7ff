package io.voicepresence;

import io.micronaut.http.server.exceptions.ServerStartupException;
import io.voicepresence.config.CommandLineResult;
import io.voicepresence.config.Settings;
import io.voicepresence.config.StartCommand;
import io.voicepresence.ops.Logging;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts Voice Presence. */
public final class Main {
  private static final int CANNOT_START = 1;

  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
    switch (StartCommand.parse(args, System.getenv(), out, err)) {
      case CommandLineResult.Exit(int status) -> System.exit(status);
      case CommandLineResult.Run(Settings settings) -> run(settings, err);
    }
  }

  private static void run(Settings settings, PrintWriter err) {
    Logging.configure(settings.logs());
    Logger log = LoggerFactory.getLogger(Main.class);
    Application application;
    try {
      application = Application.start(settings);
    } catch (ServerStartupException taken) {
      err.printf(
          "Cannot listen on %s port %d: %s. Set HOST or PORT to others.%n",
          settings.listener().host(), settings.listener().port(), rootMessage(taken));
      err.flush();
      System.exit(CANNOT_START);
      return;
    } catch (RuntimeException failed) {
      log.debug("Cannot start", failed);
      err.printf("Cannot start: %s%n", rootMessage(failed));
      err.flush();
      System.exit(CANNOT_START);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(application::close, "stop"));
    long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    log.info("Ready on {} after {} ms", application.uri(), millis);
    if (settings.demo()) {
      log.info(
          "Demo mode: open {} in two browser windows and join a channel in one", application.uri());
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
