package io.voicepresence.config;

/** The words of {@code CHANNEL_ACCESS}. */
enum AccessModeName {
  OPEN,
  STATIC,
  TOKEN,
  HTTP,
  SQL
}
