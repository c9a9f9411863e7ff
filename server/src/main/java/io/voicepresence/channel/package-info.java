/** Which channels there are and what a user may do in them. */
package io.voicepresence.channel;
