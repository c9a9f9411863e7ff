package io.voicepresence.bench.scenario;

import io.voicepresence.bench.load.LoadException;
import io.voicepresence.bench.process.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JMH benchmarks of this working copy's own code, in a JVM of their own on the servers' core.
 * They live among the tests, so that the load knows nothing of the server's code.
 */
record MicroBenchmarks() implements Scenario {
  private static final int NAME = 0;
  private static final int SCORE = 4;
  private static final String ALLOCATED = ":gc.alloc.rate.norm";

  @Override
  public String name() {
    return "jmh";
  }

  @Override
  public String title() {
    return "JMH: codec, encoding of events, the store in memory";
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.SERVICE);
  }

  @Override
  public Map<String, Double> measure(Target target, Stage stage) {
    Path built = stage.launcher().project().resolve("bench/target");
    Path table = built.resolve("jmh.csv");
    List<String> command =
        new ArrayList<>(
            List.of(
                "taskset",
                "-c",
                stage.launcher().cores(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                built + "/test-classes:" + built + "/test-lib/*",
                "org.openjdk.jmh.Main",
                "-f",
                "1",
                "-prof",
                "gc",
                "-rf",
                "csv",
                "-rff",
                table.toString(),
                "-w",
                "1",
                "-r",
                "1",
                "-jvmArgs",
                "-XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"));
    command.addAll(stage.quick() ? List.of("-wi", "1", "-i", "1") : List.of("-wi", "3", "-i", "3"));
    try {
      Path log = built.resolve("jmh.log");
      int status =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (status != 0) {
        throw new LoadException("JMH ended with " + status + ", see " + log);
      }
      return numbers(Files.readAllLines(table));
    } catch (IOException | InterruptedException failed) {
      throw new LoadException("JMH: " + failed, failed);
    }
  }

  /** Of each benchmark its time and what it allocates. */
  private static Map<String, Double> numbers(List<String> lines) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.replace("\"", "").split(",", -1);
      String name = fields[NAME].substring(fields[NAME].indexOf("micro.") + "micro.".length());
      if (name.endsWith(ALLOCATED)) {
        numbers.put(
            name.substring(0, name.length() - ALLOCATED.length()) + ", bytes allocated",
            Double.parseDouble(fields[SCORE]));
      } else if (!name.contains(":")) {
        numbers.put(name + ", ns", Double.parseDouble(fields[SCORE]));
      }
    }
    return numbers;
  }
}
