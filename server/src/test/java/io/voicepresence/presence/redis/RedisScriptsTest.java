package io.voicepresence.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisException;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.LeaveOutcome;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.Stay;
import io.voicepresence.presence.UpdateOutcome;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.redis.server.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisScriptsTest extends ScriptTest {
  private static final int KEYS_OF_ANY = 7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "join",
        "leave",
        "update",
        "refresh",
        "prolong",
        "reassert",
        "release",
        "announce",
        "expire",
        "take_due"
      })
  void aCommandThatComesTooLateChangesNothing(String name) {
    join("ann", Claim.SOCKET);
    pass("ann");
    var before = dump();
    List<String> eval = new ArrayList<>(List.of("EVAL", scripts.load(name).text(), "7"));
    for (int i = 0; i < KEYS_OF_ANY; i++) {
      eval.add(i == 0 && name.equals("take_due") ? "voice_presence:due:0" : keys().get(i % 6));
    }
    eval.add(Long.toString(now() - 1));
    eval.addAll(List.of("ann", "ann", "ann", "ann", "1", "ann", "ann"));

    assertThatThrownBy(() -> call(eval.toArray(String[]::new)))
        .isInstanceOf(RespConnection.RespError.class)
        .hasMessageMatching("LATE \\d{13}");

    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void learnsTheServersClockAndTriesAgain() {
    AtomicLong nanos = new AtomicLong();
    RedisScripts onItsOwnClock = new RedisScripts(redis.commands(), SETTINGS, nanos::get);
    RedisPresenceStore node = new RedisPresenceStore(redis.commands(), onItsOwnClock, SETTINGS);
    store.refresh(LOUNGE, ANN, Claim.REQUEST);

    assertThat(sent(() -> node.refresh(LOUNGE, ANN, Claim.REQUEST))).hasSize(2);
    assertThat(sent(() -> node.refresh(LOUNGE, ANN, Claim.REQUEST))).hasSize(1);
    nanos.addAndGet(-Duration.ofSeconds(10).toNanos());
    assertThat(sent(() -> node.refresh(LOUNGE, ANN, Claim.REQUEST))).hasSize(2);
  }

  @Test
  void whatAServerIsHeldUpWithIsNotCarriedOutLater() {
    join("ann", Claim.SOCKET);
    var before = dump();
    UpdateScript update = new UpdateScript(scripts, KEYS);
    redis.server().suspend();
    CompletableFuture<?> late;
    try {
      late = CompletableFuture.supplyAsync(() -> update.run(LOUNGE, ANN, MUTED, Claim.SOCKET));
      long start = System.nanoTime();
      long frozen = StoreTimes.FENCE.plusMillis(300).toNanos();
      while (System.nanoTime() - start < frozen) {
        LockSupport.parkNanos(1_000_000);
      }
    } finally {
      redis.server().resume();
    }

    assertThatThrownBy(late::join)
        .cause()
        .isInstanceOf(RequestException.class)
        .extracting(failed -> ((RequestException) failed).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void aServerThatForgotAllScriptsIsToldThemAgain() {
    forget();
    VoicePresenceUser ann = joined("ann", Claim.SOCKET);
    forget();
    assertThat(store.update(LOUNGE, ANN, MUTED, Claim.SOCKET))
        .isInstanceOf(UpdateOutcome.Updated.class);
    forget();
    assertThat(store.refresh(LOUNGE, ANN, Claim.SOCKET)).isPresent();
    forget();
    assertThat(store.prolong(LOUNGE, List.of(Stay.of(ann))).absent()).isEmpty();
    forget();
    store.release(LOUNGE, Stay.of(ann));
    forget();
    assertThat(store.reassert(LOUNGE, ann)).isTrue();
    forget();
    assertThat(store.snapshot(LOUNGE).users()).hasSize(1);
    forget();
    assertThat(store.announce(LOUNGE, 1, List.of(new UserJoined(LOUNGE, ann, 2)))).isFalse();
    pass("ann");
    forget();
    assertThat(store.expireDue()).hasSize(1);
    forget();
    assertThat(store.leave(LOUNGE, ANN, LeaveReason.LEFT)).isInstanceOf(LeaveOutcome.Absent.class);
  }

  /** A command behind the script might be lost with the link, and the user would stay for ever. */
  @Test
  void theJoinThatWasCarriedOutEnteredTheDueIndexItself() {
    RedisPresenceStore fresh =
        new RedisPresenceStore(redis.commands(), newScripts(SETTINGS), SETTINGS);

    List<String> sent =
        sent(() -> fresh.join(LOUNGE, profile("ann"), Claim.REQUEST, OptionalInt.empty()));

    assertThat(sent).hasSizeGreaterThan(2).allMatch(command -> command.startsWith("eval"));
    assertThat(text("ZSCORE", "voice_presence:due:0", "lounge")).isNotEmpty();
  }

  @Test
  void repliesThatAreLostChangeNothingTwice() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    listen();
    OneServerCommands unlucky = new OneServerCommands(redis.server().url());
    Thread killer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (RespConnection connection = redis.server().connect()) {
                    connection.call("CLIENT", "SETNAME", "killer");
                    while (!done.get()) {
                      connection.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                      LockSupport.parkNanos(20_000_000);
                    }
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    try (unlucky) {
      RedisPresenceStore node =
          new RedisPresenceStore(unlucky, UnheldScripts.on(unlucky, SETTINGS), SETTINGS);
      for (int i = 0; i < 60; i++) {
        String id = "u" + i;
        again(() -> node.join(LOUNGE, profile(id), Claim.REQUEST, OptionalInt.empty()));
        again(() -> node.leave(LOUNGE, new UserId(id), LeaveReason.LEFT));
      }
    } finally {
      done.set(true);
      killer.join();
      reconnect();
    }

    List<String> told = chained();
    assertThat(told).hasSize(120);
    for (int i = 0; i < 60; i++) {
      assertThat(told.get(2 * i)).startsWith("joined - {\"id\":\"u" + i + "\"");
      assertThat(told.get(2 * i + 1)).startsWith("left left {\"id\":\"u" + i + "\"");
    }
  }

  @Test
  void aTransitionOnOneServerIsOneCommand() {
    joined("warm", Claim.REQUEST);
    UserId warm = new UserId("warm");
    store.update(LOUNGE, warm, MUTED, Claim.REQUEST);
    store.refresh(LOUNGE, warm, Claim.REQUEST);
    store.snapshot(LOUNGE);
    store.leave(LOUNGE, warm, LeaveReason.LEFT);

    assertThat(sent(() -> join("ann", Claim.REQUEST))).containsExactly("evalsha");
    assertThat(sent(() -> store.update(LOUNGE, ANN, MUTED, Claim.REQUEST)))
        .containsExactly("evalsha");
    assertThat(sent(() -> store.refresh(LOUNGE, ANN, Claim.REQUEST))).containsExactly("evalsha");
    assertThat(sent(() -> store.snapshot(LOUNGE))).containsExactly("evalsha");
    assertThat(sent(() -> store.version(LOUNGE))).containsExactly("get");
    assertThat(sent(() -> store.leave(LOUNGE, ANN, LeaveReason.LEFT))).containsExactly("evalsha");
  }

  /** The commands that the client itself sends, by MONITOR. */
  private static List<String> sent(Runnable step) {
    try (RespConnection monitor = redis.server().connect()) {
      monitor.call("MONITOR");
      step.run();
      call("PING");
      List<String> sent = new ArrayList<>();
      while (true) {
        String line = (String) monitor.read();
        String command =
            line.substring(line.indexOf('"') + 1, line.indexOf('"', line.indexOf('"') + 1));
        if (command.equals("PING")) {
          return sent;
        }
        if (!line.contains(" lua]")) {
          sent.add(command.toLowerCase(Locale.ROOT));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void forget() {
    call("SCRIPT", "FLUSH");
  }

  /** As a caller who was told `unavailable`, or nothing. */
  private static void again(Runnable step) {
    while (true) {
      try {
        step.run();
        return;
      } catch (RedisException | CompletionException connectionLost) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** It may be the loop that brings the reply: then it would wait for itself. */
  @Test
  void anEventLoopIsNotLeftToWait() {
    EventExecutor loops = new DefaultEventExecutor();
    try {
      Future<Object> waiting =
          loops.submit(() -> RedisScripts.await(CompletableFuture.completedFuture("reply")));

      assertThat(waiting.awaitUninterruptibly().cause()).isInstanceOf(IllegalStateException.class);
      assertThat(RedisScripts.await(CompletableFuture.completedFuture("reply"))).isEqualTo("reply");
    } finally {
      var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
