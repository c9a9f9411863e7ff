package io.voicepresence.config;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command {@code voice-presence}. */
public final class StartCommand {
  private static final int WRONG = 2;

  private StartCommand() {}

  /**
   * Reads the command line and, where it asks for a start, all settings.
   *
   * @param out for {@code --help} and {@code --version}
   * @param err for what is wrong: one line each
   */
  public static CommandLineResult parse(
      String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    if (args.length == 0) {
      return load(false, Optional.empty(), environment, err); // Spares the start picocli's classes.
    }
    CommandLine command = new CommandLine(spec());
    ParseResult options;
    try {
      options = command.parseArgs(args);
    } catch (ParameterException e) {
      err.println(oneLine(e.getMessage()) + " (see --help)");
      err.flush();
      return new CommandLineResult.Exit(WRONG);
    }
    if (options.hasMatchedOption("--help")) {
      command.usage(out, Ansi.OFF);
      out.print(HelpText.options());
      out.flush();
      return new CommandLineResult.Exit(0);
    }
    if (options.hasMatchedOption("--version")) {
      out.println("voice-presence " + version());
      out.flush();
      return new CommandLineResult.Exit(0);
    }
    return load(
        options.hasMatchedOption("--demo"),
        Optional.ofNullable(options.matchedOptionValue("--config-file", null)),
        environment,
        err);
  }

  private static CommandLineResult load(
      boolean demo, Optional<Path> file, Map<String, String> environment, PrintWriter err) {
    try {
      return new CommandLineResult.Run(SettingsLoader.load(demo, file, environment));
    } catch (WrongSettingsException e) {
      e.lines().forEach(err::println);
      err.flush();
      return new CommandLineResult.Exit(WRONG);
    }
  }

  private static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("voice-presence");
    spec.usageMessage()
        .width(HelpText.WIDTH)
        .description("Serves who is in which voice channel right now, by HTTP and Socket.IO.");
    spec.addOption(
        flag(
            "--demo",
            "Try it out: on this machine only, in memory, with sample channels and a random secret"
                + " that ends with the process."));
    spec.addOption(
        OptionSpec.builder("--config-file")
            .type(Path.class)
            .paramLabel("FILE")
            .description("The YAML file with options, as CONFIG_FILE.")
            .build());
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .description("Show this text.")
            .usageHelp(true)
            .build());
    spec.addOption(flag("--version", "Show the version.").toBuilder().versionHelp(true).build());
    return spec;
  }

  private static OptionSpec flag(String name, String meaning) {
    return OptionSpec.builder(name).type(boolean.class).description(meaning).build();
  }

  private static String version() {
    return Optional.ofNullable(StartCommand.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\p{Cntrl}+", " ");
  }
}
