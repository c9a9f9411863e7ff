/**
 * The error table ({@link io.voicepresence.error.ErrorCode}) and the one exception that names its
 * rows.
 */
package io.voicepresence.error;
