/** The access mode {@code static}: channels and members as the configuration file lists them. */
package io.voicepresence.channel.fixed;
