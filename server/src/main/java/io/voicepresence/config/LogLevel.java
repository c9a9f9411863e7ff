package io.voicepresence.config;

/** From which weight on messages are logged. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
