package io.voicepresence.bench.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** On what, and with what, a run was made. */
public record Machine(Path project, Path service, Path redisServer, String javaOptions) {
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.+)$");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB");
  private static final Pattern PACKAGE =
      Pattern.compile(
          "\"(@nestjs/core|socket\\.io|ioredis|@socket\\.io/redis-adapter)\": \"([^\"]+)\"");

  /** Lines of a list in Markdown. */
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add(
        "Machine: %s, %d cores, %.0f GB; %s"
            .formatted(
                find(MODEL, "/proc/cpuinfo"),
                Runtime.getRuntime().availableProcessors() + 1,
                Long.parseLong(find(MEMORY, "/proc/meminfo")) / 1048576.0,
                run("uname", "-sr")));
    facts.add(
        "Service: commit %s%s"
            .formatted(
                run("git", "-C", service.toString(), "rev-parse", "--short=12", "HEAD"),
                run("git", "-C", service.toString(), "status", "--porcelain", "-uno").isEmpty()
                    ? ""
                    : " with changes that are not committed"));
    facts.add(
        "Service's JVM: %s; options of bin/voice-presence%s"
            .formatted(
                System.getProperty("java.vendor.version", "") + " " + Runtime.version(),
                (javaOptions.isEmpty() ? "" : " and " + javaOptions)
                    + (hasCache() ? ", with its AOT cache" : ", without an AOT cache")));
    facts.add("Peer: Node.js %s, %s".formatted(run("node", "--version"), packages()));
    facts.add("Redis: " + run(redisServer.toString(), "--version"));
    facts.add("Floor: " + run("cc", "--version").lines().findFirst().orElse("?") + ", -O2");
    return facts;
  }

  /** As bin/voice-presence decides: one that is older than its jar was made for another. */
  private boolean hasCache() {
    File built = service.resolve("server/target").toFile();
    return new File(built, "voice-presence.aot").lastModified()
        > new File(built, "voice-presence.jar").lastModified();
  }

  private String packages() {
    List<String> found = new ArrayList<>();
    Matcher matcher = PACKAGE.matcher(read(project.resolve("bench/peer/package.json")));
    while (matcher.find()) {
      found.add(matcher.group(1) + " " + matcher.group(2));
    }
    return String.join(", ", found);
  }

  private static String find(Pattern pattern, String file) {
    Matcher matcher = pattern.matcher(read(Path.of(file)));
    return matcher.find() ? matcher.group(1) : "0";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException none) {
      return "";
    }
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException none) {
      return "unknown";
    }
  }
}
