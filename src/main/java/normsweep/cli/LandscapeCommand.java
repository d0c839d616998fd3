package normsweep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import normsweep.base.NormSweepException;
import normsweep.cli.terminal.Screen;
import normsweep.cli.terminal.TextTable;
import normsweep.cli.terminal.TextTable.TextColumn;
import normsweep.device.Engine;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.Landscapes;
import normsweep.landscape.Scope;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrainedTails;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.hessian.Spectrum;
import normsweep.landscape.section.Interpolations;
import normsweep.landscape.section.SectionInputs;
import normsweep.landscape.section.Sections;
import normsweep.landscape.section.TrialSections;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.report.analysis.Digits;
import normsweep.report.document.SurfacesPage;
import normsweep.report.figure.Fonts;
import normsweep.report.figure.LandscapeFigures;
import normsweep.sweep.TrialInputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code landscape}: loss surfaces of every trained head of a sweep. */
@Command(
    name = "landscape",
    mixinStandardHelpOptions = true,
    description = "Compute and draw the loss surface of every trained head of a sweep.",
    footer = {"", "Example: java -jar target/normsweep.jar landscape output/quick --grid 25"})
final class LandscapeCommand implements Runnable {
  private static final List<TextColumn<Measured>> COLUMNS =
      List.of(
          new TextColumn<>("trial", "", true, 0, row -> row.trial().trial()),
          number("loss", "nats", 0, "%.4f", row -> row.trial().centreLoss()),
          number("rise", "nats", 0, "%.4f", row -> row.trial().measures().sharpness()),
          new TextColumn<>(
              "rough",
              "",
              false,
              2,
              row -> TextTable.number("%.4f", row.trial().measures().roughness())),
          number(
              "convex",
              "%",
              1,
              "%.1f",
              row -> 100 * row.trial().measures().positiveDefiniteShare()),
          new TextColumn<>(
              "eigenvalue",
              "largest",
              false,
              3,
              row -> row.ofSpectrum(found -> Digits.of(found.largest()[0], found.residuals()[0]))),
          new TextColumn<>(
              "eigenvalue",
              "least",
              false,
              4,
              row ->
                  row.ofSpectrum(found -> Digits.of(found.smallest(), found.smallestResidual()))));

  @Parameters(paramLabel = "DIR", description = "A sweep's folder, such as output/quick.")
  private Path dir;

  @Option(
      names = "--over",
      paramLabel = "head|tail",
      defaultValue = "head",
      description =
          "Parameters that the surface is taken over: the head's, or all trainable ones (default:"
              + " ${DEFAULT-VALUE}).")
  private String over;

  @Option(
      names = "--grid",
      paramLabel = "N",
      description =
          "Grid points per side, an odd number (default: landscape.grid of the sweep, usually 51).")
  private Integer grid;

  @Option(
      names = "--range",
      paramLabel = "R",
      description =
          "Largest coordinate along each direction, in multiples of the filters' own norms"
              + " (default: landscape.range of the sweep, usually 1).")
  private Double range;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Maximum number of validation images for the loss, in nats (default: landscape.images of"
              + " the sweep, usually 1000).")
  private Integer images;

  @Mixin private DeviceOption device;
  @Mixin private SourceOptions sources;

  @Override
  public void run() {
    SweepFolder folder = SweepFolder.open(dir);
    SweepConfig.Landscape config = folder.readConfig().landscape();
    LandscapeSettings settings =
        LandscapeSettings.of(
            new SweepConfig.Landscape(
                Optional.ofNullable(grid).orElse(config.grid()),
                Optional.ofNullable(range).orElse(config.range()),
                Optional.ofNullable(images).orElse(config.images()),
                config.seed()),
            scope());
    Landscapes.requireTrained(folder);
    Fonts.check();
    String table = device.compute(engine -> draw(folder, settings, engine));
    System.out.println(table);
    System.out.println("Pictures in " + folder.figures());
  }

  /** Computes and draws the surfaces, and returns the table of their measures. */
  private String draw(SweepFolder folder, LandscapeSettings settings, Engine engine) {
    try (TrialInputs inputs =
        TrialInputs.reopen(folder, sources.data(), sources.weights(), engine)) {
      inputs.weightsNote().ifPresent(System.out::println);
      SweepLandscape shared = Landscapes.compute(folder, settings, TrainedTails.of(folder, inputs));
      List<TrialLandscape> trials = Landscapes.read(folder, shared);
      List<TrialSections> sections =
          settings.over() == Scope.HEAD
              ? sections(folder, trials, SectionInputs.of(folder, inputs))
              : List.of();
      LandscapeFigures.write(folder, shared, trials, sections);
      SurfacesPage.write(folder, shared, trials);
      return table(folder, trials);
    } catch (IOException e) {
      throw NormSweepException.unwritable("The sweep's folder " + folder.root(), e);
    }
  }

  private static List<TrialSections> sections(
      SweepFolder folder, List<TrialLandscape> surfaces, SectionInputs inputs) throws IOException {
    Map<TrialResult, String> trials = new LinkedHashMap<>();
    SweepResults results = folder.readResults();
    for (TrialLandscape surface : surfaces) {
      trials.put(results.trial(surface.trial()).orElseThrow(), surface.key());
    }
    Sections.compute(folder, surfaces.get(0).settings(), trials, inputs);
    Interpolations.compute(folder, List.copyOf(trials.keySet()), inputs);
    return surfaces.stream()
        .map(one -> Sections.read(Sections.file(folder, one.trial()), one.trial()))
        .toList();
  }

  /** The measures of all trials, a line each. */
  private static String table(SweepFolder folder, List<TrialLandscape> trials) {
    List<Measured> rows = trials.stream().map(trial -> measured(folder, trial)).toList();
    return String.join("\n", TextTable.lines(COLUMNS, rows, Screen.columns()));
  }

  private static Measured measured(SweepFolder folder, TrialLandscape trial) {
    Path geometry = Landscapes.geometryFile(folder, trial.trial());
    return new Measured(
        trial,
        Files.exists(geometry)
            ? Optional.of(
                Landscapes.readGeometry(geometry, trial.trial()).savedModel().weights().spectrum())
            : Optional.empty());
  }

  /** A trial's surface and, if it was computed, the spectrum of its Hessian. */
  private record Measured(TrialLandscape trial, Optional<Spectrum> hessian) {
    String ofSpectrum(Function<Spectrum, String> value) {
      return hessian.map(value).orElse("-");
    }
  }

  private static TextColumn<Measured> number(
      String first, String second, int rank, String format, ToDoubleFunction<Measured> value) {
    Function<Measured, String> text = row -> TextTable.number(format, value.applyAsDouble(row));
    return new TextColumn<>(first, second, false, rank, text);
  }

  private Scope scope() {
    try {
      return Scope.of(over);
    } catch (IllegalArgumentException e) {
      throw NormSweepException.usage("--over is " + over + "; it must be head or tail.");
    }
  }
}
