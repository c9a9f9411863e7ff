package io.voicepresence.config;

/** How the text of an option becomes its value. */
@FunctionalInterface
interface ValueType<T> {

  /**
   * The value that {@code text} stands for.
   *
   * @param text not empty, without white space around it
   * @throws WrongValueException with what is allowed
   */
  T parse(String text) throws WrongValueException;
}
