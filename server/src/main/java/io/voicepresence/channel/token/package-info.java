/** The access mode {@code token}: the caller's token says what it may do. */
package io.voicepresence.channel.token;
