/** How much one user may ask for: {@link io.voicepresence.limit.CommandLimiter}. */
package io.voicepresence.limit;
