package io.voicepresence.config;

/** What the command line asks for. */
public sealed interface CommandLineResult {

  /** Start the server. */
  record Run(Settings settings) implements CommandLineResult {}

  /**
   * End at once; everything has been said.
   *
   * @param status 0, or 2 when something is wrong
   */
  record Exit(int status) implements CommandLineResult {}
}
