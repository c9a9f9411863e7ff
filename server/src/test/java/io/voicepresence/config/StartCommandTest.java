package io.voicepresence.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CommandLineResult parse(Map<String, String> environment, String... args) {
    return StartCommand.parse(args, environment, new PrintWriter(out), new PrintWriter(err));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpNamesEveryOptionWithinOneHundredColumns(String argument) {
    assertThat(parse(Map.of("PORT", "x"), argument)).isEqualTo(new CommandLineResult.Exit(0));

    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
    assertThat(out.toString()).contains("--demo", "--config-file", "--version");
    for (Option<?> option : Options.ALL) {
      assertThat(out.toString()).contains("\n  " + option.name() + " ");
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void versionIsOneLine() {
    assertThat(parse(Map.of(), "--version")).isEqualTo(new CommandLineResult.Exit(0));
    assertThat(out.toString().lines()).singleElement().asString().startsWith("voice-presence ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nope", "nope", "--config-file", "--demo=maybe", "--no\npe"})
  void aWrongCommandLineIsOneLineAndStatus2(String argument) {
    assertThat(parse(Map.of(), argument)).isEqualTo(new CommandLineResult.Exit(2));
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void wrongSettingsAreOneLineEachAndStatus2() {
    assertThat(parse(Map.of("PORT", "x", "LOG_LEVEL", "y")))
        .isEqualTo(new CommandLineResult.Exit(2));
    assertThat(err.toString().lines()).hasSize(3);
  }

  @Test
  void aRightCommandLineIsARun() {
    assertThat(parse(Map.of(), "--demo"))
        .isInstanceOfSatisfying(
            CommandLineResult.Run.class, run -> assertThat(run.settings().demo()).isTrue());
    assertThat(parse(Map.of("JWT_SECRET", "x".repeat(32))))
        .isInstanceOfSatisfying(
            CommandLineResult.Run.class, run -> assertThat(run.settings().demo()).isFalse());
  }

  @Test
  void theFileOfTheCommandLineIsReadInsteadOfTheEnvironments() {
    parse(Map.of("CONFIG_FILE", "/environment"), "--demo", "--config-file", "/command-line");

    assertThat(err.toString()).contains("/command-line").doesNotContain("/environment");
  }
}
