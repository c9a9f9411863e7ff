package io.voicepresence.config;

/** A value of another form than its {@link ValueType} allows. The message never repeats it. */
final class WrongValueException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param allowed what is allowed, worded to follow "it must be"
   */
  WrongValueException(String allowed) {
    super(allowed, null, false, false);
  }
}
