package io.voicepresence.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.auth.Identity;
import io.voicepresence.auth.TokenVerifier;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGate;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.open.OpenChannelAccess;
import io.voicepresence.limit.CommandLimiter;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.PresenceSettings;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.StoreClock;
import io.voicepresence.presence.memory.MemoryChangeFeed;
import io.voicepresence.presence.memory.MemoryPresenceStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AtOnceTest {
  private static final PresenceStore MEMORY =
      new MemoryPresenceStore(
          new MemoryChangeFeed(),
          new PresenceSettings(Duration.ofMinutes(5), Duration.ofSeconds(20), 10),
          StoreClock.system());

  /** One that leaves it at what the port says of stores. */
  private static final PresenceStore ELSEWHERE =
      (PresenceStore)
          Proxy.newProxyInstance(
              AtOnceTest.class.getClassLoader(),
              new Class<?>[] {PresenceStore.class},
              java.lang.reflect.InvocationHandler::invokeDefault);

  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    virtual.close();
  }

  @Test
  void staysInTheEventLoopWhereNothingWaits() throws Exception {
    assertThat(staysHere(new Tokens(true), new OpenChannelAccess(), MEMORY)).isTrue();
  }

  @Test
  void leavesItForWhateverMayWait() throws Exception {
    assertThat(staysHere(new Tokens(false), new OpenChannelAccess(), MEMORY)).isFalse();
    assertThat(staysHere(new Tokens(true), new Asking(), MEMORY)).isFalse();
    assertThat(staysHere(new Tokens(true), new OpenChannelAccess(), ELSEWHERE)).isFalse();
  }

  private boolean staysHere(TokenVerifier tokens, ChannelAccess access, PresenceStore store)
      throws InterruptedException, ExecutionException {
    Caller caller = new Caller(tokens, new CommandLimiter(1, 1, System::nanoTime));
    PresenceService presence = new PresenceService(store, new ChannelGate(access));
    return new AtOnce()
        .executor(caller, presence, virtual)
        .submit(Thread::currentThread)
        .get()
        .equals(Thread.currentThread());
  }

  private record Tokens(boolean verifiesAtOnce) implements TokenVerifier {
    @Override
    public Identity verify(String token) {
      throw new AssertionError("nobody calls");
    }
  }

  /** Asks somebody else. */
  private static final class Asking implements ChannelAccess {
    @Override
    public Optional<ChannelGrant> grant(Identity user, ChannelId channel) {
      throw new AssertionError("nobody calls");
    }

    @Override
    public Optional<Map<ChannelId, ChannelGrant>> list(Identity user) {
      throw new AssertionError("nobody calls");
    }
  }
}
