package io.voicepresence.http;

import io.micronaut.core.io.ResourceResolver;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.voicepresence.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The console's files and the description of the API, out of the jar. */
@Controller
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.VIRTUAL)
final class PageController {
  /** Nothing but the console's own scripts and styles; avatars may come from elsewhere. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; connect-src 'self'; img-src 'self' data: https:;"
          + " style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  /** A file or one folder and a file; no dots in front, so nothing outside can be named. */
  private static final Pattern FILE = Pattern.compile("([a-z0-9-]+/)?[a-z0-9-][a-z0-9.-]*");

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.of("text/html; charset=utf-8"),
          "css", MediaType.of("text/css; charset=utf-8"),
          "js", MediaType.of("text/javascript; charset=utf-8"),
          "svg", MediaType.of("image/svg+xml"),
          "yaml", MediaType.of("application/yaml; charset=utf-8"));

  /** As many as the jar has files: what does not exist is not remembered. */
  private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

  private final ResourceResolver resources;

  PageController(ResourceResolver resources) {
    this.resources = resources;
  }

  @Get("/")
  HttpResponse<byte[]> console() {
    return page("console/index.html");
  }

  @Get("/console/{+file}")
  HttpResponse<byte[]> consoleFile(@PathVariable String file) {
    return FILE.matcher(file).matches() ? page("console/" + file) : missing(file);
  }

  @Get("/openapi.yaml")
  HttpResponse<byte[]> openApi() {
    return page("openapi.yaml");
  }

  private HttpResponse<byte[]> page(String path) {
    MediaType type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    Optional<byte[]> content = type == null ? Optional.empty() : load(path);
    if (content.isEmpty()) {
      return missing(path);
    }
    MutableHttpResponse<byte[]> response = HttpResponse.ok(content.get());
    return response
        .contentType(type)
        .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-cache");
  }

  private Optional<byte[]> load(String path) {
    byte[] known = loaded.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<byte[]> content = resources.getResourceAsStream("classpath:" + path).map(this::read);
    content.ifPresent(bytes -> loaded.put(path, bytes));
    return content;
  }

  private byte[] read(InputStream stream) {
    try (stream) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<byte[]> missing(String file) {
    return Problem.of(ErrorCode.NOT_FOUND, "There is no page " + file);
  }
}
