package io.voicepresence.ops;

import java.util.function.BooleanSupplier;

/**
 * Whether store and feed can be reached from this node.
 *
 * @param store whether commands get answers
 * @param feed whether changes come through
 */
public record StoreHealth(BooleanSupplier store, BooleanSupplier feed) {}
