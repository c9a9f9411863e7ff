package io.voicepresence.bench.scaling;

/**
 * What a machine may be loaded with.
 *
 * @param coresPerNode of one node of Voice Presence
 * @param nodeUse the part of them that an ordinary second may take; the rest is for peaks, for
 *     reconnections and for nodes that are missing
 * @param connectionsPerNode at most, for the time that a dead node's clients take to reconnect
 * @param shardUse the part of Redis' one core that an ordinary second may take
 */
record Plan(double coresPerNode, double nodeUse, long connectionsPerNode, double shardUse) {
  static final Plan DEFAULT = new Plan(4, 0.5, 200_000, 0.5);
}
