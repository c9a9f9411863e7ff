/**
 * Typed settings: one table of options ({@link io.voicepresence.config.Options}) drives reading,
 * {@code --help} and the documentation.
 */
package io.voicepresence.config;
