package io.voicepresence.realtime.room;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.UserId;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.presence.ChangeFeed;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.LeaveReason;
import io.voicepresence.presence.PresenceEvent;
import io.voicepresence.presence.PresenceEvent.UserJoined;
import io.voicepresence.presence.PresenceEvent.UserLeft;
import io.voicepresence.presence.PresenceEvent.UserUpdated;
import io.voicepresence.presence.PresenceStore;
import io.voicepresence.presence.VoiceFlag;
import io.voicepresence.presence.VoicePresenceUser;
import io.voicepresence.presence.VoiceStateUpdate;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** One channel in a store that loses data, events and its link on command. */
final class ScriptedStore implements ChangeFeed {
  /** What becomes of an event on its way to the listener. */
  enum Fate {
    COMES,
    IS_LOST,
    COMES_TWICE,
    COMES_AFTER_THE_NEXT
  }

  static final ChannelId LOUNGE = new ChannelId("lounge");

  private final Map<UserId, VoicePresenceUser> users = new TreeMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private Optional<Listener> listener = Optional.empty();
  private long clock = 1_000_000;
  private long version;
  private long unbrokenSince;
  private int snapshots;
  Supplier<Fate> fate = () -> Fate.COMES;
  Runnable beforeAnnouncing = () -> {};
  Runnable whileReading = () -> {};
  volatile boolean down;

  synchronized VoicePresenceUser join(String name) {
    VoicePresenceUser known = users.get(new UserId(name));
    return known != null ? known : put(DifferencesTest.user(name, ++clock, 0));
  }

  /** Makes a user present again whom this store lost, as a node does for its live sockets. */
  synchronized void reassert(VoicePresenceUser user) {
    if (!users.containsKey(user.id())) {
      put(user);
    }
  }

  synchronized void leave(String name) {
    VoicePresenceUser user = users.remove(new UserId(name));
    if (user != null) {
      publish(at -> new UserLeft(LOUNGE, user, at, LeaveReason.LEFT));
    }
  }

  synchronized void mute(String name, boolean muted) {
    VoiceStateUpdate update = VoiceStateUpdate.NONE.and(VoiceFlag.MUTED, muted);
    VoicePresenceUser user =
        users.computeIfPresent(new UserId(name), (id, old) -> old.with(update));
    if (user != null) {
      publish(at -> new UserUpdated(LOUNGE, user, update, at));
    }
  }

  /** Another program writes, without a version and without a word. */
  synchronized void writtenByOthers(Runnable change) {
    long before = version;
    Supplier<Fate> usual = fate;
    fate = () -> Fate.IS_LOST;
    change.run();
    fate = usual;
    version = before;
  }

  /** Restarts empty. */
  synchronized void lose() {
    users.clear();
    version = 0;
    unbrokenSince = 0;
    clock += 1_000;
  }

  /** A replica takes over that had not got the last changes. */
  synchronized void fallBack(int changes) {
    version -= changes;
  }

  synchronized void doubt() {
    listener.ifPresent(Listener::onDoubt);
  }

  synchronized int snapshots() {
    return snapshots;
  }

  synchronized ChannelSnapshot snapshot() {
    return new ChannelSnapshot(
        LOUNGE,
        version,
        users.values().stream().sorted(VoicePresenceUser.BY_JOIN_TIME).toList(),
        unbrokenSince);
  }

  PresenceStore store() {
    return (PresenceStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {PresenceStore.class},
            (proxy, method, args) -> call(method.getName(), args));
  }

  @Override
  public synchronized Following follow(ChannelId channel, Listener heard) {
    listener = Optional.of(heard);
    return () -> {};
  }

  @Override
  public boolean healthy() {
    return true;
  }

  private synchronized Object call(String method, Object[] args) {
    if (down) {
      throw new RequestException(ErrorCode.UNAVAILABLE, "out of reach");
    }
    return switch (method) {
      case "snapshot" -> {
        snapshots++;
        ChannelSnapshot read = snapshot();
        whileReading.run();
        yield read;
      }
      case "version" -> version;
      case "announce" -> announce((long) args[1], (List<?>) args[2]);
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private boolean announce(long at, List<?> changes) {
    beforeAnnouncing.run();
    if (version != at) {
      return false;
    }
    clock = Math.max(clock, ((PresenceEvent) changes.getFirst()).version());
    if (version != 0) {
      version = Math.max(version, ((PresenceEvent) changes.getFirst()).version() - 1);
    }
    for (Object change : changes) {
      publish(
          number ->
              switch ((PresenceEvent) change) {
                case UserJoined joined -> new UserJoined(LOUNGE, joined.user(), number);
                case UserLeft left -> new UserLeft(LOUNGE, left.user(), number, left.reason());
                case UserUpdated updated ->
                    new UserUpdated(LOUNGE, updated.user(), updated.updates(), number);
              });
    }
    return true;
  }

  private VoicePresenceUser put(VoicePresenceUser user) {
    users.put(user.id(), user);
    publish(at -> new UserJoined(LOUNGE, user, at));
    return user;
  }

  private void publish(LongFunction<PresenceEvent> numbered) {
    long previous = version;
    version = previous == 0 ? ++clock : previous + 1;
    unbrokenSince = previous == 0 ? version : unbrokenSince;
    PresenceEvent event = numbered.apply(version);
    Runnable delivery = () -> listener.ifPresent(heard -> heard.onChange(event, previous));
    switch (fate.get()) {
      case COMES -> delivery.run();
      case IS_LOST -> {}
      case COMES_TWICE -> {
        delivery.run();
        delivery.run();
      }
      case COMES_AFTER_THE_NEXT -> {
        late.add(delivery);
        return;
      }
    }
    List<Runnable> waiting = List.copyOf(late);
    late.clear();
    waiting.forEach(Runnable::run);
  }
}
