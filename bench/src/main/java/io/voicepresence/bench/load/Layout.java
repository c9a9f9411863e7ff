package io.voicepresence.bench.load;

/**
 * Which sockets watch which channels: socket <i>i</i> watches channel <i>i</i> modulo channels.
 *
 * @param channels how many channels there are
 * @param socketsPerChannel how many sockets watch each
 * @param speakers whether the first socket of each channel joins it, so that it can send updates
 */
public record Layout(int channels, int socketsPerChannel, boolean speakers) {
  public Layout {
    if (channels < 1 || socketsPerChannel < 1) {
      throw new IllegalArgumentException("At least one socket in one channel");
    }
  }

  /** Channels whose first socket speaks. */
  public static Layout spoken(int channels, int socketsPerChannel) {
    return new Layout(channels, socketsPerChannel, true);
  }

  /** Channels in which nobody is. */
  public static Layout silent(int channels, int socketsPerChannel) {
    return new Layout(channels, socketsPerChannel, false);
  }

  public int sockets() {
    return channels * socketsPerChannel;
  }

  @Override
  public String toString() {
    return "%,d x %,d".formatted(channels, socketsPerChannel);
  }
}
