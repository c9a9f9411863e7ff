package io.voicepresence.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.voicepresence.realtime.engineio.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The tables of errors and close reasons in the documents are those of the code. */
class TablesInDocsTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyErrorStandsInTheDocumentWithItsStatusAndWhetherToTryAgain() throws IOException {
    List<String> rows = rows("docs/http.md");
    for (ErrorCode error : ErrorCode.values()) {
      assertThat(rows)
          .as(error.code())
          .filteredOn(row -> row.startsWith("| `" + error.code() + "` |"))
          .singleElement()
          .satisfies(row -> assertThat(row).contains("| " + error.status()))
          .satisfies(row -> assertThat(row).endsWith(yesOrNo(error.retryable())));
    }
  }

  @Test
  void everyErrorStandsInTheDescriptionOfTheApi() throws IOException {
    String description = Files.readString(ROOT.resolve("server/src/main/resources/openapi.yaml"));
    assertThat(description)
        .contains(Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
  }

  @Test
  void everyCloseReasonStandsInTheDocumentWithItsCodeAndWhetherToComeBack() throws IOException {
    List<String> rows = rows("docs/socketio.md");
    for (CloseReason reason : CloseReason.values()) {
      String name = "| `" + reason.name().toLowerCase(Locale.ROOT) + "` |";
      assertThat(rows)
          .as(name)
          .filteredOn(row -> row.contains(name))
          .singleElement()
          .satisfies(row -> assertThat(row).startsWith("| " + reason.code() + " |"))
          .satisfies(row -> assertThat(row).endsWith(yesOrNo(reason.mayReconnect())));
    }
  }

  private static List<String> rows(String document) throws IOException {
    return Files.readAllLines(ROOT.resolve(document)).stream()
        .filter(line -> line.startsWith("|"))
        .toList();
  }

  private static String yesOrNo(boolean yes) {
    return yes ? "| yes |" : "| no |";
  }
}
