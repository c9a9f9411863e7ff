package io.voicepresence.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.auth.Identity;
import io.voicepresence.channel.ChannelAccess;
import io.voicepresence.channel.ChannelGrant;
import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.error.ErrorCode;
import io.voicepresence.error.RequestException;
import io.voicepresence.json.JsonObject;
import java.util.List;
import java.util.Map;

/** The channels that the caller may view, where the access mode can list them. */
@Controller("/channels")
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.VIRTUAL)
final class ChannelsController {
  private final Caller caller;
  private final ChannelAccess access;

  ChannelsController(Caller caller, ChannelAccess access) {
    this.caller = caller;
    this.access = access;
  }

  @Get
  HttpResponse<byte[]> channels(HttpRequest<?> request) {
    Identity user = caller.of(request);
    Map<ChannelId, ChannelGrant> channels =
        access
            .list(user)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.NOT_FOUND, "This access mode cannot list its channels"));
    List<byte[]> listed =
        channels.entrySet().stream()
            .map(channel -> describe(channel.getKey(), channel.getValue()))
            .toList();
    return Json.ok(new JsonObject(1024).putArray("channels", listed).toBytes());
  }

  private static byte[] describe(ChannelId id, ChannelGrant grant) {
    JsonObject json = new JsonObject(256).put("id", id.value());
    grant.name().ifPresent(name -> json.put("name", name));
    grant.userLimit().ifPresent(limit -> json.put("userLimit", limit));
    return json.putStrings(
            "permissions", grant.permissions().stream().sorted().map(Permission::wireName).toList())
        .toBytes();
  }
}
