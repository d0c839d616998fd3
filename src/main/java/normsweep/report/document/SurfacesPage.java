package normsweep.report.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static normsweep.report.analysis.Sentences.say;

import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.base.AtomicFiles;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.Landscapes;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.Scope;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.Spectrum;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.Digits;
import normsweep.report.figure.ColorScale;
import normsweep.report.figure.LossScale;
import org.apache.commons.io.IOUtils;

/** A page on which all surfaces of a sweep can be rotated and compared; it needs no network. */
public final class SurfacesPage {
  private static final String TEMPLATE = "/normsweep/report/surfaces.html";
  static final String PLOTLY = "/META-INF/resources/webjars/plotly.js-dist/3.3.1/plotly.js";

  private SurfacesPage() {}

  private record Content(
      String about, double[] levels, List<List<Object>> colors, List<Item> trials) {}

  private record Item(
      String label, double[] a, double[] b, double[][] loss, List<List<String>> figures) {}

  /** Writes {@code landscape.html} into the sweep's {@code figures/} and returns its path. */
  public static void write(SweepFolder folder, SweepLandscape shared, List<TrialLandscape> trials)
      throws IOException {
    LossScale scale = LossScale.of(shared.lossMin(), shared.lossMax());
    Content content =
        new Content(
            about(shared),
            scale.levels(),
            ColorScale.stops().entrySet().stream()
                .map(stop -> List.<Object>of(stop.getKey(), stop.getValue()))
                .toList(),
            trials.stream().map(trial -> item(folder, trial)).toList());
    String json =
        Records.json()
            .writer()
            .without(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(content)
            .replace("<", "\\u003c");
    // The template is split rather than searched and replaced, because the library's text could
    // contain the placeholders.
    String[] parts = IOUtils.resourceToString(TEMPLATE, UTF_8).split("@PLOTLY@|@DATA@", -1);
    // A script element must not contain anything that looks like its end tag.
    String plotly = IOUtils.resourceToString(PLOTLY, UTF_8).replace("</script", "<\\/script");
    Path file = folder.figures().resolve("landscape" + shared.settings().over().suffix() + ".html");
    AtomicFiles.writeString(file, parts[0] + plotly + parts[1] + json + parts[2]);
  }

  private static String about(SweepLandscape shared) {
    LandscapeSettings settings = shared.settings();
    return say(
        "Mean cross-entropy on %d validation images around each trained network, along two random"
            + " directions through the weights of the %s (seed %d), normalised filter by filter:"
            + " at a = 1, every filter has moved by its own norm. Height and colour use the same"
            + " logarithmic scale for all trials.",
        shared.images(),
        settings.over() == Scope.HEAD ? "head" : "head and the trainable block",
        settings.seed());
  }

  private static Item item(SweepFolder folder, TrialLandscape trial) {
    PlaneGrid grid = trial.surface().grid();
    return new Item(
        trial.label(),
        rounded(grid.points(), grid::a),
        rounded(grid.points(), grid::b),
        Arrays.stream(trial.surface().loss())
            .map(row -> rounded(row.length, i -> row[i]))
            .toArray(double[][]::new),
        figures(folder, trial));
  }

  private static List<List<String>> figures(SweepFolder folder, TrialLandscape trial) {
    SurfaceMeasures measures = trial.measures();
    List<List<String>> figures = new ArrayList<>();
    figures.add(List.of("loss at the centre", say("%.4f nats", trial.centreLoss())));
    figures.add(
        List.of(
            say("sharpness (rise within %.2f)", measures.radius()),
            say("%.4f nats", measures.sharpness())));
    figures.add(
        measures.roughness() == null
            ? List.of("roughness", "undefined (flat envelope)")
            : List.of("roughness (1 = one valley)", say("%.4f", measures.roughness())));
    figures.add(
        List.of(
            "positive definite grid points",
            say("%.1f %%", 100 * measures.positiveDefiniteShare())));
    Path geometry = Landscapes.geometryFile(folder, trial.trial());
    if (Files.exists(geometry)) {
      Curvature hessian = Landscapes.readGeometry(geometry, trial.trial()).savedModel();
      add(figures, "all parameters", hessian.all().spectrum());
      add(figures, "weights", hessian.weights().spectrum());
    }
    return figures;
  }

  private static void add(List<List<String>> figures, String over, Spectrum spectrum) {
    figures.add(
        List.of(
            "largest Hessian eigenvalue, " + over,
            Digits.of(spectrum.largest()[0], spectrum.residuals()[0])));
    figures.add(
        List.of(
            "smallest Hessian eigenvalue, " + over,
            Digits.of(spectrum.smallest(), spectrum.smallestResidual())));
  }

  private static double[] rounded(int values, IntToDoubleFunction value) {
    return IntStream.range(0, values)
        .mapToDouble(value)
        .map(number -> Double.parseDouble(say("%.5g", number)))
        .toArray();
  }
}
