/**
 * The store and feed of many nodes: Redis or Valkey, alone, with Sentinel, or as a Cluster.
 *
 * <p>A transition is one Lua script, which writes the state, raises the channel's version and
 * publishes the event. {@link io.voicepresence.presence.redis.RedisKeys} names every key.
 */
package io.voicepresence.presence.redis;
