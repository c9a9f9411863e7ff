package io.voicepresence.bench;

import io.voicepresence.bench.load.LoadLoop;
import io.voicepresence.bench.process.Launcher;
import io.voicepresence.bench.process.Target;
import io.voicepresence.bench.report.Machine;
import io.voicepresence.bench.report.Report;
import io.voicepresence.bench.report.Results;
import io.voicepresence.bench.scenario.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line: words of the form {@code name=value}.
 *
 * @param only names of scenarios; empty: all
 * @param targets empty: all that a scenario has
 */
record Arguments(
    Set<String> only,
    Set<Target> targets,
    int rounds,
    boolean quick,
    Launcher launcher,
    Path redisServer) {
  private static final Set<String> NAMES =
      Set.of("only", "target", "rounds", "quick", "project", "service", "java-opts");

  /** Open files of a server that are no connections of clients. */
  private static final int OTHER_FILES = 500;

  private static final String SERVER_CORES = "0";
  private static final String LOAD_CORES = "1";

  static Arguments parse(String... words) {
    Map<String, String> values = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0 || !NAMES.contains(word.substring(0, equals))) {
        throw new IllegalArgumentException("'" + word + "' is none of " + NAMES + " with =");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    boolean quick = values.containsKey("quick");
    Path project = Path.of(values.getOrDefault("project", ".")).toAbsolutePath();
    return new Arguments(
        Set.copyOf(list(values.get("only"))),
        Set.copyOf(list(values.get("target")).stream().map(Target::of).toList()),
        Integer.parseInt(values.getOrDefault("rounds", quick ? "1" : "3")),
        quick,
        new Launcher(
            project,
            values.containsKey("service")
                ? Path.of(values.get("service")).toAbsolutePath()
                : project,
            values.getOrDefault("java-opts", ""),
            SERVER_CORES),
        Path.of(System.getenv().getOrDefault("REDIS_SERVER", "redis-server")));
  }

  boolean wants(String scenario) {
    return only.isEmpty() || only.contains(scenario);
  }

  boolean wants(Target target) {
    return targets.isEmpty() || targets.contains(target);
  }

  Stage stage(LoadLoop load) {
    return new Stage(
        launcher, load, redisServer, LOAD_CORES, OpenFiles.limit() - OTHER_FILES, quick);
  }

  /**
   * Writes the report: of a whole run into the results that are kept, else beside what is built.
   */
  Path report(Results results) throws IOException {
    boolean everything = only.isEmpty() && targets.isEmpty() && !quick;
    return everything ? report(results, bench().resolve("results")) : partialReport(results);
  }

  /** Writes what there is of a report beside what is built. */
  Path partialReport(Results results) throws IOException {
    return report(results, bench().resolve("target/results"));
  }

  private Path report(Results results, Path directory) throws IOException {
    Machine machine =
        new Machine(launcher.project(), launcher.service(), redisServer, launcher.javaOptions());
    return new Report(results, directory, LocalDate.now(ZoneOffset.UTC).toString())
        .write(machine.facts(), how());
  }

  private Path bench() {
    return launcher.project().resolve("bench");
  }

  private static String how() throws IOException {
    try (InputStream page = Report.class.getResourceAsStream("how.md")) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> list(String words) {
    return words == null || words.isEmpty() ? List.of() : List.of(words.split(","));
  }
}
