/**
 * How many nodes and Redis shards so many users need: a model in closed form from measured costs,
 * and a simulation that places every channel and subscriber and counts.
 */
package io.voicepresence.bench.scaling;
