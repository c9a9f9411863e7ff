package io.voicepresence.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.voicepresence.channel.ChannelId;
import io.voicepresence.channel.Permission;
import io.voicepresence.channel.fixed.FixedChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {

  private static ConfigFile parse(String text) throws WrongSettingsException {
    Problems problems = new Problems();
    ConfigFile file = ConfigFile.parse(text, problems);
    problems.throwIfAny();
    return file;
  }

  @Test
  void valuesAreTheTextsInTheFile() throws WrongSettingsException {
    assertThat(
            parse("port: 0010\nlog-level: no\njwt-secret: 'x y'\nhost:\njwt-issuer: ~\n").values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("port", "0010", "log-level", "no", "jwt-secret", "x y"));
    assertThat(parse("").values()).isEmpty();
    assertThat(parse("# only a comment\n").channels()).isEmpty();
  }

  @Test
  void channelsAreReadInOrder() throws WrongSettingsException {
    ConfigFile file =
        parse(
            """
            channels:
              office:
              lounge:
                name: Lounge
                user-limit: 25
                members: {"*": [join], "auth0|alice": [view, moderate]}
            """);

    Map<ChannelId, FixedChannel> channels = file.channels().orElseThrow();
    assertThat(channels.keySet()).containsExactly(new ChannelId("office"), new ChannelId("lounge"));
    assertThat(channels.get(new ChannelId("office")))
        .isEqualTo(new FixedChannel(Optional.empty(), OptionalInt.empty(), Map.of()));
    assertThat(channels.get(new ChannelId("lounge")))
        .isEqualTo(
            new FixedChannel(
                Optional.of("Lounge"),
                OptionalInt.of(25),
                Map.of(
                    "*",
                    Set.of(Permission.JOIN),
                    "auth0|alice",
                    Set.of(Permission.VIEW, Permission.MODERATE))));
  }

  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        arguments(
            "voice-presence-tll: 1s",
            "Unknown key voice-presence-tll in the configuration file: did you mean voice-presence-ttl?"),
        arguments(
            "jwt_secret: x",
            "Unknown key jwt_secret in the configuration file: did you mean jwt-secret?"),
        arguments(
            "chanels: {}", "Unknown key chanels in the configuration file: did you mean channels?"),
        arguments("config-file: x", "Unknown key config-file in the configuration file"),
        arguments(
            "something-else-entirely: 1",
            "Unknown key something-else-entirely in the configuration file"),
        arguments("port: 1\nport: 2", "The configuration file has the key port twice"),
        arguments("port: [1]", "port must be one value"),
        arguments("[1]", "The configuration file must hold keys and values"),
        arguments("just text", "The configuration file must hold keys and values"),
        arguments("{[a]: b}", "A key of The configuration file must be one value"),
        arguments("jwt-secret: 'hunter2", "The configuration file is no YAML: line 1, column 21"),
        arguments("a: b\n---\nc: d", "The configuration file is no YAML: line 2, column 1"),
        arguments("a: " + "[".repeat(100), "The configuration file is no YAML, or nested too deep"),
        arguments("channels: x", "channels must hold keys and values"),
        arguments(
            "channels: {me: {}}",
            "channels has the key me: it must be a channel id, 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ - and not me"),
        arguments(
            "channels: {a: {limit: 1}}",
            "Unknown key limit in channels.a: it must be one of name, user-limit, members"),
        arguments(
            "channels: {a: {user-limit: 0}}",
            "channels.a.user-limit=0 is wrong: it must be a whole number from 1 to 1000000"),
        arguments(
            "channels: {a: {name: ' '}}",
            "channels.a.name=  is wrong: it must be a text of 1 to 100 characters in one line"),
        arguments("channels: {a: {members: [x]}}", "channels.a.members must hold keys and values"),
        arguments(
            "channels: {a: {members: {x y: [join]}}}",
            "channels.a.members has the key x y: it must be a user id or *"),
        arguments("channels: {a: {members: {x: join}}}", "channels.a.members.x must be a list"),
        arguments(
            "channels: {a: {members: {x: [own]}}}",
            "channels.a.members.x=own is wrong: it must be one of view, join, moderate"),
        arguments(
            "channels: {a: {members: {x: [[join]]}}}",
            "Each item of channels.a.members.x must be one value"));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void whatIsWrongInAFileIsToldInOneLine(String text, String line) {
    assertThat(catchThrowableOfType(WrongSettingsException.class, () -> parse(text)).lines())
        .isEqualTo(List.of(line));
  }

  @Test
  void aRingOfAliasesEnds() {
    assertThat(
            catchThrowableOfType(WrongSettingsException.class, () -> parse("channels: &a {x: *a}"))
                .lines())
        .isNotEmpty();
  }
}
