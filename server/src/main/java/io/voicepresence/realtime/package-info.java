/** Where the realtime protocols meet the application. */
package io.voicepresence.realtime;
