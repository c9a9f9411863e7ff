package io.voicepresence;

import io.voicepresence.config.CommandLineResult;
import io.voicepresence.config.StartCommand;
import io.voicepresence.ops.Logging;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Starts Voice Presence. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
    switch (StartCommand.parse(args, System.getenv(), out, err)) {
      case CommandLineResult.Exit(int status) -> System.exit(status);
      case CommandLineResult.Run run -> Logging.configure(run.settings().logs());
    }
  }
}
