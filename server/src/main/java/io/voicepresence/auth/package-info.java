/** Who is calling: JWT to {@link io.voicepresence.auth.Identity}. */
package io.voicepresence.auth;
