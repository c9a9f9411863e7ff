package io.voicepresence.bench.scaling;

/**
 * What the users of a chat product do.
 *
 * @param users in a voice channel at the same time
 * @param channelSize users of a voice channel on average; at least 1
 * @param sizeSigma how different the sizes are: the sigma of their log-normal distribution
 * @param connectionsPerUser connected clients for each user in voice, that one included
 * @param channelsWatched voice channels that a connected client subscribes to
 * @param staySeconds how long a stay in a channel lasts
 * @param updateSeconds between two changes of a user's flags
 * @param connectedSeconds how long a connection lasts
 */
record Workload(
    long users,
    double channelSize,
    double sizeSigma,
    double connectionsPerUser,
    double channelsWatched,
    double staySeconds,
    double updateSeconds,
    double connectedSeconds) {

  /** A product whose users look at one community's channels, and talk in one of them. */
  static Workload of(long users) {
    return new Workload(users, 5, 1, 5, 5, 30 * 60, 60, 2 * 3_600);
  }

  double channels() {
    return users / channelSize;
  }

  double connections() {
    return users * connectionsPerUser;
  }

  /** Subscribers of a channel on average. */
  double subscribers() {
    return connections() * channelsWatched / channels();
  }

  /**
   * Subscribers of the channel in which an event happens, on average: more happens in large
   * channels, and those have more subscribers, so it is the mean of the squares that counts.
   */
  double audience() {
    return subscribers() * Math.exp(sizeSigma * sizeSigma);
  }

  /** Joins, leaves and updates of one user in a second. */
  double eventsPerUser() {
    return 2 / staySeconds + 1 / updateSeconds;
  }

  double events() {
    return users * eventsPerUser();
  }
}
