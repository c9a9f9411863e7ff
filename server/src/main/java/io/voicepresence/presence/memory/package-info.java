/**
 * Presence in the memory of one node: for a start, for tests, and as the measure for every other
 * store. A restart forgets everything; clients join again when they reconnect.
 */
package io.voicepresence.presence.memory;
