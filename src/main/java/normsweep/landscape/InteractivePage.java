package normsweep.landscape;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import normsweep.record.AtomicFiles;
import normsweep.record.Records;

/** One page with all surfaces of a sweep to turn and compare; it needs no network. */
final class InteractivePage {
  private static final String TEMPLATE = "/normsweep/landscape/surfaces.html";
  private static final String PLOTLY = "/META-INF/resources/webjars/plotly.js-dist/3.3.1/plotly.js";

  private InteractivePage() {}

  /** What the page's script reads. */
  private record Content(
      String about, double[] levels, List<List<Object>> colors, List<Item> trials) {}

  /** One trial in the page. */
  private record Item(
      String label, double[] a, double[] b, double[][] loss, List<List<String>> figures) {}

  static void write(Path file, SweepLandscape shared, List<TrialLandscape> trials, LossScale scale)
      throws IOException {
    Content content =
        new Content(
            about(shared),
            scale.levels(),
            scale.stops(),
            trials.stream().map(InteractivePage::item).toList());
    // The template is cut, not searched and replaced, because the library's text is anybody's
    // guess.
    String[] parts = resource(TEMPLATE).split("@PLOTLY@|@DATA@", -1);
    AtomicFiles.writeString(
        file, parts[0] + script(resource(PLOTLY)) + parts[1] + json(content) + parts[2]);
  }

  private static String about(SweepLandscape shared) {
    LandscapeSettings settings = shared.settings();
    return String.format(
        Locale.ROOT,
        "Mean cross-entropy on %d validation images around each trained network, along two random"
            + " directions through the weights of the %s (seed %d), normalised filter by filter:"
            + " at a = 1 every filter has moved by its own norm. Height and colour are"
            + " logarithmic and the same for all trials.",
        shared.images(),
        settings.over() == Scope.HEAD ? "head" : "head and the trainable block",
        settings.seed());
  }

  private static Item item(TrialLandscape trial) {
    Grid grid = trial.surface().grid();
    return new Item(
        trial.label(),
        IntStream.range(0, grid.points())
            .mapToDouble(grid::a)
            .map(InteractivePage::rounded)
            .toArray(),
        IntStream.range(0, grid.points())
            .mapToDouble(grid::b)
            .map(InteractivePage::rounded)
            .toArray(),
        Arrays.stream(trial.surface().loss())
            .map(row -> Arrays.stream(row).map(InteractivePage::rounded).toArray())
            .toArray(double[][]::new),
        figures(trial));
  }

  private static List<List<String>> figures(TrialLandscape trial) {
    SurfaceMeasures measures = trial.measures();
    List<List<String>> figures = new ArrayList<>();
    figures.add(row("loss at the centre", "%.4f nats", trial.centreLoss()));
    figures.add(
        List.of(
            String.format(Locale.ROOT, "sharpness (rise within %.2f)", measures.radius()),
            String.format(Locale.ROOT, "%.4f nats", measures.sharpness())));
    figures.add(
        measures.roughness() == null
            ? List.of("roughness", "not defined, flat envelope")
            : row("roughness (1: convex)", "%.4f", measures.roughness()));
    figures.add(
        row("positive definite grid points", "%.1f %%", 100 * measures.positiveDefiniteShare()));
    double[] largest = trial.spectrum().largest();
    figures.add(row("largest Hessian eigenvalue", "%.3f", largest[0]));
    figures.add(row("smallest Hessian eigenvalue found", "%.3f", trial.spectrum().smallest()));
    return figures;
  }

  private static List<String> row(String name, String format, double value) {
    return List.of(name, String.format(Locale.ROOT, format, value));
  }

  private static double rounded(double value) {
    return Float.parseFloat(String.format(Locale.ROOT, "%.5g", value));
  }

  // Inside a script element nothing may look like its end.
  private static String script(String text) {
    return text.replace("</script", "<\\/script");
  }

  private static String json(Content content) {
    try {
      return Records.json()
          .writer()
          .without(com.fasterxml.jackson.databind.SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(content)
          .replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = InteractivePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
