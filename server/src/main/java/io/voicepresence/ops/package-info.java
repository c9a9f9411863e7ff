/** What operators see: logs, health, metrics. */
package io.voicepresence.ops;
