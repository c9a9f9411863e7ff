package io.voicepresence.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.Answers;
import io.voicepresence.json.JsonObject;
import io.voicepresence.json.StrictJson;
import io.voicepresence.presence.ChannelSnapshot;
import io.voicepresence.presence.Claim;
import io.voicepresence.presence.PresenceService;
import io.voicepresence.presence.VoiceStateUpdate;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** The seven verbs over HTTP. */
@Controller("/voice-presence")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
@ExecuteOn(AtOnce.NAME)
final class PresenceController {
  /** More take so long to encode that no event loop is to do it. */
  private static final int MAX_USERS_AT_ONCE = 256;

  private final Caller caller;
  private final PresenceService presence;
  private final SnapshotBodies bodies;
  private final ExecutorService virtual;

  PresenceController(
      Caller caller,
      PresenceService presence,
      SnapshotBodies bodies,
      @Named(TaskExecutors.VIRTUAL) ExecutorService virtual) {
    this.caller = caller;
    this.presence = presence;
    this.bodies = bodies;
    this.virtual = virtual;
  }

  @Post("/{channelId:[^/]+}/join")
  HttpResponse<byte[]> join(HttpRequest<byte[]> request, String channelId) {
    Identity user = caller.of(request);
    Bodies.requireEmpty(request);
    ChannelId channel = new ChannelId(channelId);
    return Json.ok(
        Answers.joined(channel, presence.joinVoiceChannel(user, channel, Claim.REQUEST)));
  }

  @Post("/{channelId:[^/]+}/leave")
  HttpResponse<byte[]> leave(HttpRequest<byte[]> request, String channelId) {
    Identity user = caller.of(request);
    Bodies.requireEmpty(request);
    ChannelId channel = new ChannelId(channelId);
    presence.leaveVoiceChannel(user.userId(), channel);
    return Json.ok(Answers.left(channel));
  }

  @Get("/{channelId:[^/]+}")
  CompletionStage<HttpResponse<byte[]>> channel(HttpRequest<byte[]> request, String channelId) {
    Identity user = caller.of(request);
    ChannelSnapshot now = presence.getChannelPresence(user, new ChannelId(channelId));
    Supplier<HttpResponse<byte[]>> answer = () -> Revalidation.answer(request, bodies.of(now));
    return now.users().size() <= MAX_USERS_AT_ONCE
        ? CompletableFuture.completedFuture(answer.get())
        : CompletableFuture.supplyAsync(answer, virtual);
  }

  @Patch("/{channelId:[^/]+}/state")
  HttpResponse<byte[]> state(HttpRequest<byte[]> request, String channelId) {
    Identity user = caller.of(request);
    ChannelId channel = new ChannelId(channelId);
    VoiceStateUpdate updates = StrictJson.stateUpdate(Bodies.object(request), List.of());
    return Json.ok(
        Answers.updated(channel, presence.updateVoiceState(user, channel, updates, Claim.REQUEST)));
  }

  @Post("/{channelId:[^/]+}/refresh")
  HttpResponse<byte[]> refresh(HttpRequest<byte[]> request, String channelId) {
    Identity user = caller.of(request);
    Bodies.requireEmpty(request);
    ChannelId channel = new ChannelId(channelId);
    return Json.ok(
        Answers.refreshed(channel, presence.refreshPresence(user, channel, Claim.REQUEST)));
  }

  @Get("/me")
  HttpResponse<byte[]> mine(HttpRequest<byte[]> request) {
    Identity user = caller.of(request);
    return Json.ok(
        new JsonObject(256)
            .put("userId", user.userId().value())
            .putStrings("voiceChannels", ids(presence.getUserVoiceChannels(user.userId())))
            .toBytes());
  }

  @Delete("/me")
  @ExecuteOn(TaskExecutors.VIRTUAL)
  HttpResponse<byte[]> leaveAll(HttpRequest<byte[]> request) {
    Identity user = caller.of(request);
    Bodies.requireEmpty(request);
    return Json.ok(
        new JsonObject(256)
            .put("userId", user.userId().value())
            .putStrings("left", ids(presence.leaveAllVoiceChannels(user.userId())))
            .toBytes());
  }

  @Get
  @ExecuteOn(TaskExecutors.VIRTUAL)
  HttpResponse<byte[]> channels(HttpRequest<byte[]> request) {
    Identity user = caller.of(request);
    List<byte[]> channels = new ArrayList<>();
    List<byte[]> denied = new ArrayList<>();
    List<ChannelId> wanted = StrictJson.channelIds(request.getParameters().getAll("channelId"));
    caller.charge(user, wanted.size() - 1);
    for (ChannelId channel : wanted) {
      try {
        channels.add(bodies.of(presence.getChannelPresence(user, channel)).json());
      } catch (RequestException refused) {
        denied.add(Answers.denied(channel, refused));
      }
    }
    return Json.ok(Answers.channels(new JsonObject(1024), channels, denied).toBytes());
  }

  private static List<String> ids(List<ChannelId> channels) {
    return channels.stream().map(ChannelId::value).toList();
  }
}
