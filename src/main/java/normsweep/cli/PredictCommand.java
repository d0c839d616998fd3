package normsweep.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SequenceWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.backbone.ImageScaling;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.data.Framing;
import normsweep.data.Images;
import normsweep.data.picture.Resize;
import normsweep.device.Engine;
import normsweep.record.DataSettings;
import normsweep.record.Records;
import normsweep.savedmodel.ModelZip;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code predict}: class probabilities for image files. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Show the class probabilities that a saved model assigns to image files (PNG, JPEG, GIF or"
          + " BMP).",
      "The largest centred square of each image is used, turned upright by its Exif orientation;",
      "transparent pixels are treated as white."
    },
    footer = {
      "",
      "Example: java -jar target/normsweep.jar predict \\",
      "  output/quick/trials/layer-norm.clip-none.seed-1/model.zip photos --top 1"
    })
final class PredictCommand implements Callable<Integer> {
  private static final List<String> ENDINGS =
      List.of("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp");

  @Parameters(index = "0", paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Image files, or folders that contain them.")
  private List<Path> images;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Number of classes to show per image, the most probable first (default:"
              + " ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--json",
      description = "Print a JSON array with one object per image, probabilities from 0 to 1.")
  private boolean json;

  @Spec private CommandSpec spec;

  private ModelZip model;
  private ExitCode code = ExitCode.DONE;

  /** What is shown of an image. */
  private record Prediction(String image, List<ClassProbability> classes) {}

  /** The probability of a class, from 0 to 1. */
  private record ClassProbability(String name, float probability) {}

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw NormSweepException.usage("--top is " + top + "; it must be 1 or more.");
    }
    Engine.startNd4j();
    model = ModelZip.read(zip);
    if (json) {
      // One image at a time: there may be many.
      SequenceWriter array =
          Records.json()
              .writer()
              .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
              .writeValuesAsArray(System.out);
      predictAll(image -> write(array, image));
      array.close();
      System.out.println();
    } else {
      predictAll(PredictCommand::print);
    }
    return code.status();
  }

  private void predictAll(Consumer<Prediction> shown) {
    for (Path image : images) {
      attempt(() -> files(image).forEach(file -> attempt(() -> shown.accept(predict(file)))));
    }
  }

  private static void write(SequenceWriter array, Prediction prediction) {
    try {
      array.write(prediction);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(Prediction prediction) {
    System.out.println(prediction.image());
    for (ClassProbability one : prediction.classes()) {
      System.out.printf(Locale.ROOT, "  %-12s %5.1f %%%n", one.name(), 100 * one.probability());
    }
  }

  /** One damaged picture must not stop the prediction of the others. */
  private void attempt(Runnable part) {
    try {
      part.run();
    } catch (NormSweepException e) {
      code = ExitCode.FAILED;
      RuntimeErrors.print(e, spec.commandLine(), false);
    }
  }

  private static List<Path> files(Path image) {
    if (!Files.isDirectory(image)) {
      return List.of(image);
    }
    try (Stream<Path> entries = Files.list(image)) {
      List<Path> files = entries.filter(PredictCommand::picture).sorted().toList();
      if (files.isEmpty()) {
        throw NormSweepException.unavailable(
            image
                + " contains no pictures (file extensions "
                + String.join(", ", ENDINGS)
                + "); name a folder that does, or image files.");
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw NormSweepException.unavailable(
          image + " cannot be listed (" + e.getMessage() + "); name a folder that you may read.",
          e);
    }
  }

  private static boolean picture(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.contains(ending) && Files.isRegularFile(file);
  }

  private Prediction predict(Path image) {
    int side = ImageScaling.SOURCE_SIZE;
    Framing framing = Framing.SQUARE;
    JsonNode data = model.description().config().path("data");
    if (!data.path("source").asText(DataSettings.CIFAR_10).equals(DataSettings.CIFAR_10)) {
      side = data.path("imageSize").asInt(ImageScaling.INPUT_SIZE);
      framing = Resize.of(data.path("resize").asText("crop")).plain();
    }
    byte[] planes = Images.read(image, framing, side, Images.MAX_PIXELS);
    float[] probabilities;
    try (INDArray input = ImageScaling.modelInput(planes, 1, side)) {
      probabilities = model.network().outputSingle(false, input).data().asFloat();
    }
    return new Prediction(
        image.toString(),
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -probabilities[c]))
            .limit(top)
            .map(c -> new ClassProbability(model.description().classes().get(c), probabilities[c]))
            .toList());
  }
}
