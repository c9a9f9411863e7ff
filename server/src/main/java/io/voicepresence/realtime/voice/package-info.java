/**
 * The Socket.IO edge of voice presence: the client's events, each a straight line to {@link
 * io.voicepresence.presence.PresenceService}. What a client may send and gets back is in {@link
 * io.voicepresence.realtime.voice.VoiceCommands}; what it sees of others comes by the rooms.
 */
package io.voicepresence.realtime.voice;
