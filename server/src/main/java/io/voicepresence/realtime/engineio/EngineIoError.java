package io.voicepresence.realtime.engineio;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Why an HTTP request is refused. The codes 0 to 5 are those that Engine.IO clients know; the body
 * is {@code {"code":n,"message":"..."}}.
 */
public enum EngineIoError {
  UNKNOWN_TRANSPORT(0, HttpResponseStatus.BAD_REQUEST, "Transport unknown"),
  UNKNOWN_SESSION(1, HttpResponseStatus.BAD_REQUEST, "Session ID unknown"),
  BAD_HANDSHAKE_METHOD(2, HttpResponseStatus.BAD_REQUEST, "Bad handshake method"),
  BAD_REQUEST(3, HttpResponseStatus.BAD_REQUEST, "Bad request"),
  FORBIDDEN(4, HttpResponseStatus.FORBIDDEN, "Forbidden"),
  UNSUPPORTED_VERSION(5, HttpResponseStatus.BAD_REQUEST, "Unsupported protocol version"),
  PAYLOAD_TOO_LARGE(3, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Payload too large"),
  AT_CAPACITY(3, HttpResponseStatus.SERVICE_UNAVAILABLE, "Server at capacity");

  private final int code;
  private final int status;
  private final String message;

  EngineIoError(int code, HttpResponseStatus status, String message) {
    this.code = code;
    this.status = status.code();
    this.message = message;
  }

  public int code() {
    return code;
  }

  HttpResponseStatus status() {
    return HttpResponseStatus.valueOf(status);
  }

  String json() {
    return "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
  }
}
