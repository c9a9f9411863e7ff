package io.voicepresence.presence.redis;

import static io.voicepresence.presence.redis.RedisScripts.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserJsonTest extends ScriptTest {
  private static final int ROUNDS = 10_000;
  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final List<String> FLAGS =
      List.of(
          "isVideoEnabled",
          "isScreenSharing",
          "isMuted",
          "isDeafened",
          "isServerMuted",
          "isServerDeafened");

  private RedisScript script;

  @BeforeEach
  void load() {
    script =
        RedisScript.of(
            "user_json",
            RedisScript.load("user_json", SETTINGS).text()
                + """

                local all = {}
                for i = 1, #ARGV, 2 do
                  all[#all + 1] = with_flags(ARGV[i], ARGV[i + 1]) or 'nil'
                end
                return all
                """);
  }

  @Test
  void whatIsReadAtAGlanceComesOutAsWhatIsReadTokenByToken() {
    RedisScript both =
        RedisScript.of(
            "user_json",
            RedisScript.load("user_json", SETTINGS).text()
                + """

                local fast = with_flags_of_ours(ARGV[1], ARGV[2])
                with_flags_of_ours = function() return nil end
                return { fast or 'nil', with_flags(ARGV[1], ARGV[2]) or 'nil' }
                """);
    String head = "{\"id\":\"a\",\"username\":\"b {[:\",";
    String tail =
        "\"joinedAt\":\"x\",\"isVideoEnabled\":false,\"isScreenSharing\":true,\"isMuted\":false,"
            + "\"isDeafened\":true}";
    String updates = "{\"isVideoEnabled\":true,\"isMuted\":false,\"isDeafened\":false}";
    for (String json :
        List.of(
            head + tail,
            head + "\"displayName\":\"c\"," + tail,
            head + "\"avatarUrl\":\"d\"," + tail,
            head + "\"displayName\":\"\",\"avatarUrl\":\"\"," + tail)) {
      List<String> told = texts(both, json, updates);
      assertThat(told.get(0)).isEqualTo(told.get(1)).contains("\"isVideoEnabled\":true");
    }
    // Everything else takes the long way.
    for (String other :
        List.of(
            head + "\"displayName\":\"c\\\"\"," + tail,
            head + "\"avatarUrl\":\"d\",\"displayName\":\"c\"," + tail,
            head + "\"theirs\":1," + tail,
            head + tail.replace("}", ",\"isServerMuted\":true}"),
            head + tail.replace("\"isMuted\":false", "\"isMuted\":null"),
            head + tail + " ",
            head + tail + tail,
            "{}")) {
      assertThat(texts(both, other, updates).getFirst()).isEqualTo("nil");
    }
    assertThat(texts(both, head + tail, "{\"isServerMuted\":true}").getFirst()).isEqualTo("nil");
  }

  private List<String> texts(RedisScript both, String json, String updates) {
    return await(
            scripts.read(
                both,
                List.of("none"),
                List.of(RedisScripts.utf8(json), RedisScripts.utf8(updates))))
        .stream()
        .map(RedisScripts::text)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '#',
      textBlock =
          """
          {"isMuted":false}                                > {"isMuted":true}
          {"id":"a"}                                       > {"id":"a","isMuted":true}
          {"id":"a" }                                      > {"id":"a" ,"isMuted":true}
          { "isMuted" : false , "id" : "a" }               > { "isMuted" : true , "id" : "a" }
          {"x":{"isMuted":false},"isMuted":false}          > {"x":{"isMuted":false},"isMuted":true}
          {"isMuted":false,"x":{"isMuted":false}}          > {"isMuted":true,"x":{"isMuted":false}}
          {"x":[{"isMuted":false},"isMuted"],"y":0}        > {"x":[{"isMuted":false},"isMuted"],"y":0,"isMuted":true}
          {"x":"\\"isMuted\\":false}{","isMuted":false}    > {"x":"\\"isMuted\\":false}{","isMuted":true}
          {"x":["]}\\\\",{"y":"\\""}],"isMuted":0}         > {"x":["]}\\\\",{"y":"\\""}],"isMuted":true}
          {"x":"\\\\","isMuted":false}                     > {"x":"\\\\","isMuted":true}
          {"x":12345678901234567890,"isMuted":false}       > {"x":12345678901234567890,"isMuted":true}
          {"x":1e400,"y":-0.5E-7,"isMuted":false}          > {"x":1e400,"y":-0.5E-7,"isMuted":true}
          {"x":[1e400,1.10],"isMuted":false}               > {"x":[1e400,1.10],"isMuted":true}
          {"x":"\\u00e9\\ud83d\\ude00é","isMuted":null}    > {"x":"\\u00e9\\ud83d\\ude00é","isMuted":true}
          {"isMuted":"no"}                                 > {"isMuted":true}
          {"isMuted":{"a":[1]}}                            > {"isMuted":true}
          {"isMuted":false,"isMuted":false}                > {"isMuted":false,"isMuted":true}
          {"isMut\\u0065d":false}                          > {"isMut\\u0065d":true}
          {"x":{},"y":[],"isMuted":false}                  > {"x":{},"y":[],"isMuted":true}
          {"":null,"isMuted":false}                        > {"":null,"isMuted":true}
          """)
  void setsAFlagAndKeepsEveryOtherByte(String before, String after) {
    assertThat(withFlags(before, "{\"isMuted\":true}")).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '#',
      textBlock =
          """
          {"isServerMuted":true,"id":"a"}                  > {"id":"a"}
          {"id":"a","isServerMuted":true}                  > {"id":"a"}
          {"id":"a","isServerMuted":true,"x":1}            > {"id":"a","x":1}
          { "isServerMuted" : true , "id" : "a" }          > { "id" : "a" }
          {"id":"a" , "isServerMuted":true , "x":1}        > {"id":"a" , "x":1}
          {"isServerMuted":true}                           > {}
          {"id":"a"}                                       > {"id":"a"}
          {"isServerMuted":true,"id":"a","isServerMuted":true} > {"id":"a"}
          {"isServerMuted":true,"isServerMuted":true}      > {}
          {"x":{"isServerMuted":true},"id":"a"}            > {"x":{"isServerMuted":true},"id":"a"}
          """)
  void takesAModeratedFlagOut(String before, String after) {
    assertThat(withFlags(before, "{\"isServerMuted\":false}")).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"isMuted\"",
        "[]",
        "[{\"isMuted\":false}]",
        "{",
        "{\"",
        "{\"id",
        "{}",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"",
        "{\"id\":\"a",
        "{\"id\":\"a\\",
        "{\"id\":\"a\"",
        "{\"id\":\"a\",",
        "{\"id\":\"a\",}",
        "{\"id\":\"a\"}}",
        "{\"id\":\"a\"} x",
        "{id:1}",
        "{\"id\":tru}",
        "{\"id\":--1}",
        "{\"id\":1 2}",
        "{\"id\":[}",
        "{\"id\":[1}}",
        "{\"id\":{]}",
        "{\"id\":{\"a\":[}]}",
        "{\"id\":\"a\",,\"b\":1}",
        "{,\"id\":1}",
        "<html>{\"id\":1}"
      })
  void leavesAloneWhatIsNoObject(String json) {
    assertThat(withFlags(json, "{\"isMuted\":true}")).isEqualTo("nil");
  }

  @Test
  void doesWhatATreeWouldWhateverStandsThere() throws JsonProcessingException {
    Random random = new Random(3);
    List<String> all = new ArrayList<>();
    List<ObjectNode> wanted = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      String before = randomObject(random, 3);
      ObjectNode updates = JACKSON.createObjectNode();
      for (String flag : FLAGS) {
        if (random.nextInt(3) == 0) {
          updates.put(flag, random.nextBoolean());
        }
      }
      ObjectNode tree = (ObjectNode) JACKSON.readTree(before);
      for (var update : updates.properties()) {
        if (update.getKey().startsWith("isServer") && !update.getValue().booleanValue()) {
          tree.remove(update.getKey());
        } else {
          tree.set(update.getKey(), update.getValue());
        }
      }
      all.add(before);
      all.add(updates.toString());
      wanted.add(tree);
    }

    List<String> results = run(all);

    for (int i = 0; i < ROUNDS; i++) {
      JsonNode result = JACKSON.readTree(results.get(i));
      assertThat(result)
          .as("%s with %s", all.get(2 * i), all.get(2 * i + 1))
          .isEqualTo(wanted.get(i));
    }
  }

  private static String randomObject(Random random, int depth) {
    List<String> names = new ArrayList<>(FLAGS);
    names.addAll(List.of("id", "a\\\"b", "{", "x\\\\", "é", "isMuted2"));
    Collections.shuffle(names, random);
    return names.stream()
        .limit(depth == 3 ? 1 + random.nextInt(10) : random.nextInt(3))
        .map(
            name ->
                space(random)
                    + '"'
                    + name
                    + '"'
                    + space(random)
                    + ':'
                    + space(random)
                    + randomValue(random, depth)
                    + space(random))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String randomValue(Random random, int depth) {
    Function<Integer, String> array =
        size ->
            IntStream.range(0, size)
                .mapToObj(_ -> space(random) + randomValue(random, depth - 1))
                .collect(Collectors.joining(",", "[", space(random) + "]"));
    return switch (random.nextInt(depth == 0 ? 8 : 10)) {
      case 0 -> "true";
      case 1 -> "false";
      case 2 -> "null";
      case 3 -> "12345678901234567890";
      case 4 -> "-1.5e3";
      case 5 -> "\"}],{[\\\"\\\\\"";
      case 6 -> "\"\\u0041\\n,\\\"isMuted\\\":true\"";
      case 7 -> "\"\"";
      case 8 -> array.apply(random.nextInt(3));
      default -> randomObject(random, depth - 1);
    };
  }

  private static String space(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> " ";
      case 1 -> "\n\t ";
      default -> "";
    };
  }

  private String withFlags(String json, String updates) {
    return run(List.of(json, updates)).getFirst();
  }

  private List<String> run(List<String> jsonAndUpdates) {
    return await(
            scripts.read(
                script, List.of("none"), jsonAndUpdates.stream().map(RedisScripts::utf8).toList()))
        .stream()
        .map(RedisScripts::text)
        .toList();
  }
}
