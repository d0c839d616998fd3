package normsweep.report.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.SurfaceMeasures;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSections;
import normsweep.report.MadeUpSweep;

/**
 * A made-up sweep whose trials differ in everything that a table shows: results, measured steps,
 * surfaces, Hessians, sections and lines between trials.
 */
final class VariedSweep {
  private static final int POINTS = 11;
  private static final double RADIUS = 0.5;

  private final Random random = new Random(16);

  private VariedSweep() {}

  /** Writes the folder. */
  static SweepFolder write(MadeUpSweep madeUp, Path root) throws IOException {
    SweepFolder folder =
        MadeUpSections.write(madeUp.landscapes(trial -> 1).write(root), row -> 0.3);
    VariedSweep sweep = new VariedSweep();
    sweep.change(folder.results(), sweep::results);
    for (JsonNode trial : new JsonMapper().readTree(folder.results().toFile()).get("trials")) {
      Path files = root.resolve("trials").resolve(trial.get("id").asText());
      sweep.vary(files.resolve("updates.csv"), 0);
      boolean noisy = trial.get("norm").asText().startsWith("filter");
      sweep.vary(files.resolve("dynamics.csv"), noisy ? 8 : 0.4);
      if (trial.get("status").asText().equals("completed")) {
        sweep.change(files.resolve("landscape.json"), VariedSweep::bumps);
        sweep.change(files.resolve("geometry.json"), VariedSweep::hessians);
        sweep.change(files.resolve("sections.json"), VariedSweep::sections);
        if (trial.get("id").asText().equals("batch-norm.clip-none.seed-1")) {
          // A gap of -0.02 points, which rounds to zero.
          double fit = trial.get("valAccuracy").asDouble() - 2e-4;
          sweep.change(
              files.resolve("sections.json"),
              (sections, draw) ->
                  ((ObjectNode) sections.get("fit").get("saved")).put("accuracy", fit));
        }
      }
    }
    sweep.change(root.resolve("interpolation.json"), VariedSweep::lines);
    return folder;
  }

  private void change(Path file, BiConsumer<ObjectNode, Random> change) {
    try {
      ObjectNode content = (ObjectNode) new JsonMapper().readTree(file.toFile());
      change.accept(content, random);
      new JsonMapper().writeValue(file.toFile(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void results(ObjectNode results, Random draw) {
    for (JsonNode trial : results.get("trials")) {
      if (trial.get("status").asText().equals("completed")) {
        ObjectNode row = (ObjectNode) trial;
        row.put("bestEpoch", 3 + draw.nextInt(8));
        row.put("imagesPerSecond", 900 + 400 * draw.nextDouble());
        for (String key : List.of("valLoss", "testLoss", "valAccuracy")) {
          row.put(key, row.get(key).asDouble() * (0.95 + 0.05 * draw.nextDouble()));
        }
      }
    }
  }

  private void vary(Path file, double spread) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    List<String> header = List.of(lines.get(0).split(","));
    for (int i = 1; i < lines.size(); i++) {
      String[] row = lines.get(i).split(",", -1);
      for (int c = 0; c < row.length; c++) {
        if (!List.of("iteration", "parameter", "images").contains(header.get(c))) {
          double value = Double.parseDouble(row[c]) * Math.exp(0.4 * random.nextGaussian());
          if (header.get(c).equals("squaredGradient")) {
            value += spread * random.nextGaussian();
          }
          row[c] = Float.toString((float) value);
        }
      }
      if (i == 1 && header.get(1).equals("cosine")) {
        row[1] = "";
      }
      lines.set(i, String.join(",", row));
    }
    Files.write(file, lines);
  }

  private static void bumps(ObjectNode landscape, Random random) {
    PlaneGrid grid = PlaneGrid.centred(POINTS, 1);
    double[][] loss = new double[POINTS][POINTS];
    double size = 0.4 + 0.4 * random.nextDouble();
    for (int j = 0; j < POINTS; j++) {
      for (int i = 0; i < POINTS; i++) {
        loss[j][i] =
            0.6 + grid.a(i) * grid.a(i) + grid.b(j) * grid.b(j) + size * random.nextDouble();
      }
    }
    LossSurface surface = new LossSurface(grid, loss);
    landscape.set("measures", new JsonMapper().valueToTree(SurfaceMeasures.of(surface, RADIUS)));
    landscape.set("surface", new JsonMapper().valueToTree(surface));
  }

  private static void hessians(ObjectNode geometry, Random random) {
    for (JsonNode point : geometry.get("curvature")) {
      for (String part : List.of("all", "weights")) {
        ObjectNode hessian = (ObjectNode) point.get(part);
        ObjectNode spectrum = (ObjectNode) hessian.get("spectrum");
        spectrum.putArray("largest").add(30 * random.nextDouble());
        spectrum.putArray("residuals").add(0.3 * random.nextDouble());
        spectrum.put("smallest", -9 * random.nextDouble());
        spectrum.put("smallestResidual", 0.2 * random.nextDouble());
        double share = 0.2 + 0.6 * random.nextDouble();
        spectrum.putObject("shares").put("head_dense_W", share).put("head_logits_W", 1 - share);
        ((ObjectNode) hessian.get("trace"))
            .put("value", 900 * random.nextDouble())
            .put("error", 40 * random.nextDouble());
        if (point.get("images").asText().equalsIgnoreCase("validation")) {
          hessian.putNull("adam"); // it is known on training images only
        } else {
          ((ObjectNode) hessian.get("adam"))
              .put("value", 5000 * random.nextDouble())
              .put("residual", 30 * random.nextDouble());
        }
      }
    }
  }

  // One surface of a pair is too flat to have a roughness.
  private static void sections(ObjectNode sections, Random random) {
    for (String images : List.of("onTraining", "onValidation")) {
      for (JsonNode pair : sections.get(images).get("pairs")) {
        ObjectNode measures = (ObjectNode) pair.get("measures");
        ((ObjectNode) pair).put("width", 0.5 + random.nextDouble());
        measures
            .put("sharpness", 0.3 * random.nextDouble())
            .put("roughness", 1 + 0.02 * random.nextDouble() * random.nextDouble())
            .put("positiveDefiniteShare", 0.8 + 0.2 * random.nextDouble());
        double curvature = 3 * random.nextDouble();
        measures.putArray("curvatures").add(curvature).add(curvature - 2.5);
      }
    }
    ((ObjectNode) sections.get("onValidation").get("pairs").get(3).get("measures"))
        .putNull("roughness");
    for (String model : List.of("saved", "last")) {
      if (!sections.get("fit").get(model).isNull()) {
        ((ObjectNode) sections.get("fit").get(model))
            .put("loss", 0.2 + 0.2 * random.nextDouble())
            .put("accuracy", (1600 + random.nextInt(400)) / 2000.);
      }
    }
  }

  private static void lines(ObjectNode file, Random random) {
    for (JsonNode line : file.get("lines")) {
      ArrayNode alpha = ((ObjectNode) line).putArray("alpha").add(0);
      for (String images : List.of("training", "validation")) {
        ((ObjectNode) line.get(images)).putArray("loss").add(0.3 + random.nextDouble());
        ((ObjectNode) line.get(images)).putArray("accuracy").add(0.8 + 0.1 * random.nextDouble());
      }
      for (int i = 1; i <= 4; i++) {
        alpha.add(i / 4.);
        for (String images : List.of("training", "validation")) {
          ((ArrayNode) line.get(images).get("loss")).add(0.3 + random.nextDouble());
          ((ArrayNode) line.get(images).get("accuracy")).add(0.8 + 0.1 * random.nextDouble());
        }
      }
    }
  }
}
