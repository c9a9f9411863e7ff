/**
 * Real Redis servers for tests: one, behind Sentinels, as a Cluster, and with a faulty network in
 * between. All of them listen on loopback and end with the test, at the latest with the JVM.
 */
package io.voicepresence.presence.redis.server;
