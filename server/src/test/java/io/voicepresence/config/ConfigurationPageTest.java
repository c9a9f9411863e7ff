package io.voicepresence.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.config.Option.Availability;
import io.voicepresence.config.Option.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Writes docs/configuration.md anew with {@code -DupdateDocs=true}. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Written from the table of options: ./mvnw test -Dtest=ConfigurationPageTest -DupdateDocs=true -->

      Each option is an environment variable, and a key of an optional YAML file (`--config-file` or `CONFIG_FILE`):
      in lower case, with dashes (`voice-presence-ttl`). The environment wins; an empty variable counts as not set.
      Durations are written with their unit, `500ms`, `300s`, `5m` or `2h`; so are sizes, `512B`, `64KiB` or `1MiB`.

      A wrong value stops the start with exit status 2 and one line for each thing that is wrong. Unknown keys in the file
      are refused. `voice-presence --help` shows this table too.

      With `CHANNEL_ACCESS=static` the file lists the channels; `*` stands for every user with a valid token, and its rights
      and a user's own add up. Rights are `view`, `join` (includes `view`) and `moderate` (includes `join`):

      ```yaml
      channel-access: static
      channels:
        lounge:
          name: Lounge
          user-limit: 25
          members:
            "*": [join]
            alice: [moderate]
      ```

      `--demo` tries the server out: on this machine only, in memory, with sample channels and a random secret. It takes
      no `JWT_*`, no `REDIS_*`, no `CHANNEL_ACCESS`, and only a loopback `HOST`.

      `REDIS_URL` takes one of these forms:

      | form | for |
      |---|---|
      | `redis://[user:password@]host[:port][/db]` | one server; port 6379 and database 0 where they are left out; `valkey://` means the same |
      | `redis-sentinel://[user:password@]host[:port],host[:port][/db]#master-name` | a master with replicas, found by its Sentinels, port 26379 |
      | `redis-cluster://[user:password@]host[:port],host[:port]` | Redis Cluster; some of its nodes are enough |

      `rediss://` (`valkeys://`), `rediss-sentinel://` and `rediss-cluster://` are the same with TLS: the server's
      certificate must be signed by `REDIS_CA`, else by one whom the JVM trusts, and name the host. `:password@` is for
      servers without users (the user is `default` then). Characters of a user or password may be percent-encoded, a `%`
      must be (`%25`), and so must a `:` in a user. User and password are for Redis; a Sentinel is shown them only when it
      asks for a password.
      """;

  private static String page() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (Group group : Group.values()) {
      page.append("\n## ").append(group.title()).append("\n\n");
      page.append("| variable | default | meaning |\n|---|---|---|\n");
      Options.ALL.stream()
          .filter(option -> option.group() == group)
          .forEach(option -> page.append(row(option)));
    }
    return page.toString();
  }

  private static String row(Option<?> option) {
    String later =
        option.availability() == Availability.NOT_IN_THIS_VERSION
            ? " Not available in this version."
            : "";
    return "| `%s` | %s | %s%s |\n"
        .formatted(
            option.name(),
            option.defaultText().map(text -> "`" + text + "`").orElse("none"),
            option.meaning(),
            later);
  }

  @Test
  void thePageIsWhatTheTableSays() throws IOException {
    if (Boolean.getBoolean("updateDocs")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page());
  }
}
