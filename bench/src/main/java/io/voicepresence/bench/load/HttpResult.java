package io.voicepresence.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a run of requests did.
 *
 * @param nanos from the first request to the last answer
 * @param latencies in nanoseconds
 */
public record HttpResult(int answered, int failed, long nanos, Histogram latencies) {}
