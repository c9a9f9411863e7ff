package io.voicepresence.bench.process;

import io.voicepresence.bench.load.TokenSigner;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the targets, each set up fairly: the same tokens, no compression, no limit that a load
 * test would meet.
 *
 * @param project where the project lies
 * @param service where the project lies whose service is measured, with its jar built
 * @param javaOptions more options for the service's JVM
 * @param cores where servers run, as taskset writes it
 */
public record Launcher(Path project, Path service, String javaOptions, String cores) {

  /** The same, on other cores. */
  public Launcher on(String otherCores) {
    return new Launcher(project, service, javaOptions, otherCores);
  }

  /**
   * Starts a target.
   *
   * @param redis where its Redis is, if it needs one
   * @param settings more of its environment
   */
  public ServerProcess start(
      Target target, Optional<InetSocketAddress> redis, Map<String, String> settings) {
    Map<String, String> environment = environment(target, redis);
    return switch (target) {
      case SERVICE, SERVICE_REDIS ->
          startService(
              environment, settings, List.of(service.resolve("bin/voice-presence").toString()));
      case PEER -> startNode("peer.js", environment, settings);
      case BARE -> startNode("bare.js", environment, settings);
      case FLOOR -> startFloor("write");
      case FLOOR_URING -> startFloor("uring");
      case FLOOR_SEVERAL -> startFloor("several");
    };
  }

  /**
   * Starts the service by {@code java -jar}: without its script's options and without its cache.
   */
  public ServerProcess startJar(Target target, Optional<InetSocketAddress> redis) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jar = service.resolve("server/target/voice-presence.jar").toString();
    return startService(environment(target, redis), Map.of(), List.of(java, "-jar", jar));
  }

  private static Map<String, String> environment(Target target, Optional<InetSocketAddress> redis) {
    Map<String, String> environment = new HashMap<>();
    redis
        .filter(_ -> target.needsRedis())
        .ifPresent(at -> environment.put("REDIS_URL", "redis://127.0.0.1:" + at.getPort()));
    environment.put("PORT", "0");
    environment.put("HOST", "127.0.0.1");
    environment.put("JWT_SECRET", TokenSigner.SECRET);
    return environment;
  }

  private ServerProcess startService(
      Map<String, String> environment, Map<String, String> settings, List<String> command) {
    environment.put("JAVA_OPTS", javaOptions);
    environment.put("CHANNEL_ACCESS", "open");
    environment.put("COMMAND_RATE", "1000000");
    environment.put("COMMAND_BURST", "1000000");
    environment.putAll(settings);
    return ServerProcess.start(cores, service, environment, command);
  }

  private ServerProcess startNode(
      String script, Map<String, String> environment, Map<String, String> settings) {
    environment.put("NODE_ENV", "production");
    environment.putAll(settings);
    return ServerProcess.start(
        cores, project.resolve("bench/peer"), environment, List.of("node", "target/" + script));
  }

  private ServerProcess startFloor(String mode) {
    return ServerProcess.start(
        cores, project, Map.of(), List.of(project.resolve("bench/target/floor").toString(), mode));
  }
}
