package io.voicepresence;

/** Starts Voice Presence. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("Voice Presence");
  }
}
