package io.voicepresence.channel;

import io.voicepresence.error.RequestException;

/**
 * The id of a user: 1 to 128 characters of {@code A-Z a-z 0-9 . _ ~ @ - : |}. A channel id may hold
 * neither {@code :} nor {@code |}, so a pair of the two never shares a key with another pair.
 */
public record UserId(String value) implements Comparable<UserId> {

  /**
   * @throws RequestException {@code invalid_request} when {@code value} is no user id
   */
  public UserId {
    if (!isValid(value)) {
      throw RequestException.invalid(
          "A user id is 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ - : |");
    }
  }

  public static boolean isValid(String value) {
    return Ids.wellFormed(value, ":|");
  }

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
