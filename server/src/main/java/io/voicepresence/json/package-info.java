/**
 * Presence as JSON: the one place that knows field names, their order and how values print. Edges
 * and stores call it; the domain does not.
 */
package io.voicepresence.json;
