package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.Profile;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceState;
import io.voicepresence.presence.VoiceStateUpdate;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeysInOneSlotTest {
  private static final int IDS = 10_000;
  private static final String CHANNEL_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~@-";

  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_122);
  private final RedisKeys keys = new RedisKeys(true);

  @Test
  void allKeysOfAChannelAreInOneSlotWhateverTheIdsAre() {
    for (int i = 0; i < IDS; i++) {
      ChannelId channel = new ChannelId(id(CHANNEL_CHARACTERS));
      UserId user = new UserId(id(CHANNEL_CHARACTERS + ":|"));

      assertThat(
              Stream.of(
                      keys.user(channel, user),
                      keys.userPrefix(channel) + user.value(),
                      keys.members(channel),
                      keys.deadlines(channel),
                      keys.version(channel),
                      keys.left(channel, user),
                      keys.leftPrefix(channel) + user.value(),
                      keys.feed(channel))
                  .map(SlotHash::getSlot)
                  .distinct())
          .as("slots of %s with %s", channel, user)
          .hasSize(1);
    }
  }

  @Test
  void noCommandOfTheStoreNamesKeysOfTwoSlots() {
    KeyWatch watch = new KeyWatch();
    PresenceStore store =
        new RedisPresenceStore(
            watch,
            new RedisScripts(watch, PresenceSettings.DEFAULTS, System::nanoTime),
            PresenceSettings.DEFAULTS);
    for (int i = 0; i < IDS; i++) {
      ChannelId channel = new ChannelId(id(CHANNEL_CHARACTERS));
      UserId id = new UserId(id(CHANNEL_CHARACTERS + ":|"));
      Profile profile = new Profile(id, "name", Optional.empty(), Optional.empty());
      VoicePresenceUser user =
          new VoicePresenceUser(profile, Instant.ofEpochMilli(i), VoiceState.INITIAL);
      List<Runnable> verbs =
          List.of(
              () -> store.join(channel, profile, Claim.SOCKET, OptionalInt.empty()),
              () -> store.leave(channel, id, LeaveReason.LEFT),
              () -> store.update(channel, id, VoiceStateUpdate.NONE, Claim.REQUEST),
              () -> store.refresh(channel, id, Claim.REQUEST),
              () -> store.prolong(channel, Set.of(Stay.of(user))),
              () -> store.reassert(channel, user),
              () -> store.release(channel, Stay.of(user)),
              () -> store.snapshot(channel),
              () -> store.version(channel),
              () -> store.announce(channel, 1, List.of(new UserJoined(channel, user, 2))),
              () -> store.channelsOf(id));
      for (Runnable verb : verbs) {
        try {
          verb.run();
        } catch (ClassCastException | IndexOutOfBoundsException _) {
          // The replies are nonsense; what matters was sent.
        }
      }
    }
    assertThat(watch.commands).isGreaterThan(11 * IDS);
    assertThat(watch.crossing).isEmpty();
  }

  private String id(String characters) {
    return IntStream.range(0, random.nextInt(1, 129))
        .mapToObj(_ -> characters.charAt(random.nextInt(characters.length())))
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  /** Sends nothing, and notes commands whose keys are not all in the slot that they go to. */
  private static final class KeyWatch implements RedisCommands {
    private final List<String> crossing = new ArrayList<>();
    private long commands;
    private Object reply = 1L;

    @Override
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<T> send(
        String key, Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> command) {
      int slot = SlotHash.getSlot(key);
      var watched =
          (RedisClusterAsyncCommands<String, byte[]>)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {RedisClusterAsyncCommands.class},
                  (_, method, arguments) -> {
                    note(slot, method.getName(), arguments);
                    return null;
                  });
      var _ = command.apply(watched);
      return CompletableFuture.completedFuture((T) reply);
    }

    private void note(int slot, String name, Object[] arguments) {
      boolean script = name.startsWith("eval");
      List<String> keys =
          script ? List.of((String[]) arguments[2]) : List.of((String) arguments[0]);
      commands++;
      if (keys.stream().anyMatch(key -> SlotHash.getSlot(key) != slot)) {
        crossing.add(name + " " + keys);
      }
      reply =
          switch (name) {
            case "smembers" -> Set.of();
            case "hget" -> "1".getBytes(StandardCharsets.US_ASCII);
            default -> script ? List.of(1L) : (Object) 1L;
          };
    }

    @Override
    public String serverOf(String key) {
      return "none";
    }

    @Override
    public boolean clustered() {
      return true;
    }
  }
}
