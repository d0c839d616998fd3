package normsweep.ui;

import static java.util.stream.Collectors.joining;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;

/**
 * The results of a sweep as files: tables, report and figures, those that are there.
 *
 * <p>Only the names below and pictures of the folder {@code figures} are served, and no symbolic
 * links: a sweep folder may come from somewhere else. Its HTML pages hold scripts of their own, so
 * they are shown as documents of no site ({@code sandbox}): they can neither read this server's
 * answers nor request anything.
 */
final class SweepFiles {
  /** Types of what a browser shows; the rest is downloaded. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "json", "application/json",
          "csv", "text/csv; charset=utf-8",
          "yaml", "text/plain; charset=utf-8",
          "png", "image/png",
          "svg", "image/svg+xml");

  private static final List<String> PICTURES = List.of("png", "svg");
  private static final String PNG = ".png";

  /** What an address of this server can name. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private static final Pattern OF_TRIAL =
      Pattern.compile(
          Arrays.stream(Norm.values()).map(Norm::id).collect(joining("|", "(.*?)[.-]((", ").*)")));

  private static final String DOWNLOAD = "application/octet-stream";

  private static final String SANDBOX =
      "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
          + " style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  /** In the order of the page. */
  private static final List<Linked> LINKED =
      List.of(
          new Linked("report.html", "Report"),
          new Linked("report.pdf", "Report (PDF)"),
          new Linked("appendix.pdf", "Appendix (PDF)"),
          new Linked("slides.pptx", "Slides"),
          new Linked("analysis.ipynb", "Notebook"),
          new Linked("figures/landscape.html", "Loss surfaces in 3-D"),
          new Linked("results.csv", "Results (CSV)"),
          new Linked("results.json", "Results (JSON)"),
          new Linked("contrasts.csv", "Contrasts (CSV)"),
          new Linked("sweep.yaml", "Config (YAML)"));

  private final SweepFolder folder;

  /**
   * A file that the page links to.
   *
   * @param name path below the sweep's folder
   * @param label what it is
   */
  public record Linked(String name, String label) {}

  SweepFiles(SweepFolder folder) {
    this.folder = folder;
  }

  /** The files that are there. */
  List<Linked> linked() {
    return LINKED.stream().filter(file -> find(file.name).isPresent()).toList();
  }

  /** The figures that are there, as PNG, by name; those of one trial come last. */
  List<Linked> figures() {
    try (Stream<Path> files = Files.list(folder.figures())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(PNG) && PLAIN.matcher(name).matches())
          .sorted(
              Comparator.comparing((String name) -> OF_TRIAL.matcher(name).matches())
                  .thenComparing(Comparator.naturalOrder()))
          .map(name -> new Linked("figures/" + name, caption(name)))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String caption(String name) {
    String stem = name.substring(0, name.length() - PNG.length());
    Matcher ofTrial = OF_TRIAL.matcher(stem);
    String kind = (ofTrial.matches() ? ofTrial.group(1) : stem).replace('-', ' ');
    String words = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    return ofTrial.matches() ? words + ", " + ofTrial.group(2) : words;
  }

  /** Answers with a file; what this class does not serve, the next route answers. */
  void serve(RoutingContext context, String name) {
    Optional<Path> file = find(name);
    if (file.isEmpty()) {
      context.next();
      return;
    }
    String type = TYPES.getOrDefault(extension(name), DOWNLOAD);
    HttpServerResponse response = context.response().putHeader("Content-Type", type);
    if (extension(name).equals("html")) {
      response.putHeader("Content-Security-Policy", SANDBOX);
    } else if (type.equals(DOWNLOAD)) {
      response.putHeader("Content-Disposition", "attachment");
    }
    response.sendFile(file.get().toAbsolutePath().toString());
  }

  private Optional<Path> find(String name) {
    Path file = folder.root().resolve(name);
    boolean known =
        LINKED.stream().anyMatch(linked -> linked.name.equals(name))
            || (PICTURES.contains(extension(name)) && file.getParent().equals(folder.figures()));
    return known
            && Files.isDirectory(file.getParent(), LinkOption.NOFOLLOW_LINKS)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file)
        : Optional.empty();
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
