/**
 * Engine.IO protocol 4: one session for each client, over WebSocket or HTTP long-polling, in a
 * Netty pipeline. A library in itself.
 *
 * <pre>{@code
 * var server = new EngineIoServer(
 *     EngineIoSettings.DEFAULT, OriginPolicy.of(), RealtimeMetrics.NONE, session -> new Echo(session));
 * pipeline.addLast("codec", new HttpServerCodec());
 * server.addTo(pipeline, "codec");
 * }</pre>
 *
 * <p>Warnings. A session lives in one event loop: its listener is called there and must not block.
 * A frame is reference-counted and stays its maker's: release it after the last send. Bytes that a
 * client does not read are bounded; it is closed, never waited for. An idle WebSocket holds no
 * timer, thread or buffer of its own.
 */
package io.voicepresence.realtime.engineio;
