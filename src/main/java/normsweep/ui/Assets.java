package normsweep.ui;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.ui.VertxUIServer;

/**
 * Scripts, styles, fonts and pictures of DL4J's pages and of this project's. They are read from
 * three fixed folders of the class path, only with the file extensions below; the file system is
 * not read.
 */
final class Assets implements Handler<RoutingContext> {
  private static final ClassLoader CLASSES = Assets.class.getClassLoader();
  private static final String PREFIX = "/assets/";
  private static final String RESOURCES = "META-INF/resources/";
  private static final String WEBJARS = "webjars/";
  private static final String JQUERY = RESOURCES + "webjars/jquery/3.7.1/dist/jquery.min.js";
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

  /**
   * Libraries that DL4J's pages ask for in a version with known vulnerabilities, with the version
   * that is served instead; and a script that the pages load but never use, replaced by {@code
   * trial.js}.
   */
  private static final Map<String, String> REPLACED =
      Map.of(
          "js/counter.js",
          "normsweep/ui/trial.js",
          "webjars/jquery/2.2.0/jquery.min.js",
          JQUERY,
          "webjars/jquery/3.4.1/dist/jquery.min.js",
          JQUERY,
          "webjars/bootstrap/4.3.1/dist/js/bootstrap.min.js",
          RESOURCES + "webjars/bootstrap/4.6.2/dist/js/bootstrap.min.js");

  /** Libraries that the pages load but never use; empty scripts replace them. */
  private static final Set<String> UNUSED =
      Set.of(
          "webjars/chosen/0.9.8/chosen/chosen.jquery.min.js",
          "webjars/excanvas/3/excanvas.js",
          "webjars/fullcalendar/1.6.4/fullcalendar.min.js",
          "webjars/github-com-jboesch-Gritter/1.7.4/jquery.gritter.js",
          "webjars/imagesloaded/2.1.1/jquery.imagesloaded.min.js",
          "webjars/jquery-knob/1.2.2/jquery.knob.min.js",
          "webjars/jquery-migrate/1.2.1/jquery-migrate.min.js",
          "webjars/jquery-raty/2.5.2/jquery.raty.min.js",
          "webjars/jquery-ui/1.10.2/ui/minified/jquery-ui.min.js",
          "webjars/jquery.sparkline/2.1.2/jquery.sparkline.min.js",
          "webjars/masonry/3.1.5/masonry.pkgd.min.js",
          "webjars/modernizr/2.8.3/modernizr.min.js",
          "webjars/noty/2.2.2/jquery.noty.packaged.js",
          "webjars/retinajs/0.0.2/retina.js",
          "webjars/uniform/2.1.2/jquery.uniform.min.js");

  @Override
  public void handle(RoutingContext context) {
    String name = context.request().path().substring(PREFIX.length());
    String type = name.contains(".") ? TYPES.get(name.substring(name.lastIndexOf('.') + 1)) : null;
    Optional<Buffer> content = type == null ? Optional.empty() : content(name);
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

  private static Optional<Buffer> content(String name) {
    if (UNUSED.contains(name)) {
      return Optional.of(Buffer.buffer());
    }
    String resource = resource(name);
    // Folders are not served; depending on the class path they read as a listing or as empty.
    return CLASSES.getResource(resource + "/") == null
        ? read(resource).map(file -> CorrectedScripts.of(name, file))
        : Optional.empty();
  }

  private static String resource(String name) {
    if (REPLACED.containsKey(name)) {
      return REPLACED.get(name);
    }
    if (name.startsWith(WEBJARS)) {
      return RESOURCES + name;
    }
    return name.startsWith("sweep/")
        ? "normsweep/ui/" + name.substring("sweep/".length())
        : VertxUIServer.ASSETS_ROOT_DIRECTORY + name;
  }

  /** A resource of the class path. */
  static Optional<Buffer> read(String resource) {
    try (InputStream in = CLASSES.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
