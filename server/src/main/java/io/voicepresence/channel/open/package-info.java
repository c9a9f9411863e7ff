/** The access mode {@code open}: every channel is everyone's. */
package io.voicepresence.channel.open;
