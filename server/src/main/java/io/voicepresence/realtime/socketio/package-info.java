/**
 * Socket.IO protocol 5 on {@link io.voicepresence.realtime.engineio Engine.IO}: namespaces, events,
 * acks and binary values, for applications written as plain blocking code.
 *
 * <pre>{@code
 * class Echo implements NamespaceHandler {
 *   public ConnectDecision onConnect(Handshake handshake) {
 *     return new ConnectDecision.Accept(handshake.auth().path("user").asText());
 *   }
 *
 *   public void onEvent(SocketIoSocket socket, String name, List<JsonNode> args, Ack ack) {
 *     ack.send(args.toArray(JsonNode[]::new));
 *   }
 * }
 *
 * var server = new SocketIoServer(
 *     EngineIoSettings.DEFAULT, SocketIoSettings.DEFAULT, OriginPolicy.of(), RealtimeMetrics.NONE,
 *     Clock.systemUTC(), Map.of("/", new Echo()));
 * server.addTo(pipeline, "codec");
 * }</pre>
 *
 * <p>Warnings. Handlers of one socket run one after the other: a slow one delays only its own
 * client, from which nothing more is read once too many events wait. A broadcast encodes its frame
 * once ({@link io.voicepresence.realtime.socketio.SocketIoFrames}) and releases it after the last
 * {@code send}. The main namespace {@code /} is registered like any other.
 */
package io.voicepresence.realtime.socketio;
