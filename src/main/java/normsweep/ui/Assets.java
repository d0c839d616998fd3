package normsweep.ui;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.ui.VertxUIServer;

/**
 * Scripts, styles, fonts and pictures of DL4J's pages and of this project's, read from the class
 * path below three fixed folders and by ending; nothing is read from the file system.
 */
final class Assets implements Handler<RoutingContext> {
  private static final String PREFIX = "/assets/";
  private static final String WEBJARS = "webjars/";
  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "ico", "image/x-icon",
          "png", "image/png",
          "gif", "image/gif",
          "svg", "image/svg+xml",
          "woff", "font/woff",
          "woff2", "font/woff2",
          "ttf", "font/ttf");

  /** A script that DL4J's pages load and never use makes room for the way back to the sweep. */
  private static final Map<String, String> REPLACED =
      Map.of("js/counter.js", "normsweep/ui/trial.js");

  @Override
  public void handle(RoutingContext context) {
    String name = context.request().path().substring(PREFIX.length());
    String type = name.contains(".") ? TYPES.get(name.substring(name.lastIndexOf('.') + 1)) : null;
    Optional<Buffer> content = type == null ? Optional.empty() : read(resource(name));
    if (content.isEmpty()) {
      context.next();
      return;
    }
    context
        .response()
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "private, max-age=3600")
        .end(content.get());
  }

  private static String resource(String name) {
    if (REPLACED.containsKey(name)) {
      return REPLACED.get(name);
    }
    if (name.startsWith(WEBJARS)) {
      return "META-INF/resources/" + name;
    }
    return name.startsWith("sweep/")
        ? "normsweep/ui/" + name.substring("sweep/".length())
        : VertxUIServer.ASSETS_ROOT_DIRECTORY + name;
  }

  /** A folder is listed or empty, depending on where the class path has it: neither is served. */
  private static Optional<Buffer> read(String resource) {
    ClassLoader classes = Assets.class.getClassLoader();
    try (InputStream in = classes.getResourceAsStream(resource)) {
      boolean file = in != null && classes.getResource(resource + "/") == null;
      return file ? Optional.of(Buffer.buffer(in.readAllBytes())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
