/**
 * Voice Presence: who is in which voice channel right now. {@link io.voicepresence.Main} reads the
 * settings, {@link io.voicepresence.Wiring} puts the parts together, {@link
 * io.voicepresence.Application} is what runs.
 */
package io.voicepresence;
