/** Random histories of a store, compared step by step with a pure model of the rules. */
package io.voicepresence.presence.simulation;
