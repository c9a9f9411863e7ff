package io.voicepresence.realtime.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.voicepresence.realtime.engineio.ConnectRequest;

/**
 * What a client shows when it asks for a namespace.
 *
 * @param auth the {@code auth} option of the client: an object, or missing
 * @param request the HTTP request that opened the session. After the first namespace was granted
 *     only its authorization is left, and where there are no more namespaces not even that
 */
public record Handshake(String namespace, JsonNode auth, ConnectRequest request) {}
